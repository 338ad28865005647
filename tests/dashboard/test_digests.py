"""A digest comes once, in the morning of who wants it, with what happened on their websites; else none comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from threading import Barrier, Thread
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.actions.mail_choices import choose_mails, next_digest
from accounts.models import MailChoices, User
from conversations.models import Conversation, Entry
from dashboard import digests
from dashboard.models import ConversationFacts
from dashboard.reports.facts import read_facts
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def mailing_settings() -> Mapping[str, str]:
    return {"NEW_MAIL_SECONDS": "3600"}


@pytest.fixture
def yesterday(mailing: Stack, people_only: Cast) -> Visitor:
    """Vera asked and Ben answered, a day ago; another one waits still."""
    vera, other = visit(mailing, people_only.acme), visit(mailing, people_only.acme)
    vera.open("Where is my order?")
    body = {"client_id": "6b6b6cf5-4b7f-4d8f-8b54-3a1f5e1c0d11", "content": "On its way"}
    path = f"conversations/{vera.conversation_id}/messages/"
    assert log_in(mailing, people_only.ben).rest.post(path, body).status_code == 201
    other.open("And mine?")
    for visitor in (vera, other):
        Entry.objects.for_system().filter(conversation=UUID(visitor.conversation_id)).update(
            created_at=timezone.now() - timedelta(days=1)
        )
    ConversationFacts.objects.for_system().filter(website=people_only.acme).delete()
    rows = Conversation.objects.for_system().filter(website=people_only.acme)
    rows.update(updated_at=timezone.now())
    read_facts(people_only.acme.pk)
    return vera


def is_due(person: User, digest: str = "daily") -> None:
    choose_mails(person.pk, {}, digest, "UTC")
    MailChoices.objects.filter(pk=person.pk).update(digest_due_at=timezone.now() - timedelta(minutes=1))


def to(mails: MailServer, person: User) -> list[EmailMessage]:
    return [mail for mail in mails.mails if mail["To"] == person.email]


def test_two_workers_that_look_at_once_have_it_sent_once(people_only: Cast) -> None:
    """The first here: no worker of this file's looks by itself yet."""
    digests._defer_due(timezone.now())
    is_due(people_only.ada)
    both, found = Barrier(2), list[int]()

    def look() -> None:
        both.wait()
        found.append(digests._defer_due(timezone.now()))
        connection.close()

    threads = [Thread(target=look) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [0, 1]
    theirs = MailChoices.objects.get(pk=people_only.ada.pk)
    assert theirs.digest_due_at is not None
    assert theirs.digest_due_at > timezone.now()


@pytest.mark.parametrize("clock", ["localtime", "Europe/Berlin"])
def test_a_clock_of_no_place_that_was_chosen_counts_as_utc(people_only: Cast, clock: str) -> None:
    """Postgres knows no localtime. Nobody else sees any of it before it is taken back."""
    with transaction.atomic():
        is_due(people_only.cleo)
        MailChoices.objects.filter(pk=people_only.cleo.pk).update(time_zone=clock)
        digests._defer_due(timezone.now())
        jobs = ProcrastinateJob.objects.filter(task_name=digests.TASK, args__user_id=people_only.cleo.pk)
        assert jobs.latest("id").args["zone"] == ("UTC" if clock == "localtime" else clock)
        transaction.set_rollback(True)


@pytest.mark.slow  # it looks every fifteen seconds
def test_the_worker_sends_it_once_with_what_happened_and_where_to_look(
    mailing: Stack, mails: MailServer, people_only: Cast, yesterday: Visitor
) -> None:
    is_due(people_only.mallory)  # on whose website nothing happened
    is_due(people_only.ben)
    is_due(people_only.ada)
    day = timezone.now().date() - timedelta(days=1)
    of_ada, of_ben = (mails.to(one.email, patience=40) for one in (people_only.ada, people_only.ben))
    assert of_ada["Subject"] == f"Your chat on {day:%b} {day.day}, {day.year}"
    assert "/manage/account/mails/stop/" in of_ada["List-Unsubscribe"]
    text = text_of(of_ada)
    for line in ("New conversations: 2", "Answered by a person: 1", "Waiting now, claimed by nobody: 1"):
        assert line in text
        assert line in text_of(of_ben)
    assert f"/manage/{people_only.acme.pk}/reports/" in text
    assert "Questions the assistant could not answer: 0" in text
    assert "/manage/" not in text_of(of_ben).replace("/manage/account/", "")
    assert "<th" in text_of(of_ada, "html")
    assert not MailChoices.objects.filter(pk=people_only.mallory.pk, digest_due_at__lte=timezone.now()).exists()
    assert [len(to(mails, one)) for one in (people_only.ada, people_only.ben, people_only.cleo)] == [1, 1, 0]
    assert to(mails, people_only.mallory) == []


def test_it_comes_in_the_morning_of_whoever_gets_it() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert next_digest("daily", "Europe/Berlin", sunday) == datetime(2026, 11, 23, 8, tzinfo=BERLIN)
    assert next_digest("weekly", "Europe/Berlin", sunday) == datetime(2026, 11, 23, 8, tzinfo=BERLIN)
    assert next_digest("daily", "Pacific/Auckland", sunday) == datetime(2026, 11, 22, 19, tzinfo=UTC)
    assert next_digest("weekly", "UTC", datetime(2026, 11, 23, 8, tzinfo=UTC)) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert next_digest("none", "UTC", sunday) is None
    before_the_clocks_change = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert next_digest("daily", "Europe/Berlin", before_the_clocks_change) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_after_a_long_rest_of_the_worker_it_is_about_the_last_days_only() -> None:
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    daily, weekly = (digests.period_before(one, BERLIN, wednesday) for one in ("daily", "weekly"))
    assert [str(one) for one in (daily.first, daily.last)] == ["2026-11-24", "2026-11-24"]
    assert [str(one) for one in (weekly.first, weekly.last)] == ["2026-11-16", "2026-11-22"]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
