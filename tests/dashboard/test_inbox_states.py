"""The inbox in each of its states: nothing overflows, and axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from conversations.models import Conversation
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import Visitor, log_in
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import RECOVERY, OpenInbox, address, asking, entries, rows, write
from tests.servers.pages import EVIDENCE, Pages
from tests.servers.stack import Stack


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has a question, and no AI answers it."""
    return asking(stack, people_only)


@pytest.fixture
def a_busy_day(stack: Stack, people_only: Cast) -> None:
    """More conversations of every kind than the tabs have room to count, and more than one page of them."""
    for handled_by, since in [("human", timezone.now()), ("ai", None)]:
        visitors = Visitors.objects.bulk_create(Visitors(website=people_only.acme, name="Vera") for _ in range(120))
        Conversation.objects.bulk_create(
            Conversation(
                website=people_only.acme, visitor=one, handled_by=handled_by, message_count=1, waiting_since=since
            )
            for one in visitors
        )


PICTURES = EVIDENCE / "states"
LONG = partial(pytest.param, marks=pytest.mark.slow)
WIDTHS = [pytest.param(one, marks=pytest.mark.slow) for one in (320, 360, 719, 720, 1024, 1099, 1440)]


@pytest.mark.parametrize("width", [1100, *WIDTHS])
@pytest.mark.parametrize("view", ["More", pytest.param("Unassigned", marks=pytest.mark.slow)])
def test_large_numbers_stay_within_the_list(a_busy_day: None, open_inbox: OpenInbox, width: int, view: str) -> None:
    page = open_inbox(viewport={"width": width, "height": 740})
    expect(page.get_by_role("group", name="Show")).to_contain_text(re.compile(r"Open 99\+|Open \d+\+"))
    if view != "More":
        page.get_by_role("button", name="More").click()
        page.locator(".menu-views").get_by_role("button", name=view).click()
        expect(page.locator(".tab-more")).to_have_text(view)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".tabs").evaluate("tabs => tabs.scrollWidth <= tabs.clientWidth")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "color_scheme"),
    [(1440, 900, "light"), (360, 740, "dark"), LONG(1440, 900, "dark"), LONG(900, 700, "light")],
)
def test_axe_finds_nothing(
    open_inbox: OpenInbox, pages: Pages, vera: Visitor, width: int, height: int, color_scheme: str
) -> None:
    page = open_inbox(viewport={"width": width, "height": height}, color_scheme=color_scheme)
    expect(rows(page)).to_have_count(1)
    assert violations(page) == []
    rows(page).first.click()
    expect(entries(page)).to_have_count(1)
    write(page, "**Yes**: see https://acme.test\n\n1. one\n2. two")
    expect(entries(page)).to_have_count(2)
    page.get_by_role("button", name="Note").click()
    assert violations(page) == []
    assert [line for line in pages.console if " error: " in line] == []


@pytest.mark.slow
def test_axe_finds_nothing_where_there_is_nothing(open_inbox: OpenInbox) -> None:
    page = open_inbox("Mallory")
    expect(page.get_by_text("No conversations yet")).to_be_visible()
    expect(page.get_by_text("/widget/")).to_be_visible()
    assert violations(page) == []


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Command")).to_be_focused()


def sheet(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def merging(page: Page) -> None:
    page.get_by_role("button", name="Merge…").click()
    expect(page.get_by_role("dialog", name="Merge with another visitor")).to_be_visible()


def canned(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Canned replies")).to_be_visible()


def picking_a_reply(page: Page) -> None:
    page.locator("#composer").press_sequentially("/")
    expect(page.get_by_role("listbox", name="Canned replies")).to_be_visible()


def calling_a_colleague(page: Page) -> None:
    page.keyboard.press("n")
    page.locator("#composer").press_sequentially("@")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()


def snoozing(page: Page) -> None:
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Until the visitor writes")).to_be_visible()


def assigning(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("#assign-to option")).to_have_count(4)


def own_menu(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    expect(page.get_by_role("button", name="Canned replies")).to_be_visible()


def a_search(page: Page) -> None:
    page.get_by_label("Search conversations").fill("order")
    expect(page.locator("mark").first).to_be_visible()


def a_search_for_nothing(page: Page) -> None:
    page.get_by_label("Search conversations").fill("xyzzy")
    expect(page.get_by_text("No results")).to_be_visible()


def an_undo(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def an_error(page: Page) -> None:
    button = page.get_by_role("button", name="Assign to me")
    expect(button).to_be_enabled()
    page.context.clear_cookies()
    # What the page asks for by itself may have been refused, and its dialog shown, before the click.
    button.dispatch_event("click")
    expect(page.get_by_role("alert").first).to_be_visible()


def offline(page: Page) -> None:
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    page.reload()
    expect(page.get_by_text(re.compile("You are offline|Reconnecting")).first).to_be_visible(timeout=RECOVERY)


def not_here(page: Page) -> None:
    page.goto(page.url.split("/live-chat/")[0] + "/live-chat/00000000-0000-4000-8000-000000000000/")
    expect(page.get_by_text("This conversation is not here")).to_be_visible()


def alerts(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="Alerts").get_by_role("switch", name=re.compile("^To "))).to_be_enabled()


def own_hours(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.get_by_role("switch", name="Only at these hours").check()


STATES = [
    *(alerts, own_hours),
    *(palette, sheet, merging, canned, picking_a_reply, calling_a_colleague, snoozing, assigning, own_menu),
    *(a_search, a_search_for_nothing, an_undo, an_error, offline, not_here),
]


@pytest.fixture
def a_canned_reply(stack: Stack, people_only: Cast) -> None:
    body = {"website": people_only.acme.pk, "shortcut": "thanks", "content": "Thanks!"}
    assert log_in(stack, people_only.cleo).rest.post("canned-replies/", body).status_code == 201


ALWAYS = (palette, merging, an_error)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reach", "scheme"),
    [
        pytest.param(reach, scheme, marks=() if reach in ALWAYS and scheme == "light" else pytest.mark.slow)
        for reach in STATES
        for scheme in ("light", "dark")
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_axe_finds_nothing_in_any_state(
    a_canned_reply: None, open_inbox: OpenInbox, vera: Visitor, reach: Callable[[Page], None], scheme: str
) -> None:
    page = open_inbox(path=address(vera), color_scheme=scheme, reduced_motion="reduce")
    expect(page.get_by_role("button", name="Merge…")).to_be_visible()
    reach(page)
    page.screenshot(path=PICTURES / f"{reach.__name__}-{scheme}.png")
    assert violations(page) == []
