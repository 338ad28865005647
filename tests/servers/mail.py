"""A mail server that keeps what it is given: aiosmtpd, on a thread of its own."""

from __future__ import annotations

import email
import email.policy
import logging
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any, Self
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from foundation.supervisor.ports import free_port

TAKEN = "250 OK"
NOT_NOW = "451 4.3.0 not now"
logging.getLogger("mail.log").setLevel(logging.ERROR)  # else it tells every line of every session


class Mails:
    """What a mail server was given; `mails` in the order in which they came."""

    @property
    def mails(self) -> Sequence[EmailMessage]:
        raise NotImplementedError

    def to(self, address: str, number: int = 1, patience: float = 30) -> EmailMessage:
        """The first mail to this address, or a later one, as soon as it has come."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            found = self.all_to(address)
            if len(found) >= number:
                return found[number - 1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address}")

    def all_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


class MailServer(Mails):
    """On a free port of this machine until it is closed.

    `refuses` makes it answer that it cannot just now, and so it does for who is `busy`: `refused` counts how often. Who
    is `unknown` has no mailbox here. A mail to who is `unreachable` is taken, and a report of failure handed to
    `brings_back`, as a server does that passes mails on. `before_answer` has what is called once, when a mail to an
    address is taken and its sender does not know it yet.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses = False
        self.busy: set[str] = set()
        self.refused = 0
        self.unknown: set[str] = set()
        self.unreachable: set[str] = set()
        self.brings_back: Callable[[bytes], None] = lambda _: None
        self.before_answer: dict[str, Callable[[], None]] = {}
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), ready_timeout=30)
        self.controller.start()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            self.refused += 1
            return NOT_NOW
        envelope.mail_from = address
        return TAKEN

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self.busy:
            self.refused += 1
            return NOT_NOW
        if address.lower() in self.unknown:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        found["X-Envelope-From"] = (envelope.mail_from or "").lower()
        self.taken.append(found)
        for recipient in envelope.rcpt_tos:
            if recipient.lower() in self.unreachable:
                self.brings_back(report_of_failure(found, recipient))
            self.before_answer.pop(recipient.lower(), lambda: None)()
        return TAKEN

    @property
    def mails(self) -> Sequence[EmailMessage]:
        return self.taken

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body: Any = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def report_of_failure(mail: EmailMessage, recipient: str) -> bytes:
    """RFC 3464, to the address on the envelope: no such mailbox."""
    lines = [
        "From: MAILER-DAEMON@mx.example.com",
        f"To: {mail['X-Envelope-From']}",
        "Return-Path: <>",
        f"Message-ID: <{uuid4()}@mx.example.com>",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        f"Your mail to {recipient} could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {mail['Message-ID']}",
        f"To: {mail['To']}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
