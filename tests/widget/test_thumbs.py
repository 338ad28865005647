"""Thumbs for the assistant's answers: who may give them, what becomes of them, and who hears of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from playwright.sync_api import expect

from accounts.models import Membership, Website
from assistant.models import Thumb
from conversations.models import Conversation, Entry
from tests.assistant.knowledge import website_with_passwords
from tests.cast import Cast, new_person
from tests.clients.people import StaffMember, Visitor, log_in, session_cookie, visit
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.accessibility import expect_no_findings
from tests.widget.chat import chat_on, say
from tests.widget.host_page import HostPage

QUESTION = "I forgot my password"


@pytest.fixture
def acme() -> Website:
    return website_with_passwords()


@pytest.fixture
def ben(stack: Stack, acme: Website) -> StaffMember:
    return log_in(stack, new_person("Ben", acme, Membership.Role.AGENT))


@pytest.fixture
def vera(stack: Stack, acme: Website) -> Visitor:
    """The assistant has answered her."""
    visitor = visit(stack, acme)
    visitor.open()
    conversation = Conversation.objects.for_system().get(pk=visitor.conversation_id)
    for number, (role, is_manual) in enumerate([("user", False), ("assistant", False), ("assistant", True)], 1):
        Entry.objects.bulk_create(
            [
                Entry(
                    conversation=conversation,
                    website=acme,
                    seq=number,
                    rev=number,
                    kind="message",
                    role=role,
                    audience="everyone",
                    is_manual=is_manual,
                    content=f"{role} {is_manual}",
                )
            ]
        )
    Conversation.objects.for_system().filter(pk=conversation.pk).update(rev=3, visitor_rev=3)
    return visitor


def message_of(visitor: Visitor, content: str) -> str:
    found = visitor.rest.get(visitor.path("entries/"), after=0).json()["entries"]
    return next(str(one["id"]) for one in found if one["content"] == content)


def rate(visitor: Visitor, message_id: str, helpful: object) -> httpx2.Response:
    return visitor.rest.post(visitor.path(f"messages/{message_id}/thumb/"), {"helpful": helpful})


def thumbs_for(somebody: StaffMember | Visitor, vera: Visitor) -> dict[str, bool]:
    prefix = "" if isinstance(somebody, StaffMember) else "widget/"
    answer = somebody.rest.get(f"{prefix}conversations/{vera.conversation_id}/thumbs/")
    thumbs: dict[str, bool] = answer.json()["thumbs"]
    return thumbs


def lines_of(ben: StaffMember, vera: Visitor) -> list[str]:
    entries = ben.rest.get(f"conversations/{vera.conversation_id}/entries/", after=0).json()["entries"]
    return [one["content"] for one in entries if one["kind"] == "activity"]


def test_a_thumb_is_given_changed_and_taken_back(vera: Visitor, ben: StaffMember) -> None:
    answer = message_of(vera, "assistant False")
    for helpful, thumbs in [(True, {answer: True}), (False, {answer: False}), (None, {})]:
        assert rate(vera, answer, helpful).status_code == 204
        assert thumbs_for(vera, vera) == thumbs_for(ben, vera) == thumbs


def test_the_staff_is_told_at_once_and_the_visitor_hears_nothing(vera: Visitor, ben: StaffMember) -> None:
    before = vera.rest.get(vera.path("entries/"), after=0).json()["rev"]
    answer = message_of(vera, "assistant False")
    assert rate(vera, answer, True).status_code == 204
    assert lines_of(ben, vera) == []
    assert rate(vera, answer, False).status_code == 204
    assert rate(vera, answer, False).status_code == 204  # the same again is no news
    assert lines_of(ben, vera) == ["The visitor found this answer not helpful: “assistant False”"]
    after = vera.rest.get(vera.path("entries/"), after=0).json()
    assert after["rev"] == before
    assert not any("helpful" in one["content"] for one in after["entries"])


async def test_the_inbox_hears_of_it_live(vera: Visitor, ben: StaffMember) -> None:
    async with ben.socket() as inbox:
        rate(vera, message_of(vera, "assistant False"), False)
        frame = await inbox.expect("conversation_updated", conversation_id=vera.conversation_id)
        assert "not helpful" in frame["activity"]["content"]


@pytest.mark.parametrize("content", ["user False", "assistant True"])
def test_only_answers_of_the_assistant_are_rated(vera: Visitor, content: str) -> None:
    assert rate(vera, message_of(vera, content), True).status_code == 404
    assert not Thumb.objects.for_system().filter(conversation=UUID(vera.conversation_id)).exists()


@pytest.mark.parametrize("body", [{}, {"helpful": "yes"}, {"helpful": 1}, {"helpful": True, "more": 1}], ids=str)
def test_nonsense_is_refused(vera: Visitor, body: dict[str, Any]) -> None:
    path = vera.path(f"messages/{message_of(vera, 'assistant False')}/thumb/")
    assert vera.rest.post(path, body).status_code == 400


def test_nobody_else_rates_or_sees_veras_answers(
    stack: Stack, cast: Cast, acme: Website, vera: Visitor, ben: StaffMember
) -> None:
    answer = message_of(vera, "assistant False")
    for stranger in (visit(stack, acme), visit(stack, cast.globex)):
        stranger.conversation_id = vera.conversation_id
        assert rate(stranger, answer, False).status_code == 404
        assert stranger.rest.get(stranger.path("thumbs/")).status_code == 404
        other = visit(stack, acme)
        other.open()
        assert rate(other, answer, False).status_code == 404  # by way of a conversation of their own
    mallory = log_in(stack, cast.mallory)
    assert mallory.rest.get(f"conversations/{vera.conversation_id}/thumbs/").status_code == 404
    assert ben.rest.post(vera.path(f"messages/{answer}/thumb/"), {"helpful": True}).status_code == 403
    assert rate(vera, str(uuid4()), True).status_code == 404
    assert thumbs_for(vera, vera) == {}


# --- in a browser ---


@pytest.fixture
def session(stack: Stack, ben: StaffMember) -> str:
    """Ben's log-in; made before the browser is in use, since it needs the database."""
    return session_cookie(stack, ben.user)["Cookie"].partition("=")[2]


@pytest.mark.slow
def test_vera_says_in_the_chat_that_an_answer_did_not_help_and_ben_sees_it(
    stack: Stack, acme: Website, session: str, pages: Pages
) -> None:
    with HostPage(f"{stack.url}/widget/{acme.website_key}.js") as shop:
        page = pages(reduced_motion="reduce")
        page.goto(shop.url())
        chat = chat_on(page)
        say(chat, QUESTION)
        thumbs = chat.get_by_role("group", name="Was this helpful?")
        expect(thumbs).to_have_count(1)

        inbox = pages(viewport={"width": 1440, "height": 900})
        inbox.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": session, "url": stack.url}])
        inbox.goto(f"{stack.url}/live-chat/")
        inbox.locator("#conversation-list a").first.click()
        expect(inbox.get_by_role("log")).to_contain_text(QUESTION)

        thumbs.get_by_role("button", name="Helpful", exact=True).click()
        expect(inbox.get_by_text("Found helpful")).to_be_visible()  # no reload
        thumbs.get_by_role("button", name="Not helpful").click()
        expect(inbox.get_by_text("Found not helpful")).to_be_visible()
        expect(inbox.get_by_role("log")).to_contain_text("The visitor found this answer not helpful")

        page.reload()  # the chat opens again by itself
        again = page.frame_locator("iframe")
        pressed = again.get_by_role("group", name="Was this helpful?").get_by_role("button", pressed=True)
        expect(pressed).to_have_attribute("aria-label", "Not helpful")
        expect_no_findings(page)
