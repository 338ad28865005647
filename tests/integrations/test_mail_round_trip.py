"""Vera asks and goes; Ben's answer reaches her by mail; what she answers there stands in the chat when she is back.

Through a real SMTP server and a real IMAP server, each a process, and the worker.
"""

from __future__ import annotations

import asyncio
import email.policy
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from uuid import UUID, uuid4

import pytest

from foundation.db import db
from integrations.models import ReceivedMail
from tests.cast import Cast
from tests.clients.people import log_in, visit
from tests.servers.mail_process import MailProcess
from tests.servers.mailbox import MailboxServer
from tests.servers.stack import Stack

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mailbox() -> Iterator[MailboxServer]:
    with MailboxServer() as server:
        yield server


@pytest.fixture(scope="module")
def mails() -> Iterator[MailProcess]:
    with MailProcess() as server:
        yield server


@pytest.fixture(scope="module")
def mailing_settings(mailbox: MailboxServer) -> Mapping[str, str]:
    return {
        "REPLY_MAIL_SECONDS": "1",
        "MAIL_REPLY_ADDRESS": "reply@chat.test",
        "MAIL_IN_URL": mailbox.url,
        "MAIL_IN_MEGABYTES": "0.05",
    }


async def test_from_the_widget_by_mail_and_back_into_the_widget(
    mailing: Stack, mails: MailProcess, mailbox: MailboxServer, people_only: Cast
) -> None:
    vera, ben = visit(mailing, people_only.acme), log_in(mailing, people_only.ben)
    vera.open("Do you ship to Lisbon?")
    address = f"{uuid4().hex}@example.com"
    assert vera.rest.post(vera.path("contact/"), {"email": address}).status_code == 200
    said = {"client_id": uuid4(), "content": "We do. Shall we?"}
    assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", said).status_code == 201
    letter = await asyncio.to_thread(mails.to, address)
    assert letter["Reply-To"].startswith("reply+")
    assert letter["From"] == "Live chat <chat@localhost>"
    too_large = answer_to(letter, address, "x" * 60_000)
    await asyncio.to_thread(mailbox.put, too_large.as_bytes())
    answered = answer_to(letter, address, "Yes please.")
    for _ in range(2):  # a server that brings it twice
        await asyncio.to_thread(mailbox.put, answered.as_bytes())
    async with vera.socket() as socket:
        await socket.until(
            lambda: "Yes please." in [one["message"]["content"] for one in socket.seen_of("new_message")]
        )
    entries = vera.rest.get(vera.path("entries/")).json()["entries"]
    assert [one["content"] for one in entries if one["role"] == "user"] == ["Do you ship to Lisbon?", "Yes please."]
    shown = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert shown[-1]["content"] == "Yes please."
    taken = ReceivedMail.objects.for_system().filter(conversation=UUID(vera.conversation_id), outcome="taken")
    assert await db(taken.count) == 1
    assert await db(ReceivedMail.objects.for_system().filter(outcome="too_large").exists)  # it came before


async def test_a_mail_of_fifty_megabytes_is_refused_and_what_comes_after_it_is_taken(
    mailing: Stack, mails: MailProcess, mailbox: MailboxServer, people_only: Cast
) -> None:
    vera, ben = visit(mailing, people_only.acme), log_in(mailing, people_only.ben)
    vera.open("Do you ship to Lisbon?")
    address = f"{uuid4().hex}@example.com"
    assert vera.rest.post(vera.path("contact/"), {"email": address}).status_code == 200
    said = {"client_id": uuid4(), "content": "We do."}
    assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", said).status_code == 201
    letter = await asyncio.to_thread(mails.to, address)
    huge = answer_to(letter, address, "See the film").as_bytes()
    huge += (b"x" * 76 + b"\r\n") * (50 * 1024 * 1024 // 78)
    await asyncio.to_thread(mailbox.put, huge)
    await asyncio.to_thread(mailbox.put, answer_to(letter, address, "Yes please.").as_bytes())
    async with vera.socket() as socket:
        await socket.until(
            lambda: "Yes please." in [one["message"]["content"] for one in socket.seen_of("new_message")]
        )
    refused = ReceivedMail.objects.for_system().filter(outcome="too_large", size__gt=50_000_000)
    assert await db(refused.count) == 1
    entries = vera.rest.get(vera.path("entries/")).json()["entries"]
    assert [one["content"] for one in entries if one["role"] == "user"] == ["Do you ship to Lisbon?", "Yes please."]


def answer_to(letter: EmailMessage, sender: str, text: str) -> EmailMessage:
    """As a mail program makes it, with the letter below."""
    made = EmailMessage()
    made["From"], made["To"] = sender, letter["Reply-To"]
    made["Subject"], made["Message-ID"] = f"Re: {letter['Subject']}", f"<{uuid4()}@example.com>"
    body = letter.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    made.set_content(f"{text}\n\nOn Mon, 16 Nov 2026 at 10:02, Acme wrote:\n{quoted}\n")
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(made.as_bytes())
