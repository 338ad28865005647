"""After three days of failure a webhook is paused, and who looks after the website is written to; nobody else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from integrations.models import Webhook
from integrations.webhooks.notices import TASK
from integrations.webhooks.settings import change_webhook
from tests.cast import Cast
from tests.clients.people import visit
from tests.integrations.fixtures import Hook
from tests.integrations.receiver import Receiver, failing, until
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

SUBJECT = "A webhook of Acme was paused"


@pytest.fixture
def failed(mailing: Stack, mails: MailServer, people_only: Cast, receiver: Receiver, hook: Hook) -> Iterator[Webhook]:
    """It has failed for three days, but for the next time."""
    receiver.answer = failing()
    made = hook(events=["message_created"])
    long_ago = timezone.now() - timedelta(days=3, minutes=1)
    Webhook.objects.for_system().filter(pk=made.pk).update(failing_since=long_ago)
    yield made
    mails.busy.clear()


def fail_once_more(mailing: Stack, cast: Cast, hook: Webhook) -> None:
    visit(mailing, cast.acme).open("Hello")
    assert until(lambda: Webhook.objects.for_system().filter(pk=hook.pk, paused_at__isnull=False).exists())


def test_owners_and_admins_hear_once_that_it_was_paused_and_where_to_look(
    mailing: Stack, mails: MailServer, people_only: Cast, failed: Webhook
) -> None:
    fail_once_more(mailing, people_only, failed)
    for person in (people_only.ada, people_only.cleo):
        mail = mails.to(person.email)
        assert mail["Subject"] == SUBJECT
        assert f"/manage/{people_only.acme.pk}/webhooks/{failed.pk}/" in str(mail.get_content())
    visit(mailing, people_only.acme).open("And again")
    assert until(lambda: notices_left(failed) == 0)
    everybody = (people_only.ada, people_only.cleo, people_only.ben, people_only.mallory)
    assert [len(told(mails, one)) for one in everybody] == [1, 1, 0, 0]


@pytest.mark.slow
def test_whom_the_mail_server_cannot_reach_just_now_costs_the_others_no_second_mail(
    mailing: Stack, mails: MailServer, people_only: Cast, failed: Webhook
) -> None:
    mails.busy.add(people_only.cleo.email)
    before = mails.refused
    fail_once_more(mailing, people_only, failed)
    mails.to(people_only.ada.email)
    assert until(lambda: mails.refused >= before + 2, 60), "it was tried again"
    mails.busy.clear()
    assert mails.to(people_only.cleo.email, patience=90)["Subject"] == SUBJECT
    assert [len(told(mails, one)) for one in (people_only.ada, people_only.cleo)] == [1, 1]


@pytest.mark.slow
def test_of_one_that_goes_on_already_and_to_who_looks_after_it_no_more_nothing_is_said(
    mailing: Stack, mails: MailServer, people_only: Cast, hook: Hook
) -> None:
    going_on, paused = hook(), hook(url="http://127.0.0.1:9/elsewhere")
    Webhook.objects.for_system().filter(pk=paused.pk).update(paused_at=timezone.now())
    change_webhook(going_on, is_active=True)
    people = {going_on: people_only.ada, paused: people_only.ben}
    for webhook, person in people.items():
        app.configure_task(TASK, queue="default").defer(webhook_id=webhook.pk, user_id=person.pk)
    app.configure_task(TASK, queue="default").defer(webhook_id=paused.pk, user_id=people_only.mallory.pk)
    app.configure_task(TASK, queue="default").defer(webhook_id=paused.pk, user_id=people_only.ada.pk)
    mails.to(people_only.ada.email)
    assert until(lambda: notices_left(going_on) + notices_left(paused) == 0)
    everybody = (people_only.ada, people_only.ben, people_only.cleo, people_only.mallory)
    assert [len(told(mails, one)) for one in everybody] == [1, 0, 0, 0]


def told(mails: MailServer, person: User) -> list[str]:
    return [mail["Subject"] for mail in mails.all_to(person.email) if mail["Subject"] == SUBJECT]


def notices_left(webhook: Webhook) -> int:
    """Jobs that are not done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args->>'webhook_id' = %s",
            [TASK, str(webhook.pk)],
        )
        return int(cursor.fetchone()[0])
