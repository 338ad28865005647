"""Vera answers by e-mail: it becomes her message once; what is forged, automatic or broken does not."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django.fixtures import Settings

from conversations.letters import OURS
from conversations.mail_addresses import conversation_of, reply_address
from conversations.models import Conversation, Entry
from conversations.models import Visitor as StoredVisitor
from foundation.db import db
from integrations.mail.taking import MOST_AN_HOUR, Taken, take_mail
from integrations.models import ReceivedMail
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.servers.stack import Stack

REPLY = "reply@chat.test"
VERA = "vera@example.com"
Outcome = ReceivedMail.Outcome


@pytest.fixture(autouse=True)
def takes_mail(settings: Settings) -> None:
    given = {"mail_reply_address": REPLY, "mail_in_token": type(project.ENVIRONMENT.mail_in_token)("hand-in")}
    settings.ENVIRONMENT = project.ENVIRONMENT.model_copy(update=given)


@pytest.fixture
def away(stack: Stack, people_only: Cast) -> Visitor:
    """Vera has asked, left her address and gone."""
    vera = visit(stack, people_only.acme)
    vera.open("Do you ship to Lisbon?")
    assert vera.rest.post(vera.path("contact/"), {"email": VERA}).status_code == 200
    return vera


def mail(vera: Visitor | str, text: str = "Yes please.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    to = vera if isinstance(vera, str) else reply_address(UUID(vera.conversation_id))
    given = {"From": f"Vera <{VERA}>", "To": to, "Message-ID": f"<{uuid4()}@example.com>", "Subject": "Re: Acme"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        made[name] = value
    made.set_content(text)
    return made


async def said_by(vera: Visitor) -> list[str]:
    rows = Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id), role="user").order_by("seq")
    return await db(lambda: list(rows.values_list("content", flat=True)))


async def take(made: EmailMessage) -> Taken:
    return await take_mail(made.as_bytes())


async def test_an_answer_becomes_a_message_once_however_often_it_comes(away: Visitor, core: None) -> None:
    made = mail(away, "Yes please.\n\nOn Mon, 16 Nov 2026 at 10:02, Acme wrote:\n> Shall we?")
    assert (await take(made)).outcome == Outcome.TAKEN
    assert (await take(made)).outcome == Outcome.KNOWN
    assert await said_by(away) == ["Do you ship to Lisbon?", "Yes please."]
    assert away.rest.get(away.path("entries/")).json()["entries"][-1]["content"] == "Yes please."


async def test_a_worker_that_was_killed_before_it_noted_a_mail_says_it_no_second_time(
    away: Visitor, core: None
) -> None:
    made = mail(away)
    await take(made)
    await db(ReceivedMail.objects.for_system().filter(conversation=UUID(away.conversation_id)).delete)
    assert (await take(made)).outcome == Outcome.TAKEN
    assert await said_by(away) == ["Do you ship to Lisbon?", "Yes please."]


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"From": "Mallory <mallory@globex.test>"}, Outcome.FORGED),
        ({"From": ""}, Outcome.FORGED),
        ({"From": f'"{VERA}" <mallory@globex.test>'}, Outcome.FORGED),
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTOMATIC),
        ({"Precedence": "list"}, Outcome.AUTOMATIC),
        ({OURS: "letter"}, Outcome.LOOP),
        ({"To": REPLY}, Outcome.NOT_ADDRESSED),
        ({"To": "reply+nonsense@chat.test"}, Outcome.NOT_ADDRESSED),
    ],
)
async def test_what_is_not_hers_is_not_taken(
    away: Visitor, core: None, headers: dict[str, str], outcome: ReceivedMail.Outcome
) -> None:
    assert (await take(mail(away, **headers))).outcome == outcome
    assert await said_by(away) == ["Do you ship to Lisbon?"]


async def test_one_message_id_swallows_no_other_mail(
    stack: Stack, people_only: Cast, away: Visitor, core: None
) -> None:
    elsewhere = visit(stack, people_only.globex)
    elsewhere.open("Hello Globex")
    assert elsewhere.rest.post(elsewhere.path("contact/"), {"email": VERA}).status_code == 200
    same = {"Message_ID": "<the-same@example.com>"}
    mails = [mail(away, "First", **same), mail(away, "Second", **same), mail(elsewhere, "First", **same)]
    assert [(await take(one)).outcome for one in mails] == [Outcome.TAKEN] * 3
    assert await said_by(away) == ["Do you ship to Lisbon?", "First", "Second"]
    assert await said_by(elsewhere) == ["Hello Globex", "First"]
    again = mails[0]
    again["Received"] = "from mx.example.com by mx.chat.test; Mon, 16 Nov 2026 10:02:00 +0000"
    assert (await take(again)).outcome == Outcome.KNOWN, "brought a second time, with another head"


async def test_a_sign_is_good_for_its_own_conversation_only(stack: Stack, people_only: Cast, away: Visitor) -> None:
    other = visit(stack, people_only.globex)
    other.open("Hello")
    name, _, host = reply_address(UUID(away.conversation_id)).partition("@")
    theirs = reply_address(UUID(other.conversation_id)).partition("@")[0]
    mixed = f"{theirs[:-16]}{name[-16:]}@{host}"
    assert conversation_of([f"Acme <{name.upper()}@{host}>"]) == UUID(away.conversation_id)
    assert conversation_of([mixed, name, f"{name}@elsewhere.test", "", "@"]) is None


async def test_files_come_along_and_those_that_may_not_are_named_to_the_staff(away: Visitor, core: None) -> None:
    made = mail(away, "See the picture")
    made.add_attachment(b"shopping list", maintype="text", subtype="plain", filename="list.txt")
    made.add_attachment(b"<svg onload='alert(1)'/>", maintype="image", subtype="svg+xml", filename="evil.svg")
    assert (await take(made)).outcome == Outcome.TAKEN
    shown = away.rest.get(away.path("entries/")).json()["entries"][-1]
    assert [one["name"] for one in shown["attachments"]] == ["list.txt"]
    notes = Entry.objects.for_system().filter(conversation=UUID(away.conversation_id), audience="staff")
    assert "evil.svg" in " ".join(await db(lambda: list(notes.values_list("content", flat=True))))


async def test_a_text_that_is_too_long_for_a_message_comes_as_a_file_too(away: Visitor, core: None) -> None:
    assert (await take(mail(away, "word " * 5000))).outcome == Outcome.TAKEN
    shown = away.rest.get(away.path("entries/")).json()["entries"][-1]
    assert len(shown["content"]) == 10_000
    assert [one["name"] for one in shown["attachments"]] == ["mail.txt"]


async def test_two_programs_that_answer_each_other_come_to_an_end(away: Visitor, core: None) -> None:
    outcomes = [(await take(mail(away, f"number {number}"))).outcome for number in range(MOST_AN_HOUR + 3)]
    assert outcomes == [Outcome.TAKEN] * MOST_AN_HOUR + [Outcome.TOO_OFTEN] * 3


async def test_what_was_refused_keeps_out_nothing_that_she_writes(away: Visitor, core: None) -> None:
    for number in range(MOST_AN_HOUR):
        forged = mail(away, f"number {number}", **{"From": "Mallory <mallory@globex.test>"})
        assert (await take(forged)).outcome == Outcome.FORGED
    assert (await take(mail(away))).outcome == Outcome.TAKEN


async def test_who_has_begun_another_conversation_goes_on_there(stack: Stack, away: Visitor, core: None) -> None:
    first = away.conversation_id
    await db(_resolve, UUID(first))
    away.open("Something else")
    second = away.conversation_id
    assert second != first
    assert (await take(mail(reply_address(UUID(first)), "Still about tents"))).outcome == Outcome.TAKEN
    assert await said_by(away) == ["Something else", "Still about tents"]


async def test_who_is_blocked_cannot_write_by_mail_either(away: Visitor, core: None) -> None:
    visitor = StoredVisitor.objects.for_system().filter(pk=away.session["visitor"]["id"])
    await db(lambda: visitor.update(is_blocked=True))
    assert (await take(mail(away))).outcome == Outcome.REFUSED
    assert await said_by(away) == ["Do you ship to Lisbon?"]


async def test_nothing_of_what_was_written_or_who_wrote_it_is_kept_beside_the_message(
    away: Visitor, core: None
) -> None:
    await take(mail(away, "zqsecret", **{"From": "zq@globex.test"}))
    rows = ReceivedMail.objects.for_system().filter(conversation=UUID(away.conversation_id))
    kept = await db(lambda: repr(list(rows.values())))
    assert "zq" not in kept
    assert "forged" in kept


# --- handed in by a mail service ---


@pytest.fixture
def service() -> Client:
    return Client(headers={"Authorization": "Bearer hand-in"})


def forms(raw: bytes) -> dict[str, dict[str, Any]]:
    return {
        "the mail itself": {"data": raw, "content_type": "message/rfc822"},
        "mailgun": {"data": {"body-mime": raw.decode()}},
        "sendgrid": {"data": {"email": raw.decode(), "to": "x"}},
        "postmark": {"data": {"RawEmail": raw.decode()}, "content_type": "application/json"},
    }


@pytest.mark.parametrize("name", list(forms(b"")))
async def test_services_hand_mails_in_as_they_do(away: Visitor, service: Client, core: None, name: str) -> None:
    given = forms(mail(away).as_bytes())[name]
    answer = await db(lambda: service.post("/api/v1/mail/", **given))
    assert (answer.status_code, answer.json()) == (200, {"outcome": "taken"})
    assert away.rest.get(away.path("entries/")).json()["entries"][-1]["content"] == "Yes please."


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer hand", "Bearer hand-in-"])
def test_who_lacks_the_token_hands_nothing_in(away: Visitor, given: str) -> None:
    answer = Client(headers={"Authorization": given}).post(
        "/api/v1/mail/", data=mail(away).as_bytes(), content_type="message/rfc822"
    )
    assert answer.status_code == 401
    assert "Yes please." not in away.rest.get(away.path("entries/")).text


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"", "content_type": "message/rfc822"},
        {"data": "{", "content_type": "application/json"},
        {"data": {"RawEmail": 7}, "content_type": "application/json"},
        {"data": {"other": "x"}},
    ],
)
def test_what_holds_no_mail_is_refused(service: Client, sent: dict[str, Any]) -> None:
    assert service.post("/api/v1/mail/", **sent).status_code == 400


def test_without_a_token_of_its_own_the_address_is_not_there(settings: Settings) -> None:
    empty = {"mail_in_token": type(project.ENVIRONMENT.mail_in_token)("")}
    settings.ENVIRONMENT = project.ENVIRONMENT.model_copy(update=empty)
    assert Client(headers={"Authorization": "Bearer "}).post("/api/v1/mail/").status_code == 404


def _resolve(conversation_id: UUID) -> None:
    Conversation.objects.for_system().filter(pk=conversation_id).update(status="resolved")
