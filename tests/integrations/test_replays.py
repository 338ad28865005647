"""What was not delivered can be sent again by hand, and is sent again by itself where its job was lost; never in two
chains of attempts beside each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from integrations.models import Delivery, Webhook
from integrations.webhooks.delivering import _begin_lost, deliver, replay
from integrations.webhooks.noting import DELIVER
from tests.integrations.fixtures import Hook
from tests.integrations.receiver import Receiver, failing, well
from tests.integrations.test_deliveries import run

unseen = pytest.mark.django_db  # by any worker: what is deferred is rolled back at the end


@pytest.fixture
def made(hook: Hook) -> Webhook:
    return hook(events=["message_created"])


def pending(webhook: Webhook, **more: Any) -> Delivery:
    return Delivery.objects.create(
        webhook=webhook, website_id=webhook.website_id, event="message_created", data={}, **more
    )


def turns_waiting(one: Delivery) -> list[int]:
    """Of the jobs that wait for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'turn')::int FROM procrastinate_jobs WHERE task_name = %s AND args->>'delivery_id' = %s"
            " AND status = 'todo' ORDER BY id",
            [DELIVER, str(one.pk)],
        )
        return [turn for (turn,) in cursor.fetchall()]


@unseen
def test_one_that_waits_for_a_job_that_is_no_more_can_be_replayed(made: Webhook) -> None:
    lost = pending(made)
    replay(made, lost.pk)
    assert len(turns_waiting(lost)) == 1
    replay(made, lost.pk)
    assert len(turns_waiting(lost)) == 1, "it is on its way"


@unseen
def test_a_replay_ends_the_chain_that_waits(made: Webhook) -> None:
    soon = timezone.now() + timedelta(hours=4)
    waiting = pending(made, attempts=7, next_at=soon)
    replay(made, waiting.pk)
    found = Delivery.objects.for_system().get(pk=waiting.pk)
    assert (found.attempts, found.next_at) == (0, None)
    assert turns_waiting(waiting) == [found.turn]
    assert found.turn != waiting.turn


@unseen
def test_what_was_lost_is_begun_again_by_itself_once(made: Webhook) -> None:
    now = timezone.now()
    lost = [
        pending(made, begun_at=now - timedelta(hours=1)),
        pending(made, begun_at=now - timedelta(hours=5), next_at=now - timedelta(hours=1)),
    ]
    others = [
        pending(made),
        pending(made, begun_at=now - timedelta(hours=5), next_at=now + timedelta(hours=1)),
        pending(made, begun_at=now - timedelta(hours=1), state="failed"),
    ]
    for _ in range(2):
        _begin_lost()
    assert [len(turns_waiting(one)) for one in [*lost, *others]] == [1, 1, 0, 0, 0]


def test_a_job_of_an_earlier_chain_sends_nothing(made: Webhook, receiver: Receiver) -> None:
    receiver.answer = failing()
    one = pending(made, turn=2)
    run(deliver(one.pk, 1))
    assert receiver.told == []
    receiver.answer = well
    run(deliver(one.pk, 2))
    assert len(receiver.told) == 1
