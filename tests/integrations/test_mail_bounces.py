"""Mail came back: nothing more goes to that address. A late report marks no address that was given since."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from email import message_from_string, policy
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from django.conf import settings as project
from pytest_django.fixtures import Settings

from accounts.models import User
from conversations.mail_addresses import reply_address, return_address
from conversations.models import Entry
from conversations.models import Visitor as StoredVisitor
from foundation.db import db
from integrations.mail.taking import Taken, take_mail
from integrations.models import ReceivedMail
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.integrations.receiver import until
from tests.servers.mail import MailServer
from tests.servers.mailbox import MailboxServer
from tests.servers.stack import Stack

VERA, NEW = "vera@example.com", "vera@elsewhere.example"
Outcome = ReceivedMail.Outcome
BACK = Taken(Outcome.BOUNCE)
OF_ANOTHER = Taken(Outcome.BOUNCE, "of another address")


@pytest.fixture
def takes_mail(settings: Settings) -> None:
    settings.ENVIRONMENT = project.ENVIRONMENT.model_copy(update={"mail_reply_address": "reply@chat.test"})


@pytest.fixture
def away(stack: Stack, people_only: Cast, takes_mail: None) -> Visitor:
    vera = visit(stack, people_only.acme)
    vera.open("Do you ship to Lisbon?")
    leave(vera, VERA)
    return vera


def leave(vera: Visitor, email: str) -> None:
    assert vera.rest.post(vera.path("contact/"), {"email": email}).status_code == 200


def bounced_of(vera: Visitor) -> str:
    row = StoredVisitor.objects.for_system().get(pk=vera.session["visitor"]["id"])
    return row.bounced_email


async def test_an_address_from_which_mail_came_back_is_not_written_to(away: Visitor, core: None) -> None:
    assert (await take(of_hers(away, VERA, action="delayed", status="4.2.2"))).outcome != Outcome.BOUNCE
    assert await db(bounced_of, away) == ""
    assert await take(of_hers(away, VERA)) == BACK
    assert await db(bounced_of, away) == VERA
    assert await take(of_hers(away, VERA)) == BACK
    said = Entry.objects.for_system().filter(conversation=UUID(away.conversation_id))
    contents = await db(lambda: list(said.order_by("seq").values_list("role", "content")))
    assert [content for role, content in contents if role == "user"] == ["Do you ship to Lisbon?"]
    assert sum("came back" in content for _, content in contents) == 1


async def test_a_late_report_marks_no_address_that_she_gave_since(away: Visitor, core: None) -> None:
    leave(away, NEW)
    assert await take(of_hers(away, VERA)) == OF_ANOTHER
    assert await db(bounced_of, away) == ""
    assert await take(of_hers(away, NEW.upper())) == BACK
    assert await db(bounced_of, away) == NEW


@pytest.mark.parametrize(
    ("fields", "head", "is_hers"),
    [
        ("Original-Recipient: rfc822;vera@example.com\nFinal-Recipient: rfc822; box7@host.example", "", True),
        ("Original-Recipient: rfc822;vera+2Bshop@example.com\nFinal-Recipient: rfc822; box7@host.example", "", False),
        ("Final-Recipient: rfc822; box7@host.example", "To: Vera <vera@example.com>\nSubject: Re", True),
        ("Final-Recipient: rfc822; box7@host.example", "To: somebody@example.com", False),
        ("Final-Recipient: nonsense", "", False),
        ("", "", False),
    ],
)
async def test_it_is_hers_if_her_address_is_the_one_we_had_written_to(
    away: Visitor, core: None, fields: str, head: str, is_hers: bool
) -> None:
    made = report(reply_address(UUID(away.conversation_id)), fields, head=head)
    assert await take(made) == (BACK if is_hers else OF_ANOTHER)
    assert await db(bounced_of, away) == (VERA if is_hers else "")


async def test_a_sign_in_an_address_with_a_plus_is_read(away: Visitor, core: None) -> None:
    leave(away, "vera+shop@example.com")
    fields = "Original-Recipient: rfc822;vera+2Bshop@example.com\nFinal-Recipient: rfc822; box7@host.example"
    assert await take(report(reply_address(UUID(away.conversation_id)), fields)) == BACK


async def test_what_comes_back_from_the_staff_is_noted_on_the_address_it_went_to(
    people_only: Cast, takes_mail: None, core: None
) -> None:
    ben, ada = people_only.ben, people_only.ada
    to = return_address(ben.public_id)
    assert (await take(report(to, recipient(ben.email), action="delayed", status="4.2.2"))).outcome != Outcome.BOUNCE
    assert (await take(report("reply+nonsense@chat.test", recipient(ben.email)))).outcome == Outcome.NOT_ADDRESSED
    assert (await take(report(to, recipient("ben@before.test")))).outcome == Outcome.BOUNCE
    assert [await db(gets_mail, one) for one in (ben, ada)] == [True, True]
    assert (await take(report(to, recipient(ben.email)))).outcome == Outcome.BOUNCE
    assert [await db(gets_mail, one) for one in (ben, ada)] == [False, True]


def gets_mail(person: User) -> bool:
    return User.objects.get(pk=person.pk).gets_mail


async def take(made: EmailMessage) -> Taken:
    return await take_mail(made.as_bytes())


def of_hers(vera: Visitor, address: str, **more: str) -> EmailMessage:
    return report(reply_address(UUID(vera.conversation_id)), recipient(address), **more)


def recipient(address: str) -> str:
    return f"Final-Recipient: rfc822; {address}"


def report(to: str, fields: str, *, action: str = "failed", status: str = "5.1.1", head: str = "") -> EmailMessage:
    """As RFC 3464 has it."""
    of_it = "\n".join(line for line in (fields, f"Action: {action}", f"Status: {status}") if line)
    raw = (
        f"From: MAILER-DAEMON@example.com\nTo: {to}\nReturn-Path: <>\nMessage-ID: <{uuid4()}@x>\n"
        "Auto-Submitted: auto-replied\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nIt could not be delivered.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n{of_it}\n\n"
    )
    raw += f"--b\nContent-Type: text/rfc822-headers\n\n{head}\n\n--b--\n" if head else "--b--\n"
    made = message_from_string(raw, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


# --- through a real SMTP server, a real IMAP server, and the worker ---


@pytest.fixture(scope="module")
def mailbox() -> Iterator[MailboxServer]:
    with MailboxServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailing_settings(mailbox: MailboxServer) -> Mapping[str, str]:
    return {"REPLY_MAIL_SECONDS": "1", "MAIL_REPLY_ADDRESS": "reply@chat.test", "MAIL_IN_URL": mailbox.url}


@pytest.mark.slow
async def test_what_a_server_further_on_sends_back_ends_the_mails(
    mailing: Stack, mails: MailServer, mailbox: MailboxServer, people_only: Cast
) -> None:
    vera, ben = visit(mailing, people_only.acme), log_in(mailing, people_only.ben)
    vera.open("Do you ship to Lisbon?")
    wrong, right = (f"{uuid4().hex}@example.com" for _ in range(2))
    mails.unreachable.add(wrong)
    mails.brings_back = mailbox.put
    leave(vera, wrong)
    say(ben, vera, "We do.")
    await asyncio.to_thread(mails.to, wrong)
    assert await db(until, lambda: bounced_of(vera) == wrong, 60)
    shown = ben.rest.get(f"conversations/{vera.conversation_id}/entries/").json()["entries"]
    assert "came back" in shown[-1]["content"]
    say(ben, vera, "In three days.")
    leave(vera, right)
    say(ben, vera, "Shall we?")
    await asyncio.to_thread(mails.to, right)
    assert len(mails.all_to(wrong)) == 1


def say(ben: StaffMember, vera: Visitor, content: str) -> None:
    path = f"conversations/{vera.conversation_id}/messages/"
    answered = ben.rest.post(path, {"client_id": str(uuid4()), "content": content})
    assert answered.status_code == 201
