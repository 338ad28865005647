"""Alerts: one tab speaks, it rings until somebody claims, and each of them can be tried."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, rows, say
from tests.servers.stack import Stack

NOTES = 2  # of one chime
QUIET = 1600  # milliseconds; two chimes closer to each other are one
# Counts what would be heard and shown, and lets a test say that a tab is hidden; nothing else is changed.
WATCHED = """
window.tones = 0;
window.OscillatorNode = class extends OscillatorNode { start(at) { window.tones++; super.start(at); } };
window.notices = [];
window.Notification = class extends Notification {
    constructor(title, options) { super(title, options); window.notices.push([title, options.body, options.tag]); }
};
window.isHidden = false;
Object.defineProperty(document, 'visibilityState', { get: () => (window.isHidden ? 'hidden' : 'visible') });
"""


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def watch(page: Page) -> None:
    """From the next load of any page of this browser on."""
    page.context.add_init_script(WATCHED)
    page.context.grant_permissions(["notifications"])
    page.reload()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def switch_on(page: Page, rings: bool = True) -> None:
    page.keyboard.press("g")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Alerts")
    dialog.get_by_role("switch", name="Sound for new messages").check()
    dialog.get_by_role("switch", name=re.compile("^Ring")).set_checked(rings)
    dialog.get_by_role("switch", name=re.compile("When this page is hidden")).check()
    expect(dialog.get_by_role("switch", name=re.compile("When this page is hidden"))).to_be_checked()
    dialog.get_by_role("button", name="Close").click()
    page.wait_for_timeout(QUIET)  # who switches it on hears it
    page.evaluate("tones = 0")


def hide(page: Page, is_hidden: bool) -> None:
    page.evaluate("is => { isHidden = is; document.dispatchEvent(new Event('visibilitychange')); }", is_hidden)


def heard(page: Page) -> int:
    return int(page.evaluate("tones")) // NOTES


def notices(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("notices")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_every_alert_can_be_tried_in_one_place(open_inbox: OpenInbox, scheme: str) -> None:
    page = open_inbox(color_scheme=scheme)
    watch(page)
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    page.get_by_role("button", name="Alerts: set up and try").click()
    dialog = page.get_by_role("dialog", name="Alerts")
    expect(dialog).to_contain_text("This tab speaks")
    expect(dialog).to_contain_text("The browser lets this page sound.")
    dialog.get_by_role("button", name="Play it").click()
    assert heard(page) == 1
    dialog.get_by_role("slider", name="Volume").fill("0")
    expect(dialog).to_contain_text("The volume is at nothing.")
    dialog.get_by_role("button", name="Play it").click()
    assert heard(page) == 1
    dialog.get_by_role("button", name="Show one").click()
    expect(dialog).to_contain_text("Sent. If you see nothing")
    assert [title for title, _, _ in notices(page)] == ["Vera asks for a person"]
    plain = page.locator("link[rel=icon]").get_attribute("href")
    dialog.get_by_role("button", name="Show for five seconds").click()
    expect(page).to_have_title("(3) Inbox")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/png"))
    expect(page).to_have_title("Inbox")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", plain or "")
    expect(dialog).to_contain_text("This installation sends no e-mail")
    choices = dialog.get_by_role("link", name=re.compile("choose which you get"))
    expect(choices).to_have_attribute("href", "/manage/account/mails/")
    dialog.get_by_role("switch", name=re.compile("^To ")).uncheck()
    assert violations(page) == []
    page.reload()
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(dialog.get_by_role("switch", name=re.compile("^To "))).not_to_be_checked()
    expect(dialog.get_by_role("slider", name="Volume")).to_have_value("0")
    choices.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your e-mails")


@pytest.mark.slow
def test_of_two_tabs_one_speaks_and_the_other_takes_its_place(
    open_inbox: OpenInbox, vera: Visitor, second: Visitor, stack: Stack
) -> None:
    first = open_inbox()
    watch(first)
    switch_on(first, rings=False)
    other = first.context.new_page()
    other.goto(stack.url + address(second))
    expect(entries(other)).to_have_count(1)
    other.locator("body").press("Shift")  # now it may sound, too
    say(vera, "Anybody there?")
    expect(rows(first).first).to_contain_text("Anybody there?")
    expect(rows(other).first).to_contain_text("Anybody there?")
    assert (heard(first), heard(other)) == (1, 0)
    assert ([tag for _, _, tag in notices(first)], notices(other)) == ([vera.conversation_id], [])
    say(second, "It is on the other tab's screen")
    expect(rows(first).first).to_contain_text("on the other tab")
    assert len(notices(first)) == 1
    hide(other, True)
    first.wait_for_timeout(200)
    say(second, "Now it is on none")
    expect(rows(first).first).to_contain_text("on none")
    assert notices(first)[1:] == [
        ["Visitor " + second.session["visitor"]["id"][:4], "Now it is on none", notices(first)[1][2]]
    ]
    first.close()
    other.wait_for_timeout(300)
    say(vera, "And who speaks now?")
    expect(rows(other).first).to_contain_text("who speaks now")
    assert heard(other) >= 1
    assert [body for _, body, _ in notices(other)] == ["And who speaks now?"]


def test_it_rings_until_somebody_claims(open_inbox: OpenInbox, vera: Visitor, cleo: StaffMember) -> None:
    page = open_inbox()
    page.clock.install()
    watch(page)
    switch_on(page)
    say(vera, "Hello?")
    strip = page.get_by_role("status").filter(has_text="waits unclaimed")
    expect(strip).to_be_visible()
    assert violations(page) == []
    before = heard(page)
    page.clock.run_for(17_000)
    assert heard(page) - before in (2, 3)  # every eight seconds
    assert cleo.rest.patch(f"conversations/{vera.conversation_id}/", {"assignee": cleo.user.pk}).status_code == 200
    expect(strip).to_have_count(0)
    claimed = heard(page)
    page.clock.run_for(30_000)
    say(vera, "Hello Cleo")
    expect(rows(page).first).to_contain_text("Hello Cleo")
    assert heard(page) == claimed, "it is Cleo's now"


@pytest.mark.slow
def test_a_reload_does_not_end_the_ringing_silence_does_and_one_tab_of_two_makes_it(
    open_inbox: OpenInbox, vera: Visitor, stack: Stack
) -> None:
    first = open_inbox()
    first.clock.install()
    watch(first)
    switch_on(first)
    other = first.context.new_page()
    other.clock.install()
    other.goto(stack.url + "/live-chat/")
    first.reload()
    for page in (first, other):  # Vera waited before either was there
        expect(page.get_by_role("status").filter(has_text="waits unclaimed")).to_be_visible()
        page.locator("body").press("Shift")  # now it may sound
    for page in (first, other):
        page.clock.run_for(17_000)
    assert sorted(heard(page) > 0 for page in (first, other)) == [False, True]
    first.get_by_role("button", name="Silence").click()
    for page in (first, other):
        expect(page.get_by_text("unclaimed")).to_have_count(0)
        page.reload()
        expect(rows(page)).to_have_count(1)
        expect(page.get_by_text("Live", exact=True).first).to_be_visible()  # what comes is told from here on
    say(vera, "Is anybody there?")  # another call
    for page in (first, other):
        expect(page.get_by_text("waits unclaimed")).to_be_visible()


@pytest.mark.slow
def test_nothing_rings_for_who_is_away_until_they_are_back(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox()
    watch(page)
    switch_on(page)
    strip = page.get_by_role("status").filter(has_text="waits unclaimed")
    expect(strip).to_be_visible()
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    away = page.get_by_role("switch", name=re.compile("^Away: no"))
    with page.expect_response(lambda answer: "/members/" in answer.url and answer.request.method == "PATCH"):
        away.check()
    expect(strip).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name=re.compile("Your menu, Ada, away")).first).to_be_attached()
    expect(rows(page)).to_have_count(1)
    expect(strip).to_have_count(0)
    page.get_by_role("button", name=re.compile("Your menu")).first.click()
    away.uncheck()
    expect(strip).to_be_visible()


@pytest.mark.slow
def test_what_rings_is_claimed_or_silenced_where_it_is_shown(
    open_inbox: OpenInbox, vera: Visitor, second: Visitor
) -> None:
    page = open_inbox()
    watch(page)
    switch_on(page)
    say(vera, "Hello?")
    say(second, "Hello, too")
    expect(page.get_by_text("2 visitors wait unclaimed")).to_be_visible()
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page).to_have_url(re.compile(address(vera)))
    expect(page.locator(".thread-sub")).to_contain_text("Waits for you")
    page.get_by_role("button", name="Silence").click()
    expect(page.get_by_text("unclaimed")).to_have_count(0)


@pytest.mark.slow
def test_mallory_hears_nothing_of_acme(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox("Mallory")
    watch(page)
    switch_on(page)
    ada = open_inbox()
    say(vera, "Only for Acme")
    expect(rows(ada).first).to_contain_text("Only for Acme")
    page.wait_for_timeout(300)
    assert (heard(page), notices(page)) == (0, [])
