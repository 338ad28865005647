"""Ben answers the mail about a conversation: it becomes his message once; nobody else can answer in his name."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from django.conf import settings as project
from pytest_django.fixtures import Settings

from accounts.models import Membership, User
from conversations.letters import OURS
from conversations.mail_addresses import reply_address, staff_reply_address
from conversations.models import Entry
from foundation.db import db
from integrations.mail.taking import MOST_AN_HOUR, Taken, take_mail
from integrations.models import ReceivedMail
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.servers.stack import Stack

Outcome = ReceivedMail.Outcome


@pytest.fixture(autouse=True)
def takes_mail(settings: Settings) -> None:
    settings.ENVIRONMENT = project.ENVIRONMENT.model_copy(update={"mail_reply_address": "reply@chat.test"})


@pytest.fixture
def asked(stack: Stack, people_only: Cast) -> Visitor:
    vera = visit(stack, people_only.acme)
    vera.open("Do you ship to Lisbon?")
    return vera


def answer(vera: Visitor, person: User, text: str = "We do.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    to = staff_reply_address(UUID(vera.conversation_id), person.pk)
    given = {"From": f"Ben <{person.email}>", "To": to, "Message-ID": f"<{uuid4()}@acme.test>", "Subject": "Re: New"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        made[name] = value
    made.set_content(text)
    return made


async def take(made: EmailMessage) -> Taken:
    return await take_mail(made.as_bytes())


async def said_in(vera: Visitor) -> list[tuple[str, str | None]]:
    rows = Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id), kind="message").order_by("seq")
    return await db(lambda: list(rows.values_list("content", "author__name")))


async def test_an_answer_of_the_staff_becomes_their_message_once(asked: Visitor, people_only: Cast, core: None) -> None:
    made = answer(asked, people_only.ben, "We do.\n\nOn Mon, 16 Nov 2026 at 10:02, Live chat wrote:\n> Do you ship?")
    made.add_attachment(b"prices", maintype="text", subtype="plain", filename="prices.txt")
    assert (await take(made)).outcome == Outcome.TAKEN
    assert (await take(made)).outcome == Outcome.KNOWN
    assert await said_in(asked) == [("Do you ship to Lisbon?", None), ("We do.", "Ben")]
    shown = asked.rest.get(asked.path("entries/")).json()["entries"][-1]
    assert shown["content"] == "We do."
    assert [one["name"] for one in shown["attachments"]] == ["prices.txt"]


async def test_nobody_else_can_answer_in_the_name_of_the_staff(asked: Visitor, people_only: Cast, core: None) -> None:
    of_ben, hers = people_only.ben.email, reply_address(UUID(asked.conversation_id))
    tries = [
        answer(asked, people_only.ben, From=f"Mallory <{people_only.mallory.email}>"),
        answer(asked, people_only.ben, From="Vera <vera@example.com>"),
        answer(asked, people_only.ben, From=f'"{of_ben}" <mallory@globex.test>'),
        answer(asked, people_only.ada, From=f"Ben <{of_ben}>"),  # another's address in the mail
        answer(asked, people_only.ben, To="reply+nonsense@chat.test"),
    ]
    assert [(await take(made)).outcome for made in tries] == [Outcome.NOT_ADDRESSED] * len(tries)
    to_a_visitors = answer(asked, people_only.ben, To=hers)  # a sign that a visitor has read
    assert (await take(to_a_visitors)).outcome == Outcome.FORGED
    mallory = answer(asked, people_only.mallory, From=people_only.mallory.email)
    assert (await take(mallory)).outcome == Outcome.REFUSED
    assert await said_in(asked) == [("Do you ship to Lisbon?", None)]


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTOMATIC),
        ({"Precedence": "bulk"}, Outcome.AUTOMATIC),
        ({"List_Id": "<team.acme.test>"}, Outcome.AUTOMATIC),
        ({OURS: "letter"}, Outcome.LOOP),
    ],
)
async def test_what_a_program_answers_is_not_taken(
    asked: Visitor, people_only: Cast, core: None, headers: dict[str, str], outcome: ReceivedMail.Outcome
) -> None:
    assert (await take(answer(asked, people_only.ben, **headers))).outcome == outcome
    assert await said_in(asked) == [("Do you ship to Lisbon?", None)]


async def test_who_has_lost_access_since_answers_nothing(asked: Visitor, people_only: Cast, core: None) -> None:
    await db(Membership.objects.filter(user=people_only.ben).update, is_suspended=True)
    assert (await take(answer(asked, people_only.ben))).outcome == Outcome.REFUSED
    await db(User.objects.filter(pk=people_only.cleo.pk).update, is_active=False)
    assert (await take(answer(asked, people_only.cleo))).outcome == Outcome.REFUSED
    assert await said_in(asked) == [("Do you ship to Lisbon?", None)]


async def test_two_programs_that_answer_each_other_come_to_an_end(
    asked: Visitor, people_only: Cast, core: None
) -> None:
    outcomes = [(await take(answer(asked, people_only.ben, f"{n}"))).outcome for n in range(MOST_AN_HOUR + 1)]
    assert outcomes == [Outcome.TAKEN] * MOST_AN_HOUR + [Outcome.TOO_OFTEN]
