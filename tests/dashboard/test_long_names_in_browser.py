"""Names as long as names may be, everywhere they show, on a phone and on a desk: nothing is pushed aside."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Website
from conversations.models import Conversation, Label
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import Visitor, log_in
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, rows, say
from tests.servers.stack import Stack

LONGEST = 120  # characters of a name
# Whatever can be scrolled sideways or spills over its own edge; what hides the rest does so with an ellipsis.
SPILLS = """() => {
  const hides = (style) => ['hidden', 'clip'].includes(style.overflowX);
  const isHidden = (one) => one !== document.body && (hides(getComputedStyle(one)) || isHidden(one.parentElement));
  const isCut = (one, style) => hides(style) && style.textOverflow !== 'ellipsis' && !one.children.length;
  const spills = (one) => {
    const style = getComputedStyle(one);
    if (style.display === 'inline' || !one.clientWidth) return false;
    return one.scrollWidth > one.clientWidth + 1 && (isCut(one, style) || !hides(style));
  };
  const isBeyond = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !isHidden(one.parentElement);
  const seen = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility());
  const found = seen.filter((one) => !one.closest('.sr-only, svg') && (spills(one) || isBeyond(one)));
  return found.map((one) => one.outerHTML.slice(0, 120));
}"""


def long(word: str) -> str:
    return (word * LONGEST)[:LONGEST]


@pytest.fixture
def long_names(stack: Stack, people_only: Cast) -> Visitor:
    """Vera, Cleo, Acme, a label on Vera's conversation and a canned reply: all with names of one long word."""
    vera = asking(stack, people_only)
    organisation = people_only.acme.organisation
    Label.objects.bulk_create(Label(organisation=organisation, name=f"{'label' * 11}{n:03}"[-60:]) for n in range(300))
    labels = list(Label.objects.for_system().filter(organisation=organisation).values_list("name", flat=True)[:50])
    Conversation.objects.for_system().filter(pk=vera.conversation_id).update(labels=labels)
    log_in(stack, people_only.cleo).rest.post(
        "canned-replies/", {"website": people_only.acme.pk, "shortcut": "s" * 40, "content": "x" * 400}
    )
    Visitors.objects.for_system().filter(website=people_only.acme).update(
        name=long("Vera"), email=f"{'m' * 60}@{'x' * 60}.example.test", page_title=long("T"), page_url="https://x.test/"
    )
    for person in (people_only.cleo, people_only.ben):
        User.objects.filter(pk=person.pk).update(name=long(person.name))
    Website.objects.filter(pk=people_only.acme.pk).update(name=long("Acme"))
    Website.objects.create(organisation=organisation, name=long("Blog"), assistant_name="A", ai_enabled=False)
    return vera


def nothing_spills(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SPILLS) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_names_as_long_as_they_may_be_fit_wherever_they_stand(
    long_names: Visitor, open_inbox: OpenInbox, width: int
) -> None:
    page = open_inbox("Ada", viewport={"width": width, "height": 740}, reduced_motion="reduce")
    ben = open_inbox("Ben", path=address(long_names))
    is_phone = width == 360
    expect(rows(page)).to_contain_text([long("Vera")])
    nothing_spills(page)  # the list, and where websites are picked
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.locator(".menu-filters option")).to_have_count(305)
    nothing_spills(page)
    page.locator(".menu-filters select").first.select_option(index=1)
    page.locator(".menu-filters select").last.select_option(index=2)
    page.keyboard.press("Escape")
    nothing_spills(page)  # what is set stands below the search
    page.goto(page.url.partition("/live-chat/")[0] + "/live-chat/")
    rows(page).first.click()
    expect(entries(page)).to_have_count(1)
    expect(page.get_by_role("heading", name=long("Vera")).first).to_be_visible()
    ben.locator("#composer").press_sequentially("Hello")
    expect(page.get_by_text("is replying")).to_be_visible()
    nothing_spills(page)  # header, log and who else is here
    page.locator("#composer").press_sequentially("/")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    nothing_spills(page)
    page.keyboard.press("Escape")
    page.locator("#composer").fill("")
    page.get_by_role("button", name="Note").first.click()
    page.locator("#composer").press_sequentially("@")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    nothing_spills(page)
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(entries(page).last).to_contain_text(re.compile("@(Ben|Cleo)"))
    nothing_spills(page)
    if is_phone:
        page.get_by_role("button", name="Details", exact=True).click()
    expect(page.locator("#assign-to option")).to_have_count(4)
    page.locator("#assign-to").select_option(index=2)
    expect(page.locator(".toast").last).to_contain_text("Assigned to")
    nothing_spills(page)  # the panel and the notice
    assert violations(page) == []
    for toast in page.locator(".toast").all():
        toast.get_by_role("button", name="Close").click()
    if is_phone:
        page.get_by_role("button", name="Close details").click()
    expect(page.locator(".thread-sub")).to_contain_text("Waits for")
    nothing_spills(page)
    say(long_names, "Anybody?")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command").fill("Acme")
    nothing_spills(page)
    assert violations(page) == []
