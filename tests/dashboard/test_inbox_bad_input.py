"""What can go wrong while an inbox is open, and what people can write and call themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from conversations.models import Conversation, Label
from conversations.models import Visitor as Visitors
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import (
    PHONE,
    OpenInbox,
    address,
    asking,
    entries,
    rows,
    said,
    say,
    write,
)
from tests.servers.stack import Stack

ODD = {
    "markup": '<script>document.title = "gone"</script><b>bold</b>&amp;',
    "right to left": "\u202egnirts\u202c \u2066ab\u2069 مرحبا שלום",
    "emoji": "👩\u200d👩\u200d👧 🏳️\u200d🌈 😀" * 20,
    "a very long word": "x" * 10_000,
    "combining signs": "Z\u0351\u036b\u0343" * 200,
    "nothing but space": "\u00a0\u2003 .",
    "zero width": "in\u200bvisi\u200d\ufeffble",
    "many lines": "\n".join(f"line {number}" for number in range(200)),
    "harmful links": "[here](javascript:alert(1)) javascript:alert(2) data:text/html,<b>x</b>",
}
SHORT = [("markup", 360), ("a very long word", 360)]
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 3 + "x" * 15  # as long as a name may be


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def test_two_agents_who_act_on_one_conversation_at_once_end_with_the_same(open_inbox: OpenInbox, vera: Visitor) -> None:
    ada, ben = open_inbox("Ada", path=address(vera)), open_inbox("Ben", path=address(vera))
    for page in (ada, ben):
        expect(entries(page)).to_have_count(1)
    for page in (ada, ben):  # neither waits for the other
        page.locator("body").press("i")
        page.locator("#composer").fill(f"From {'Ada' if page is ada else 'Ben'}")
    ada.locator("#composer").press("Control+Enter")
    ben.locator("#composer").press("Control+Enter")
    for page in (ada, ben):
        expect(page.get_by_role("log")).to_contain_text("From Ada")
        expect(page.get_by_role("log")).to_contain_text("From Ben")
    texts = [page.get_by_role("log").locator(".bubble").all_inner_texts() for page in (ada, ben)]
    assert texts[0] == texts[1] == said(vera)
    who = [page.locator("#assign-to").evaluate("field => field.selectedOptions[0].text") for page in (ada, ben)]
    assert who[0] == who[1]
    ada.locator("#composer").blur()
    ada.locator("body").press("e")
    write(ben, "One more thing from Ben")
    for page in (ada, ben):
        expect(rows(page)).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)


@pytest.fixture
def three_hundred_labels(people_only: Cast, vera: Visitor) -> list[str]:
    names = [f"{'label' * 11}{number:03}"[-60:] for number in range(300)]
    organisation = people_only.acme.organisation
    Label.objects.bulk_create(Label(organisation=organisation, name=name) for name in names)
    most = names[:50]  # of one conversation
    Conversation.objects.for_system().filter(pk=vera.conversation_id).update(labels=most)
    return names


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
def test_three_hundred_labels_are_all_there_and_push_nothing_aside(
    three_hundred_labels: list[str], open_inbox: OpenInbox, width: int
) -> None:
    page = open_inbox(viewport={"width": width, "height": 740})
    rows(page).first.click()
    if width == PHONE["width"]:
        page.get_by_role("button", name="Details", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Remove the label"))).to_have_count(50)
    expect(page.locator("#known-labels option")).to_have_count(250)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    panel = page.get_by_role("complementary", name="Details")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("Remove the label")).first.click()
    expect(page.get_by_role("button", name=re.compile("Remove the label"))).to_have_count(49)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "width"),
    [
        *SHORT,
        *(
            pytest.param(what, width, marks=pytest.mark.slow)
            for what in ODD
            for width in (360, 1440)
            if (what, width) not in SHORT
        ),
    ],
)
def test_what_visitors_write_stays_text_in_its_place(
    open_inbox: OpenInbox, vera: Visitor, what: str, width: int
) -> None:
    say(vera, ODD[what])
    page = open_inbox(viewport={"width": width, "height": 740})
    rows(page).first.click()
    expect(entries(page)).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    log = page.get_by_role("log")
    assert log.evaluate("log => log.scrollWidth <= log.clientWidth")
    bubble = entries(page).last.locator(".bubble")
    assert bubble.inner_text().split() == ODD[what].split()
    expect(bubble.locator("a, img, script, b")).to_have_count(0)
    expect(page).to_have_title(re.compile("Inbox"))


@pytest.fixture
def a_long_name(people_only: Cast, vera: Visitor) -> None:
    Visitors.objects.for_system().filter(website=people_only.acme).update(
        name=LONG_NAME, email=f"{'m' * 60}@{'x' * 60}.example.test", page_title="T" * 300
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
def test_a_name_as_long_as_names_may_be_fits_everywhere(
    a_long_name: None, open_inbox: OpenInbox, vera: Visitor, width: int
) -> None:
    page = open_inbox(viewport={"width": width, "height": 740})
    expect(rows(page)).to_contain_text([LONG_NAME])
    assert page.evaluate("document.documentElement.scrollWidth") == width
    rows(page).first.click()
    expect(page.get_by_role("heading", name=LONG_NAME).first).to_be_visible()
    if width == PHONE["width"]:
        page.get_by_role("button", name="Details", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert violations(page) == []


def test_names_of_two_hundred_characters_are_refused_where_they_are_set(cleo: StaffMember, people_only: Cast) -> None:
    name = "n" * 200
    assert cleo.rest.patch(f"websites/{people_only.acme.pk}/", {"name": name}).status_code == 400
    assert cleo.rest.post("labels/", {"website": people_only.acme.pk, "name": name}).status_code == 400
    body = {"website": people_only.acme.pk, "shortcut": name, "content": "x"}
    assert cleo.rest.post("canned-replies/", body).status_code == 400
