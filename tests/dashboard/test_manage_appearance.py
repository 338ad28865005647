"""Appearance on the owners' pages: the real chat shows what is typed, and only what is saved reaches visitors."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Website
from conversations.models import Visitor
from dashboard.manage.preview import said_of
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.dashboard.accessibility import violations
from tests.dashboard.forms import sent
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture
def no_visitor_comes(cast: Cast) -> Iterator[None]:
    """Asked before and after the browser is in use, since it needs the database."""
    yield
    assert not Visitor.objects.for_system().filter(website=cast.acme).exists()


@pytest.fixture
def page(cast: Cast) -> str:
    return address(cast.acme, "appearance/")


def stored(website: Website) -> Website:
    website.refresh_from_db()
    return website


def test_a_page_that_is_only_saved_changes_nothing(cast: Cast, adas_browser: Client, page: str) -> None:
    cast.acme.widget = {"form": {"intro": "Hello"}, "proactive": [{"message": "Hi", "page": "/a*", "seconds": 0}]}
    cast.acme.chips = ["One?", "Two?"]
    cast.acme.save()
    before = cast.acme.widget_settings
    assert adas_browser.post(page, sent(adas_browser.get(page))).status_code == 302
    assert stored(cast.acme).widget_settings == before
    assert cast.acme.chips == ["One?", "Two?"]


def test_what_is_saved_is_in_the_line_and_the_window_of_the_next_visitor(
    cast: Cast, adas_browser: Client, page: str
) -> None:
    given = sent(adas_browser.post(page, sent(adas_browser.get(page)) | {"rules-do": "add"}))
    given |= {"brand_color": "#0b6b3a", "greeting": "Moin 👋", "chips": "Where?\n\nWhen?", "position": "start"}
    given |= {"launcher_text": "Ask us", "rules-0-message": "Need help?", "rules-0-page": "/pricing*"}
    given |= {"consent_enabled": "on", "consent_link": "https://acme.test/privacy", "color_scheme": "dark"}
    assert adas_browser.post(page, given).status_code == 302
    loader = Client().get(f"/widget/{cast.acme.website_key}.js").content.decode()
    for part in ('"brand":"#0b6b3a"', '"Ask us"]', '"position":"left"', '"colorScheme":"dark"'):
        assert part in loader
    rules = Client().get(f"/widget/{cast.acme.website_key}.js?rules").content.decode()
    assert '"message":"Need help?","page":"/pricing*"' in rules
    frame = Client().get(f"/widget/frame/{cast.acme.website_key}/").content.decode()
    assert "https://acme.test/privacy" in frame
    assert '"chips": ["Where?", "When?"]' in frame


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"brand_color": "red"}, "A colour such as"),
        ({"brand_color": "#fff;}"}, "A colour such as"),
        ({"chips": "\n".join("abcdefg")}, "At most 6"),
        ({"chips": "x" * 61}, "At most 6"),
        ({"greeting": "x" * 121}, "at most 120"),
        ({"consent_link": "javascript:alert(1)"}, "begins with https://"),
        ({"color_scheme": "sepia"}, "not one of the available"),
        ({"rules-count": "1", "rules-0-message": ""}, "required"),
        ({"rules-count": "1", "rules-0-message": "x", "rules-0-page": "*", "rules-0-seconds": "-1"}, "greater than"),
        ({"rules-count": "1", "rules-0-message": "x" * 201}, "at most 200"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    cast: Cast, adas_browser: Client, page: str, given: dict[str, str], why: str
) -> None:
    answer = adas_browser.post(page, sent(adas_browser.get(page)) | given)
    assert (answer.status_code, why in text_of(answer)) == (422, True)
    assert stored(cast.acme).widget == {}


def test_reset_takes_back_this_page_and_nothing_else(cast: Cast, adas_browser: Client, page: str) -> None:
    cast.acme.widget = {"emoji": False, "form": {"intro": "Hello"}}
    cast.acme.brand_color = "#000000"
    cast.acme.save()
    adas_browser.post(page + "reset/")
    assert stored(cast.acme).brand_color == "#3454d1"
    assert cast.acme.widget_settings.emoji
    assert cast.acme.widget_settings.form.intro == "Hello"


def test_the_contrast_is_said_of_the_colour_that_is_shown() -> None:
    assert said_of("#3454d1").startswith("White text on it has a contrast of 6.")
    assert said_of("#FFE600").startswith("Black text")
    assert "darker" in said_of("#ff3b30")


def test_a_stale_page_writes_over_nobody_unasked(cast: Cast, adas_browser: Client, page: str) -> None:
    stale = sent(adas_browser.get(page))
    browser_of(cast.cleo).post(page, stale | {"greeting": "Cleo's"})
    answer = adas_browser.post(page, stale | {"greeting": "Ada's"})
    assert (answer.status_code, stored(cast.acme).greeting) == (409, "Cleo's")
    assert adas_browser.post(page, sent(answer)).status_code == 302
    assert stored(cast.acme).greeting == "Ada's"


def test_a_draft_is_shown_and_not_stored(stack: Stack, cast: Cast, owner: PageReader, page: str) -> None:
    given = sent(owner.get(page).text) | {"greeting": "Not yet", "rules-do": "add", "side": "closed"}
    shown = owner.post(page + "draft/", given)
    assert shown.status_code == 200
    script = re.search(r'src="(/widget/preview/[^"]+)"', shown.text)
    assert script is not None
    token = script[1].split("/")[3]
    assert "Not yet" in owner.get(f"/widget/preview/{token}/widget/frame/closed/").text
    assert stored(cast.acme).greeting != "Not yet"
    assert "Not yet" not in owner.get(f"/widget/frame/{cast.acme.website_key}/").text
    wrong = owner.post(page + "draft/", given | {"brand_color": "red"})
    assert (wrong.status_code, "A colour such as" in wrong.text) == (422, True)


def test_no_other_site_shows_a_draft_and_a_guess_finds_none(owner: PageReader, page: str) -> None:
    shown = owner.post(page + "draft/", sent(owner.get(page).text))
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    for guess in ("a" * 24, "../../x", "%00", "😀"):
        assert owner.get(f"/widget/preview/{guess}/open/").status_code == 404


def test_mallory_finds_none_of_it_and_ben_may_do_none_of_it(cast: Cast, page: str) -> None:
    given = sent(browser_of(cast.ada).get(page)) | {"greeting": "Mine now"}
    for rest in ("", "draft/", "reset/"):
        assert browser_of(cast.mallory).post(page + rest, given).status_code == 404
        assert browser_of(cast.ben).post(page + rest, given).status_code == 403
    assert browser_of(cast.mallory).get(page).status_code == 404
    assert stored(cast.acme).greeting != "Mine now"


@pytest.mark.slow
def test_ada_sees_in_the_chat_itself_what_she_types(
    stack: Stack, cast: Cast, adas_session: str, page: str, no_visitor_comes: None, pages: Pages
) -> None:
    browser = pages(viewport={"width": 1400, "height": 900})
    browser.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": adas_session, "url": stack.url}])
    browser.goto(stack.url + page)
    window = browser.frame_locator(".studio-stage iframe:not(.studio-coming)").frame_locator("iframe")
    expect(window.get_by_text("Hi there 👋")).to_be_visible()
    browser.get_by_label("Greeting").fill("Moin moin")
    expect(window.get_by_text("Moin moin")).to_be_visible()
    browser.get_by_label("Questions to start with").fill("Where is my order?")
    expect(window.get_by_role("button", name="Where is my order?")).to_be_visible()
    browser.get_by_label("Your colour").fill("#ffe600")
    expect(browser.get_by_text("Black text on it")).to_be_visible()
    chat = browser.get_by_role("combobox", name="Chat", exact=True)
    chat.select_option("ended")
    expect(window.locator(".message.mine").first).to_be_visible()
    chat.select_option("open")
    browser.get_by_label("Ask for consent before anything else").check()
    expect(window.get_by_role("button", name="I agree")).to_be_visible()
    browser.get_by_role("button", name="Add message").click()
    browser.get_by_label("Message", exact=True).fill("May I help?")
    chat.select_option("closed")
    outer = browser.frame_locator(".studio-stage iframe:not(.studio-coming)")
    expect(outer.get_by_text("May I help?")).to_be_visible()
    assert violations(browser) == []
    browser.get_by_role("button", name="Save").last.click()
    expect(browser.get_by_text("Saved.")).to_be_visible()
    assert browser.get_by_label("Greeting").input_value() == "Moin moin"
