"""The diagnostics as a page and over REST: for owners and admins, with figures of their own websites."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from django.test import Client
from playwright.sync_api import expect
from psycopg.errors import ReadOnlySqlTransaction

from accounts.models import User, Website
from dashboard.diagnostics import probe, running
from integrations.api_keys import make_key
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, log_in
from tests.dashboard.accessibility import violations
from tests.dashboard.reading import HOST
from tests.servers.pages import Pages
from tests.servers.stack import Stack

PAGE = "/live-chat/diagnostics/"
STEPS = ["connect", "subscribe", "seen", "broadcast", "receive"]


@pytest.fixture
def ada(stack: Stack, cast: Cast) -> StaffMember:
    return log_in(stack, cast.ada)


async def test_the_five_steps_and_who_listens_to_my_websites(ada: StaffMember, stack: Stack, cast: Cast) -> None:
    async with ada.socket():
        answer = ada.rest.get("diagnostics/")
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert [(one["key"], one["outcome"]) for one in report["steps"]] == [(step, "ok") for step in STEPS], report
    assert (report["ok"], report["url"]) == (True, stack.url)
    assert [(one["id"], one["subscribers"]) for one in report["websites"]] == [(cast.acme.pk, 1)]


def test_mallory_sees_figures_of_globex_alone_and_ben_none(stack: Stack, cast: Cast) -> None:
    found = log_in(stack, cast.mallory).rest.get("diagnostics/").json()
    assert [one["id"] for one in found["websites"]] == [cast.globex.pk]
    assert log_in(stack, cast.ben).rest.get("diagnostics/").status_code == 403
    page = Client(headers=HOST)
    page.force_login(cast.ben)
    assert page.get(PAGE).status_code == 403
    assert page.post(PAGE).status_code == 403


def test_a_key_gets_figures_and_reports_of_its_organisation_alone(stack: Stack, cast: Cast) -> None:
    """Ada owns another one as well."""
    elsewhere = cast.globex.organisation
    cast.ada.memberships.create(organisation=elsewhere, role="owner")
    _, secret = make_key(cast.acme.organisation_id, cast.ada.pk, "Watch", ["settings:read", "reports:read"])
    program = Rest(stack, secret)
    assert [one["id"] for one in program.get("diagnostics/").json()["websites"]] == [cast.acme.pk]
    assert [one["website"] for one in program.get("reports/").json()["websites"]] in ([], [cast.acme.pk])
    assert {one["id"] for one in log_in(stack, cast.ada).rest.get("diagnostics/").json()["websites"]} == {
        cast.acme.pk,
        cast.globex.pk,
    }


def test_it_runs_a_few_times_a_minute(adas_browser: Client, settings: Any) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"limit_diagnostics_per_minute": 1})
    assert adas_browser.post(PAGE).status_code == 200
    refused = adas_browser.post(PAGE)
    assert refused.status_code == 429
    assert "It can run again in" in refused.content.decode()


@pytest.fixture
def blue(cast: Cast) -> Website:
    """A second one of Acme's."""
    return Website.objects.create(organisation=cast.acme.organisation, name="Blue boats")


def test_one_website_can_be_chosen_and_mallory_cannot_choose_it(
    stack: Stack, cast: Cast, ada: StaffMember, blue: Website
) -> None:
    both = ada.rest.get("diagnostics/").json()
    assert {one["id"] for one in both["websites"]} == {cast.acme.pk, blue.pk}
    chosen = ada.rest.get(f"diagnostics/?website={blue.pk}").json()
    assert [one["id"] for one in chosen["websites"]] == [blue.pk]
    assert ada.rest.get("diagnostics/?website=some").status_code == 400
    assert log_in(stack, cast.mallory).rest.get(f"diagnostics/?website={blue.pk}").status_code == 404
    page = Client(headers=HOST)
    page.force_login(cast.mallory)
    assert page.post(PAGE, {"website": blue.pk}).status_code == 404


def test_how_many_websites_are_not_shown_is_said(
    adas_browser: Client, cast: Cast, blue: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_WEBSITES", 1)
    told = adas_browser.post(PAGE).content.decode()
    assert "And 1 more, which are not shown" in told
    assert "and 1 more, not shown: `--website ID` shows one" in told
    chosen = adas_browser.post(PAGE, {"website": blue.pk}).content.decode()
    assert "more, which are not shown" not in chosen
    assert f'<option value="{blue.pk}" selected>' in chosen
    assert f"{blue.pk}  0 dashboards" in chosen


def test_what_was_not_tried_is_said_to_be_so_and_why(adas_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database takes nothing, so that nobody can be made who connects."""

    def takes_nothing() -> None:
        raise ReadOnlySqlTransaction

    monkeypatch.setattr(probe, "make_probe", takes_nothing)
    report = adas_browser.get("/api/v1/diagnostics/").json()
    assert {(one["tried"], one["ms"]) for one in report["steps"]} == {(False, None)}
    assert [one["outcome"] for one in report["steps"]] == ["failed", *["skipped"] * 4]
    why = "no probe could be made: ReadOnlySqlTransaction"
    assert [one["detail"] for one in report["steps"]] == [why, *["the step before could not be tried"] * 4]
    page = adas_browser.post(PAGE).content.decode()
    assert page.count('<td class="when">not tried</td>') == 6  # the addresses, too
    assert f"not tried  {why}" in page


def test_nobody_elses_list_of_websites_or_people_knows_the_probe(stack: Stack, cast: Cast) -> None:
    before = Website.with_leaving.count(), User.objects.count()
    log_in(stack, cast.ada).rest.get("diagnostics/")
    assert before == (Website.with_leaving.count(), User.objects.count())


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_owner_runs_them_on_a_page_that_copies_its_report(
    stack: Stack, cast: Cast, adas_session: str, pages: Pages, scheme: Literal["light", "dark"]
) -> None:
    page = pages(viewport={"width": 360, "height": 800}, reduced_motion="reduce", color_scheme=scheme)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stack.url)
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": adas_session, "url": stack.url}])
    page.goto(stack.url + PAGE)
    assert violations(page) == []
    page.get_by_role("button", name="Run the tests").click()
    expect(page.get_by_role("status").filter(has_text="Everything works.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="5 The dashboard receives it")).to_contain_text("OK")
    page.get_by_role("button", name="Copy the report").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "The way of a message" in copied
    assert cast.acme.name not in copied
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
