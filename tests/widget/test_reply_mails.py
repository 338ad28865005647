"""Vera has left her address and gone: what Ben answers is sent to her, once, and only what she may see."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from accounts.models import Website
from conversations.actions.reply_mails import MOST, way_back
from conversations.models import Visitor as StoredVisitor
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.integrations.receiver import until
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

PAGE = {"url": "https://acme.test/tents?size=2", "title": "Tents", "referrer": ""}


@pytest.fixture
def ben(mailing: Stack, people_only: Cast) -> StaffMember:
    return log_in(mailing, people_only.ben)


async def left_by(mailing: Stack, cast: Cast, **more: object) -> tuple[Visitor, str]:
    """A visitor who has written and left an address."""
    vera = visit(mailing, cast.acme, page=PAGE, **more)
    vera.open("Do you ship to Lisbon?")
    email = f"{uuid4().hex}@example.com"
    assert vera.rest.post(vera.path("contact/"), {"email": email}).status_code == 200
    return vera, email


def answer(ben: StaffMember, vera: Visitor, content: str, **more: object) -> int:
    body = {"client_id": str(uuid4()), "content": content, **more}
    answered = ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body)
    assert answered.status_code == 201
    return int(answered.json()["rev"])


async def until_a_later_one_is_mailed(mailing: Stack, mails: MailServer, cast: Cast, ben: StaffMember) -> None:
    """After it, what was answered before would have been mailed, too."""
    later, email = await left_by(mailing, cast)
    answer(ben, later, "This one is not read")
    await asyncio.to_thread(mails.to, email)


def to(mails: MailServer, email: str) -> list[str]:
    return [part.get_content() for one in mails.mails if one["To"] == email and (part := one.get_body(("plain",)))]


async def test_what_is_not_read_is_mailed_once_with_the_way_back(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    vera, email = await left_by(mailing, people_only)
    answer(ben, vera, "Yes, **we do**")
    answer(ben, vera, "She is a difficult customer", note=True)
    answer(ben, vera, "In three days")
    mail = await asyncio.to_thread(mails.to, email)
    html = mail.get_body(("html",))
    assert html is not None
    assert mail["Subject"] == "Acme has answered you"
    assert "<strong>we do</strong>" in html.get_content()
    assert 'href="https://acme.test/tents?size=2"' in html.get_content()
    [text] = to(mails, email)
    assert "In three days" in text
    assert "difficult" not in text
    assert "Lisbon" not in text
    answer(ben, vera, "Anything else?")
    await asyncio.to_thread(mails.to, email, 2)
    _, second = to(mails, email)
    assert "Anything else?" in second
    assert "three days" not in second


@pytest.mark.slow
async def test_however_much_was_answered_all_of_it_is_mailed(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    vera, email = await left_by(mailing, people_only)
    for number in range(MOST + 3):
        answer(ben, vera, f"Answer number {number:03}")
    await asyncio.to_thread(mails.to, email, 2, 60)
    texts = "".join(to(mails, email))
    assert [texts.count(f"number {number:03}") for number in range(MOST + 3)] == [1] * (MOST + 3)


@pytest.mark.slow
async def test_a_mail_server_that_is_away_for_a_while_loses_no_answer(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    vera, email = await left_by(mailing, people_only)
    mails.refuses, before = True, mails.refused
    try:
        answer(ben, vera, "Yes, we do")
        assert await asyncio.to_thread(until, lambda: mails.refused > before, 30)
        answer(ben, vera, "In three days")
        before = mails.refused
        assert await asyncio.to_thread(until, lambda: mails.refused > before, 30), "nothing else brings another look"
    finally:
        mails.refuses = False
    await asyncio.to_thread(mails.to, email, 1, 60)
    await until_a_later_one_is_mailed(mailing, mails, people_only, ben)
    texts = "".join(to(mails, email))
    assert [texts.count(said) for said in ("Yes, we do", "In three days")] == [1, 1]


@pytest.mark.slow
async def test_what_she_has_read_in_the_chat_is_not_mailed(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    vera, email = await left_by(mailing, people_only)
    rev = answer(ben, vera, "Yes, we do")
    assert vera.rest.post(vera.path("read/"), {"rev": rev}).status_code in (200, 204)
    await until_a_later_one_is_mailed(mailing, mails, people_only, ben)
    assert to(mails, email) == []


async def test_who_has_left_no_address_or_is_blocked_is_not_written_to(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    nobody = visit(mailing, people_only.acme)
    nobody.open("Hello")
    answer(ben, nobody, "Hello")
    blocked, email = await left_by(mailing, people_only)
    stored = StoredVisitor.objects.for_system().filter(pk=blocked.session["visitor"]["id"])
    await db(stored.update, is_blocked=True)
    answer(ben, blocked, "Go away")
    await until_a_later_one_is_mailed(mailing, mails, people_only, ben)
    assert to(mails, email) == []


async def test_it_is_said_in_her_language(
    mailing: Stack, mails: MailServer, people_only: Cast, ben: StaffMember
) -> None:
    vera, email = await left_by(mailing, people_only, locale="de")
    answer(ben, vera, "Ja")
    mail = await asyncio.to_thread(mails.to, email)
    assert mail["Subject"] == "Acme hat Ihnen geantwortet"


async def test_mallory_can_have_nobody_written_to(mailing: Stack, mails: MailServer, people_only: Cast) -> None:
    vera, email = await left_by(mailing, people_only)
    mallory = log_in(mailing, people_only.mallory)
    body = {"client_id": str(uuid4()), "content": "Buy from Globex"}
    assert mallory.rest.post(f"conversations/{vera.conversation_id}/messages/", body).status_code == 404
    assert not any("Globex" in text for text in to(mails, email))


@pytest.mark.parametrize(
    ("domains", "page", "leads_back"),
    [
        ([], "https://acme.test/tents", True),
        (["acme.test"], "https://acme.test/tents", True),
        (["https://*.acme.test:8443/"], "https://www.acme.test:8443/", True),
        (["acme.test"], "https://evil.example/acme.test", False),
        (["*.acme.test"], "https://notacme.test/", False),
        ([], "javascript:alert(1)", False),
        ([], "", False),
    ],
)
def test_the_way_back_leads_only_where_the_chat_may_be(domains: list[str], page: str, leads_back: bool) -> None:
    assert way_back(Website(allowed_domains=domains), page) == (page if leads_back else "")
