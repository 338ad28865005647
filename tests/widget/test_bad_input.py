"""Whatever somebody types, pastes or lives through: it is shown safely or refused clearly, and never lost."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, inner_frame, launcher, say, store
from tests.widget.host_page import NEAR, HostPage

# Of a bubble, without the name that stands before it for those who hear it.
WORDS = "all => all.map(bubble => bubble.lastChild.textContent)"
ODD = {
    "markup": "<img src=x onerror=alert(1)><script>alert(1)</script> &amp; **stars**",
    "right to left": "invoice\u202egpj.exe and \u2066more\u2069",
    "four bytes": "👩‍👩‍👧‍👦 𝕳𝖊𝖑𝖑𝖔 🏳️‍🌈",
    "zero width": "in\u200bvisi\u200d\ufeffble",
    "one word": "x" * 10_000,
    "many lines": "\n".join(f"line {number}" for number in range(200)),
    "links": "[here](javascript:alert(1)) javascript:alert(2) data:text/html,<b>x</b>",
}


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def page(ada: StaffMember, shop: HostPage, pages: Pages) -> Page:
    page = pages()
    page.goto(shop.url(NEAR))
    return page


@pytest.mark.parametrize(
    "what", ["markup", *(pytest.param(one, marks=pytest.mark.slow) for one in ODD if one != "markup")]
)
def test_whatever_is_typed_stays_the_text_it_is(page: Page, ada: StaffMember, what: str) -> None:
    chat, text = chat_on(page), ODD[what]
    say(chat, text)
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))
    assert bubbles(chat).evaluate_all(WORDS) == [text]
    conversation = ada.rest.get("conversations/").json()["results"][0]["id"]
    entries = ada.rest.get(f"conversations/{conversation}/entries/", after=0).json()["entries"]
    assert [one["content"] for one in entries if one["role"] == "user"] == [text]
    frame = inner_frame(page)
    assert frame.evaluate("document.querySelectorAll('.message img, .message script, .message a').length") == 0
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(chat.get_by_role("button", name="Close chat")).to_be_in_viewport(ratio=0.99)


@pytest.mark.slow
def test_two_hundred_pasted_lines_stay_in_the_field_and_leave_the_buttons_in_sight(page: Page) -> None:
    chat = chat_on(page)
    field = chat.get_by_role("textbox")
    expect(field).to_be_focused()
    inner_frame(page).evaluate("text => document.execCommand('insertText', false, text)", ODD["many lines"])
    expect(field).to_have_value(ODD["many lines"])
    for element in (field, chat.get_by_role("button", name="Send message"), chat.get_by_role("heading")):
        expect(element).to_be_in_viewport(ratio=0.99)
    field.press("Enter")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200b\ufeff\u2060", " \n\t\u00a0"], ids=["zero width", "several", "blanks"]
)
def test_what_nobody_could_see_is_not_sent(page: Page, hidden: str) -> None:
    chat = chat_on(page)
    chat.get_by_role("textbox").fill(hidden)
    expect(chat.get_by_role("button", name="Send message")).to_be_disabled()
    chat.get_by_role("textbox").press("Enter")
    expect(bubbles(chat)).to_have_count(0)


@pytest.mark.slow
def test_what_the_staff_writes_makes_no_harmful_link(page: Page, ada: StaffMember) -> None:
    chat = chat_on(page)
    store(chat, "Hello")
    conversation = ada.rest.get("conversations/").json()["results"][0]["id"]
    body = {
        "client_id": "6f1c2a52-7f0e-4b39-9d5c-0f6d8a1b2c3d",
        "content": ODD["links"] + " [fine](https://acme.test/)",
    }
    assert ada.rest.post(f"conversations/{conversation}/messages/", body).status_code == 201
    expect(chat.get_by_role("link", name="fine")).to_be_visible()
    hrefs = inner_frame(page).evaluate("[...document.querySelectorAll('.message a')].map(link => link.href)")
    assert hrefs == ["https://acme.test/"]


@pytest.mark.slow
def test_a_name_that_runs_backwards_turns_nothing_around(page: Page, acme: Website, ada: StaffMember) -> None:
    ada.rest.patch(f"websites/{acme.pk}/", {"greeting": "\u202eolleH", "intro": "<b>x</b>"})
    page.reload()
    chat = chat_on(page)
    expect(chat.get_by_text("<b>x</b>")).to_be_visible()
    assert chat.locator(".header-text").evaluate("e => getComputedStyle(e).direction") == "ltr"


# All that tells the time in a browser, in every document.
CLOCK = """const off = HOURS * 3_600_000, Real = Date;
window.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [Real.now() + off])); }
  static now() { return Real.now() + off; }
};"""


@pytest.mark.slow
@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_is_hours_off_changes_nothing_of_what_is_said_and_in_which_order(
    page: Page, ada: StaffMember, hours: int
) -> None:
    page.add_init_script(CLOCK.replace("HOURS", str(hours)))
    page.reload()
    chat = chat_on(page)
    store(chat, "One")
    conversation = ada.rest.get("conversations/").json()["results"][0]["id"]
    body = {"client_id": "6f1c2a52-7f0e-4b39-9d5c-0f6d8a1b2c3d", "content": "Two"}
    ada.rest.post(f"conversations/{conversation}/messages/", body)
    expect(bubbles(chat).nth(1)).to_contain_text("Two")
    store(chat, "Three")
    page.context.set_offline(True)
    say(chat, "Four")
    expect(chat.locator(".message.mine.sending")).to_contain_text("Four")
    right = "(all, off) => all.map(one => Math.abs(Date.parse(one.dateTime) - Date.now() + off * 3_600_000) < 600_000)"
    expect(chat.locator(".message time")).to_have_count(3)  # one for what was said together
    assert chat.locator(".message time").evaluate_all(right, hours) == [True] * 3, "the server says when it was"
    page.context.set_offline(False)
    expect(chat.locator(".message.mine").last).to_have_class(re.compile("sent|delivered|read"), timeout=30_000)
    page.reload()
    shown = page.frame_locator("iframe").locator(".message .bubble")
    expect(shown).to_have_count(4)
    assert shown.evaluate_all(WORDS) == ["One", "Two", "Three", "Four"]


@pytest.mark.slow
def test_a_server_that_is_gone_takes_nothing_of_what_was_typed(page: Page) -> None:
    chat = chat_on(page)
    expect(chat.get_by_role("textbox")).to_be_visible()
    page.context.route("**/api/**", lambda route: route.abort())
    say(chat, "Is anybody there?")
    expect(chat.locator(".message.mine")).to_have_class(re.compile("sending"))
    expect(chat.get_by_text("Connection lost. Trying again…")).to_be_visible(timeout=15_000)
    chat.get_by_role("textbox").fill("And half a")
    page.context.unroute("**/api/**")
    page.reload()
    again = page.frame_locator("iframe")
    expect(again.locator(".message.mine")).to_have_class(re.compile("sent|delivered|read"), timeout=30_000)
    expect(again.get_by_role("textbox")).to_have_value("And half a")


@pytest.mark.slow
def test_a_website_that_is_switched_off_while_the_chat_is_open_says_so_and_keeps_what_was_typed(
    page: Page, acme: Website, ada: StaffMember
) -> None:
    chat = chat_on(page)
    store(chat, "Hello")
    page.context.set_offline(True)
    say(chat, "Left behind")
    chat.get_by_role("textbox").fill("What I still wanted to")
    ada.rest.patch(f"websites/{acme.pk}/", {"is_active": False})
    page.context.set_offline(False)
    expect(chat.get_by_text("This chat is not available.")).to_be_visible(timeout=30_000)
    expect(chat.locator(".message.mine").last).to_contain_text("Not sent.")
    kept = inner_frame(page).evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "What I still wanted to" in json.loads(json.dumps(kept))
    page.reload()
    expect(launcher(page)).to_have_count(0)
