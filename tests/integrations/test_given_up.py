"""A mail server that was away, a worker that was killed: nothing is lost, and nobody gets the same twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from assistant.stalled import sweep_stalled
from foundation.db import db
from integrations.given_up import _bring_back
from tests.assistant.queue import queue
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.integrations.receiver import until
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)


def asks(mailing: Stack, cast: Cast, address: str) -> Visitor:
    """Vera wants to have what was said by e-mail."""
    vera = visit(mailing, cast.acme)
    vera.open("Do you ship to Lisbon?")
    assert vera.rest.post(vera.path("transcript/"), {"email": address}).status_code in (200, 202, 204)
    return vera


@pytest.mark.slow
def test_a_mail_that_was_given_up_goes_out_once_when_the_mail_server_is_back(
    mailing: Stack, mails: MailServer, people_only: Cast
) -> None:
    address = f"vera@{people_only.acme.website_key}.test"
    mails.refuses = True
    asks(mailing, people_only, address)
    assert until(lambda: bool(job_of(address, "todo", attempts=1)), 30)
    run_sql("UPDATE procrastinate_jobs SET attempts = 5, scheduled_at = now() WHERE args->>'email' = %s", address)
    assert until(lambda: bool(job_of(address, "failed")), 30), "an hour of retries is over"
    mails.refuses = False
    aged(job_of(address, "failed"), 20 * MINUTES)
    assert mails.to(address, patience=60)["Subject"] == "Your chat with Acme"
    assert until(lambda: not job_of(address))
    assert len(mails.all_to(address)) == 1


@pytest.mark.slow
def test_who_gets_a_mail_again_after_a_worker_was_killed_gets_one_that_mailboxes_know(
    mailing: Stack, mails: MailServer, people_only: Cast
) -> None:
    worker, address = mailing.worker, f"vera@{people_only.acme.website_key}.test"
    assert worker is not None
    mails.before_answer[address.lower()] = worker.kill
    asks(mailing, people_only, address)
    first = mails.to(address)
    worker.restart()
    again = mails.to(address, 2, patience=90)
    assert first["Message-ID"] == again["Message-ID"]
    other = f"other@{people_only.acme.website_key}.test"
    asks(mailing, people_only, other)
    assert mails.to(other)["Message-ID"] != first["Message-ID"]


GIVEN_UP: dict[str, tuple[dict[str, Any], bool]] = {
    "a mail": ({}, True),
    "a webhook": ({"queue": "webhooks"}, True),
    "of yesterday": ({"since": 25 * HOURS}, True),
    "of last week": ({"since": 7 * 24 * HOURS}, False),
    "that failed just now": ({"failed": 1 * MINUTES}, False),
    "an answer of the assistant": ({"task": "assistant.ask_questions"}, False),
    "in another queue": ({"queue": "ai"}, False),
    "an export": ({"task": "privacy.export"}, False),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", GIVEN_UP)
def test_what_was_given_up_is_begun_again_for_three_days(name: str) -> None:
    more, is_brought_back = GIVEN_UP[name]
    job_id = given_up(**more)
    _bring_back()
    assert status_of(job_id) == ("todo" if is_brought_back else "failed")


@pytest.mark.django_db
def test_of_two_that_may_not_wait_together_one_waits() -> None:
    job_id = given_up(lock="one-of-them")
    buried("one-of-them")
    _bring_back()
    assert status_of(job_id) == "failed"


async def test_a_dead_workers_job_whose_place_is_taken_holds_up_no_other(core: None) -> None:
    taken, other, twin = await db(leave_by_a_dead_worker)
    async with queue() as jobs:
        await sweep_stalled(jobs)
    assert await db(lambda: [status_of(one) for one in (taken, other, twin)]) == ["", "todo", "todo"]
    await db(run_sql, "DELETE FROM procrastinate_jobs WHERE queue_name = 'graveyard'")


@transaction.atomic
def leave_by_a_dead_worker() -> list[int]:
    """Two jobs, and one that waits in the place of the first. At once: a worker of other tests sweeps, too."""
    lock = uuid4().hex
    dead = [buried(lock), buried(uuid4().hex)]
    run_sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = ANY (%s)", dead)
    return [*dead, buried(lock)]


def buried(lock: str) -> int:
    """A job that no worker takes."""
    return int(app.configure_task("no.such.task", queue="graveyard", queueing_lock=lock).defer())


def given_up(
    task: str = "conversations.mail_transcript",
    queue: str = "default",
    since: timedelta = 2 * HOURS,
    failed: timedelta = 20 * MINUTES,
    lock: str | None = None,
) -> int:
    """A job that failed for good."""
    job_id = int(app.configure_task(task, queue=queue, queueing_lock=lock).defer())
    for status in ("doing", "failed"):
        run_sql("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", status, job_id)
    aged([job_id], failed, "failed")
    aged([job_id], since, "deferred")
    return job_id


def aged(job_ids: list[int], by: timedelta, kind: str = "failed") -> None:
    run_sql("UPDATE procrastinate_events SET at = at - %s WHERE job_id = ANY (%s) AND type = %s", by, job_ids, kind)


def job_of(address: str, status: str = "", attempts: int = 0) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_jobs WHERE args->>'email' = %s AND status::text LIKE %s AND attempts >= %s",
            [address, status or "%", attempts],
        )
        return [job_id for (job_id,) in cursor.fetchall()]


def status_of(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        found = cursor.fetchone()
        return str(found[0]) if found else ""


def run_sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
