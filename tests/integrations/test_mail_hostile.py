"""What no mail program would write: too large, nested without end, with headers that lie. Refused, and soon."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
from django.conf import settings as project
from pytest_django.fixtures import Settings

from conversations.mail_addresses import reply_address
from conversations.models import Entry
from foundation.db import db
from integrations.mail import taking
from integrations.mail.quotes import answer_in
from integrations.mail.reading import read_mail
from integrations.mail.taking import take_mail
from integrations.models import ReceivedMail
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.conversations.test_file_kinds import answered
from tests.servers.stack import Stack

MEGABYTE = 1024 * 1024
VERA = "vera@example.com"
SOON = 10  # seconds of the processor; what grows with the square takes more
Outcome = ReceivedMail.Outcome


def test_a_mail_of_fifty_megabytes_is_refused_before_it_is_read(stack: Stack) -> None:
    head = (
        f"POST /api/v1/mail/ HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\n"
        "Authorization: Bearer x\r\nContent-Type: message/rfc822\r\n"
    )
    assert b" 413 " in answered(stack, f"{head}Content-Length: {50 * MEGABYTE}\r\n\r\n".encode(), [])
    pieces = [b"100000\r\n" + bytes(MEGABYTE) + b"\r\n"] * 50
    assert b" 413 " in answered(stack, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), pieces)


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


HOSTILE = {
    "parts within parts": nested(3000),
    "mails within mails": b"Content-Type: message/rfc822\n\n" * 3000,
    "headers without end": b"".join(b"X-%d: y\n" % n for n in range(50_000)) + b"\nx",
    "a folded header": b"From: a\n" + b" b\n" * 50_000 + b"\nx",
    "addresses": b"To: " + b"<a@b.test>, " * 20_000 + b"\n\nx",
    "comments in an address": b"From: " + b"(" * 20_000 + b"a@b.test\n\nx",
    "quotes in an address": b'From: "' + b'\\"' * 20_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 5_000 + b"\nFrom: " + b"=?x?q?a?=" * 2_000 + b"\n\nx",
    "file name in pieces": b'Content-Type: text/plain; name*0*=""; ' + b"name*1=x; " * 5_000 + b"\n\nx",
    "quoted lines": b"From: a@b.test\n\n" + b">\n" * 60_000 + b"x",
    "quoted by Outlook": b"Content-Type: text/html\n\n" + b"<b id=divRplyFwdMsg></b>" * 8_000,
    "quotes within quotes": b"Content-Type: text/html\n\n" + b"<blockquote>x" * 15_000,
    "a sender of no charset": b"From: \xe9@x.test\nTo: reply@x.test\n\nx",
    "a sender with a nothing": b"From: a\x00b@x.test\n\nx",
    "half a character": b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    "a file of nothing": b"Content-Type: text/plain; name*=utf-8''a%00.exe\n\nx",
    "a boundary of spaces": b"Content-Type: multipart/mixed; boundary=" + b" " * 20_000 + b"\n\n--\n",
}


@pytest.mark.parametrize("name", list(HOSTILE))
async def test_what_is_made_to_take_long_does_not(name: str, core: None) -> None:
    begun = time.process_time()
    taken = await take_mail(HOSTILE[name] + f"\n{uuid4()}".encode())
    assert taken.outcome in (Outcome.NOT_ADDRESSED, Outcome.UNREADABLE)
    assert time.process_time() - begun < SOON


@pytest.fixture
def asked(stack: Stack, people_only: Cast, settings: Settings) -> Visitor:
    settings.ENVIRONMENT = project.ENVIRONMENT.model_copy(update={"mail_reply_address": "reply@chat.test"})
    vera = visit(stack, people_only.acme)
    vera.open("Do you ship to Lisbon?")
    assert vera.rest.post(vera.path("contact/"), {"email": VERA}).status_code == 200
    return vera


async def test_a_sender_that_two_readers_could_take_for_two_is_not_hers(asked: Visitor, core: None) -> None:
    to = reply_address(UUID(asked.conversation_id))
    senders = [
        f"{VERA}, mallory@globex.test",
        f"mallory@globex.test, {VERA}",
        f"<{VERA}> <mallory@globex.test>",
        f"mallory@globex.test ({VERA})",
        f'"{VERA}" <mallory@globex.test>',
        f"{VERA}@globex.test",
        "=?utf-8?q?vera=40example=2Ecom?= <mallory@globex.test>",
        f"{VERA}\nFrom: mallory@globex.test",
        f"mallory@globex.test\nFrom: {VERA}",
    ]
    for sender in senders:
        raw = f"From: {sender}\nTo: {to}\nMessage-ID: <{uuid4()}@x>\n\nForged\n".encode()
        assert (await take_mail(raw)).outcome == Outcome.FORGED, sender
    rows = Entry.objects.for_system().filter(conversation=UUID(asked.conversation_id), role="user")
    assert await db(lambda: list(rows.values_list("content", flat=True))) == ["Do you ship to Lisbon?"]


def test_the_same_mail_is_known_again_however_its_number_is_written() -> None:
    raw = b"From: vera@example.com\nMessage-ID: <one@example.com>\n\nx"
    folded = b"From: vera@example.com\nMessage-ID:\n <one@example.com>\n\nx"
    assert read_mail(raw).key == read_mail(folded).key


@pytest.mark.parametrize("name", ["a sender of no charset", "a sender with a nothing", "half a character"])
def test_nothing_that_no_database_takes_is_left_of_it(name: str) -> None:
    mail = read_mail(HOSTILE[name])
    for text in (mail.sender, mail.text, *mail.recipients):
        assert "\x00" not in text
        text.encode()  # half a character cannot be


def test_what_is_quoted_is_found_in_one_look() -> None:
    begun = time.process_time()
    assert answer_in("Yes\n" + ">\n" * 100_000) == "Yes"
    assert answer_in(">\n" * 100_000 + "Below").endswith("Below")
    assert time.process_time() - begun < SOON / 5


async def test_what_a_mail_itself_does_wrong_holds_up_no_other(core: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(raw: bytes) -> None:
        raise UnicodeError("half a character")

    monkeypatch.setattr(taking, "_take_any", fails)
    assert (await take_mail(f"From: a@b.test\n\n{uuid4()}".encode())).outcome == Outcome.UNREADABLE
