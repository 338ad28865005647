"""The owners' pages: who gets them, what stands around them, and how a form speaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.forms import CharField, Form
from django.test import Client

from accounts.models import Membership
from dashboard.manage.fieldsets import Fieldset, grouped
from dashboard.manage.sections import SECTIONS
from foundation import bundles
from tests.cast import Cast, new_website
from tests.dashboard.reading import HOST, address, browser_of

LOG_IN = "/accounts/login/"


GIVEN = {
    "assistant_name": "Ava",
    "greeting": "Hi",
    "intro": "Ask.",
    "provider": "built_in",
    "tone": "Brief.",
}


# --- who gets in ---


@pytest.mark.parametrize("name", ["ada", "cleo"])
def test_owners_and_admins_are_led_to_their_first_website(cast: Cast, name: str) -> None:
    assert browser_of(getattr(cast, name)).get("/manage/")["Location"] == address(cast.acme)
    assert browser_of(getattr(cast, name)).get(address(cast.acme)).status_code == 200


def test_an_agent_is_told_whom_to_ask(cast: Cast) -> None:
    for path in ("/manage/", address(cast.acme)):
        answer = browser_of(cast.ben).get(path)
        assert answer.status_code == 403
        assert "Ask the owner of your organisation" in answer.content.decode()


def test_mallory_finds_nothing_of_acme(cast: Cast) -> None:
    assert browser_of(cast.mallory).get(address(cast.acme)).status_code == 404
    assert browser_of(cast.mallory).post(address(cast.acme), {"tone": "rude"}).status_code == 404


def test_an_agent_here_and_owner_elsewhere_sets_up_only_what_is_theirs(cast: Cast) -> None:
    Membership.objects.create(user=cast.ben, organisation=cast.globex.organisation, role=Membership.Role.OWNER)
    ben = browser_of(cast.ben)
    assert ben.get("/manage/")["Location"] == address(cast.globex)
    assert ben.get(address(cast.acme)).status_code == 403


def test_a_stranger_is_asked_to_log_in_and_comes_back(cast: Cast) -> None:
    asked = Client(headers=HOST).get(address(cast.acme))
    assert asked["Location"] == f"{LOG_IN}?next={address(cast.acme)}"


def test_another_host_name_leads_to_the_public_one(cast: Cast) -> None:
    answer = browser_of(cast.ada).get(address(cast.acme), headers={"host": "localhost:8000"})
    assert answer["Location"] == f"http://127.0.0.1:8000{address(cast.acme)}"


def test_a_form_of_another_site_changes_nothing(cast: Cast) -> None:
    client = Client(headers=HOST, enforce_csrf_checks=True)
    client.force_login(cast.ada)
    assert client.post(address(cast.acme), {"provider": "built_in"}).status_code == 403


# --- what stands around a page ---


@pytest.mark.slow
def test_every_section_is_in_the_navigation_and_opens(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    page = ada.get(address(cast.acme)).content.decode()
    listed = re.findall(r'class="side-item" href="([^"]+)"', page)
    assert len(listed) == len(SECTIONS)
    for section, path in zip(SECTIONS, listed, strict=True):
        opened = ada.get(path)
        assert opened.status_code == 200
        current = re.findall(r'class="side-item" href="([^"]+)" aria-current="page"', opened.content.decode())
        assert (section.label, current) == (section.label, [path])


def test_the_switcher_keeps_to_the_section_and_to_ones_own_websites(cast: Cast) -> None:
    second = new_website("Acme blog")
    second.organisation = cast.acme.organisation
    second.save()
    page = browser_of(cast.ada).get(address(cast.acme)).content.decode()
    switcher = page.partition('class="switcher"')[2].partition("</details>")[0]
    assert re.findall(r'href="([^"]+)"', switcher) == [address(cast.acme), address(second)]
    assert cast.globex.name not in page


def test_who_has_one_website_has_nothing_to_switch(cast: Cast) -> None:
    page = browser_of(cast.ada).get(address(cast.acme)).content.decode()
    assert "<details" not in page
    assert cast.acme.name in page


@pytest.mark.slow
def test_the_way_leads_from_the_inbox_and_back(cast: Cast) -> None:
    assert 'href="/live-chat/"' in browser_of(cast.ada).get(address(cast.acme)).content.decode()
    assert '"manage_url": "/manage/"' in browser_of(cast.ada).get("/live-chat/").content.decode()
    assert '"manage_url": null' in browser_of(cast.ben).get("/live-chat/").content.decode()


def test_a_page_runs_only_our_own_files_and_is_kept_by_nobody(cast: Cast) -> None:
    answer = browser_of(cast.ada).get(address(cast.acme))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer["Cache-Control"]
    assert re.findall(r"<script(?![^>]*src=)| style=| on\w+=", answer.content.decode()) == []


def test_a_websites_name_cannot_break_out_of_the_page(cast: Cast) -> None:
    cast.acme.name = "<script>alert(1)</script>"
    cast.acme.save()
    assert "<script>alert" not in browser_of(cast.ada).get(address(cast.acme)).content.decode()


@pytest.mark.slow
def test_without_its_files_the_page_says_what_to_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    answer = browser_of(cast.ada).get(address(cast.acme))
    assert answer.status_code == 503
    assert "npm run build" in answer.content.decode()


# --- forms ---


class Paint(Form):
    colour = CharField()
    gloss = CharField(required=False)
    smell = CharField(required=False)


def test_a_field_that_no_group_names_is_shown_all_the_same() -> None:
    groups = grouped(Paint(), [Fieldset("Looks", names=("gloss", "colour"))], Fieldset("Else"))
    assert [(one.title, [field.name for field in one.fields]) for one in groups] == [
        ("Looks", ["gloss", "colour"]),
        ("Else", ["smell"]),
    ]


def test_a_group_without_fields_is_left_out() -> None:
    assert [one.title for one in grouped(Paint(), [Fieldset("Sound", names=("volume",))])] == ["More"]


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_saved(cast: Cast) -> None:
    answer = browser_of(cast.ada).post(address(cast.acme), {"provider": "own", "base_url": "ftp://x", "model": "m"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was saved" in page
    assert field_of(page, "base_url").count("An address that begins with") == 1
    assert re.search(r'name="base_url"[^>]*aria-invalid="true"', page)


def test_what_was_saved_is_said_once(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    saved = ada.post(address(cast.acme), GIVEN, follow=True)
    assert saved.redirect_chain == [(address(cast.acme), 302)]
    assert 'role="status">Saved.' in saved.content.decode()
    again = ada.get(address(cast.acme)).content.decode()
    assert "Saved." not in again
    assert 'value="Brief."' in field_of(again, "tone")


def field_of(page: str, name: str) -> str:
    """The markup around one field."""
    parts = re.split(r'<div class="field', page)
    return next(part for part in parts if f'name="{name}"' in part)
