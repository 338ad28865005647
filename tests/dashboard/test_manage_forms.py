"""The visitors' forms on the owners' pages: fields are added, moved and removed, and reach the chat."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import Rest
from tests.dashboard.forms import sent
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack


@pytest.fixture
def page(cast: Cast) -> str:
    return address(cast.acme, "forms/")


def keys(website: Website) -> list[str]:
    website.refresh_from_db()
    return [field.key for field in website.widget_settings.form.fields]


def test_a_field_is_added_and_moved_and_asked_of_the_next_visitor(
    stack: Stack, cast: Cast, adas_browser: Client, page: str
) -> None:
    given = sent(adas_browser.post(page, sent(adas_browser.get(page)) | {"fields-do": "add"}))
    given |= {"fields-2-label": "Which order?", "fields-2-kind": "select", "fields-2-options": "Old\n New \n\nNew"}
    given = sent(adas_browser.post(page, given | {"fields-do": "up-2"}))
    given = sent(adas_browser.post(page, given | {"fields-do": "up-1"}))
    assert given["fields-0-label"] == "Which order?"
    assert adas_browser.post(page, given | {"enabled": "on", "intro": "Hello"}).status_code == 302
    assert keys(cast.acme) == ["which_order", "name", "email"]
    session = Rest(stack).post("widget/sessions/", {"website_key": cast.acme.website_key}).json()
    first = session["asks"][0]
    assert (first["key"], first["label"], first["options"]) == ("which_order", "Which order?", ["Old", "New"])


def test_a_page_that_is_only_saved_changes_nothing(cast: Cast, adas_browser: Client, page: str) -> None:
    before = cast.acme.widget_settings
    assert adas_browser.post(page, sent(adas_browser.get(page))).status_code == 302
    cast.acme.refresh_from_db()
    assert cast.acme.widget_settings == before


def test_other_settings_of_the_chat_stay(cast: Cast, adas_browser: Client, page: str) -> None:
    cast.acme.widget = {"emoji": False}
    cast.acme.save()
    adas_browser.post(page, sent(adas_browser.get(page)) | {"offline_text": "Back soon"})
    cast.acme.refresh_from_db()
    assert (cast.acme.widget["emoji"], cast.acme.widget["offline"]["text"]) == (False, "Back soon")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"fields-0-key": "email"}, "Another field is called email"),
        ({"fields-0-key": "9lives"}, "beginning with a letter"),
        ({"fields-0-key": "__proto__"}, "beginning with a letter"),
        ({"fields-0-key": "", "fields-0-label": ""}, "beginning with a letter"),
        ({"fields-0-key": "age"}, "Write what to ask"),
        ({"fields-0-label": "x" * 121}, "at most 120"),
        ({"fields-0-kind": "file"}, "not one of the available"),
        ({"fields-0-kind": "select"}, "needs something to choose"),
        ({"fields-0-options": "a"}, "needs something to choose"),
        ({"fields-0-kind": "select", "fields-0-options": "\n".join(map(str, range(31)))}, "At most 30"),
        ({"intro": "x" * 501}, "at most 500"),
        ({"intro": "a\0b"}, "Null characters"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    cast: Cast, adas_browser: Client, page: str, given: dict[str, str], why: str
) -> None:
    answer = adas_browser.post(page, sent(adas_browser.get(page)) | given)
    assert (answer.status_code, why in text_of(answer)) == (422, True)
    assert keys(cast.acme) == ["name", "email"]


def test_there_are_never_more_fields_than_the_chat_takes(cast: Cast, adas_browser: Client, page: str) -> None:
    given = sent(adas_browser.get(page))
    for _ in range(12):
        given = sent(adas_browser.post(page, given | {"fields-do": "add"}))
    assert given["fields-count"] == "12"
    assert "Add field" not in text_of(adas_browser.post(page, given | {"fields-do": "add"}))


def test_a_stale_page_writes_over_nobody_unasked(cast: Cast, adas_browser: Client, page: str) -> None:
    stale = sent(adas_browser.get(page))
    browser_of(cast.cleo).post(page, stale | {"fields-0-label": "Cleo asks"})
    assert adas_browser.post(page, stale | {"fields-0-label": "Ada asks"}).status_code == 409
    cast.acme.refresh_from_db()
    assert cast.acme.widget_settings.form.fields[0].label == "Cleo asks"


def test_mallory_finds_none_of_it_and_ben_may_do_none_of_it(cast: Cast, page: str) -> None:
    given = sent(browser_of(cast.ada).get(page)) | {"enabled": "on"}
    for method in ("get", "post"):
        assert getattr(browser_of(cast.mallory), method)(page, given).status_code == 404
        assert getattr(browser_of(cast.ben), method)(page, given).status_code == 403
    cast.acme.refresh_from_db()
    assert not cast.acme.widget_settings.form.enabled
