"""At least once, whatever the receiver or the worker does; and what cannot arrive says why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.utils import timezone

from foundation.db import close_pools
from integrations.models import Delivery, Webhook
from integrations.webhooks import sending
from integrations.webhooks.delivering import deliver, forget_old_deliveries
from integrations.webhooks.noting import note_test
from integrations.webhooks.settings import change_webhook
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.integrations.fixtures import Hook, data
from tests.integrations.receiver import (
    Receiver,
    failing,
    lying_about_length,
    redirecting,
    say,
    speaking_nonsense,
    until,
    well,
)
from tests.servers.stack import Stack

T = TypeVar("T")
ENVELOPE = {"event": "test", "delivery": "x", "timestamp": 1}


def run(action: Coroutine[Any, Any, T]) -> T:
    """As a worker does; its pools end with the loop."""

    async def whole() -> T:
        try:
            return await action
        finally:
            await close_pools()

    return asyncio.run(whole())


def attempted(url: str, envelope: dict[str, Any] = ENVELOPE) -> sending.Attempt:
    return run(sending.send(url, "secret", envelope))


def test_what_fails_comes_again_with_the_same_id_and_holds_up_nothing(
    guest: Visitor, receiver: Receiver, hook: Hook
) -> None:
    guest.open()
    receiver.answer = failing(503, times=2)
    made = hook(events=["message_created"])
    guest.rest.post(guest.path("messages/"), {"client_id": "7f9c7bb0-9df1-4b5b-8d65-0f4a1b1f5b01", "content": "First"})
    receiver.wait("message_created", 1)
    guest.rest.post(guest.path("messages/"), {"client_id": "7f9c7bb0-9df1-4b5b-8d65-0f4a1b1f5b02", "content": "Second"})
    assert until(lambda: Delivery.objects.for_system().filter(webhook=made, state="delivered").count() == 2)
    told = receiver.of("message_created")
    by_content = {
        content: [one for one in told if data(one)["message"]["content"] == content] for content in ("First", "Second")
    }
    assert sum(map(len, by_content.values())) == 4
    for same in by_content.values():
        assert len({one.json["delivery"] for one in same}) == 1
        assert [one.json["attempt"] for one in same] == list(range(1, len(same) + 1))


HOSTILE: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str]] = {
    "fails": (failing(500), "It answered with status 500."),
    "redirects": (redirecting, "It redirects (status 302), which is not followed."),
    "lies": (lying_about_length, "The connection broke off, or the answer made no sense."),
    "nonsense": (speaking_nonsense, "The connection broke off, or the answer made no sense."),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", HOSTILE)
def test_the_log_says_why_it_did_not_arrive(guest: Visitor, receiver: Receiver, hook: Hook, how: str) -> None:
    receiver.answer, reason = HOSTILE[how]
    guest.open()
    made = hook(events=["message_created"])
    guest.rest.post(guest.path("messages/"), {"client_id": "7f9c7bb0-9df1-4b5b-8d65-0f4a1b1f5b01", "content": "Hello"})
    logged = Delivery.objects.for_system().filter(webhook=made)
    assert until(lambda: logged.filter(attempts__gt=0).exists())
    found = logged.get()
    assert (found.error, found.state) == (reason, "pending")
    assert found.next_at is not None


def test_an_endless_answer_and_a_slow_one_cost_little(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not receiver.closing.is_set():
            request.wfile.write(b"x" * 65536)

    def slow(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not receiver.closing.is_set():
            request.wfile.write(b".")
            request.wfile.flush()
            time.sleep(0.1)

    receiver.answer = endless
    attempt = attempted(receiver.url)
    assert attempt.is_good
    assert attempt.answer == "x" * sending.MOST_KEPT
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    receiver.answer = slow
    attempt = attempted(receiver.url)
    assert attempt.error == "It took more than 0.5 seconds to answer."
    assert attempt.ms < 2000


def test_nothing_in_a_private_network_is_called(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "WEBHOOK_PRIVATE_HOSTS", [])
    port = receiver.url.split(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "169.254.169.254"):
        attempt = attempted(f"http://{host}:{port}")
        assert not attempt.is_good, host
    assert receiver.told == []


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_into_a_private_network_is_not_gone_to(receiver: Receiver, status: int) -> None:
    """Also by none of those that would take the body along."""
    with Receiver() as private:
        place = private.url.replace("/hook", "/admin")
        receiver.answer = lambda request: say(request, status, Location=place)
        attempt = attempted(receiver.url)
        assert (attempt.status_code, attempt.is_good) == (status, False)
        assert attempt.error == f"It redirects (status {status}), which is not followed."
        assert receiver.visits == ["POST /hook"]
        assert private.visits == []


def test_what_was_on_its_way_when_its_webhook_was_switched_off_ends(receiver: Receiver, hook: Hook) -> None:
    made = hook()
    one = Delivery.objects.create(webhook=made, website_id=made.website_id, event="message_created", data={})
    Webhook.objects.for_system().filter(pk=made.pk).update(is_active=False)
    run(deliver(one.pk))
    one.refresh_from_db()
    assert (one.state, one.error) == ("failed", "The webhook was switched off.")
    assert receiver.told == []


def test_after_three_days_of_failure_it_is_paused_and_hears_nothing_more(receiver: Receiver, hook: Hook) -> None:
    receiver.answer = failing()
    made = hook(events=["message_created"])
    old = timezone.now() - timedelta(days=3, minutes=1)
    Webhook.objects.for_system().filter(pk=made.pk).update(failing_since=old)
    waiting = [
        Delivery.objects.create(webhook=made, website_id=made.website_id, event="message_created", data={})
        for _ in range(2)
    ]
    run(deliver(waiting[0].pk))
    made.refresh_from_db()
    assert made.paused_at is not None
    assert {one.state for one in Delivery.objects.for_system().filter(webhook=made)} == {"failed"}
    assert not made.is_listening
    again = change_webhook(made, is_active=True)
    assert (again.paused_at, again.failing_since, again.is_listening) == (None, None, True)


def test_one_that_arrives_ends_the_failing(receiver: Receiver, hook: Hook) -> None:
    made = hook(events=["message_created"])
    Webhook.objects.for_system().filter(pk=made.pk).update(failing_since=timezone.now() - timedelta(days=2))
    one = Delivery.objects.create(webhook=made, website_id=made.website_id, event="message_created", data={})
    run(deliver(one.pk))
    made.refresh_from_db()
    assert made.failing_since is None


def test_after_a_day_it_is_given_up(receiver: Receiver, hook: Hook) -> None:
    receiver.answer = failing()
    made = hook(events=["message_created"])
    now = timezone.now()
    one = Delivery.objects.create(
        webhook=made,
        website_id=made.website_id,
        event="message_created",
        data={},
        begun_at=now - timedelta(hours=24, minutes=1),
        next_at=now,  # else a worker that looks for lost ones could begin it anew
    )
    run(deliver(one.pk))
    one.refresh_from_db()
    assert (one.state, one.next_at) == ("failed", None)


def test_a_test_is_tried_once(receiver: Receiver, hook: Hook) -> None:
    receiver.answer = failing(418)
    made = hook()
    one = note_test(made)
    run(deliver(one.pk))
    found = Delivery.objects.for_system().get(pk=one.pk)
    assert (found.state, found.status_code, found.answer) == ("failed", 418, "not today")
    made.refresh_from_db()
    assert made.failing_since is None


def test_the_log_reaches_back_thirty_days(hook: Hook) -> None:
    made = hook()
    old, new = (
        Delivery.objects.create(webhook=made, website_id=made.website_id, event="test", data={}, state="delivered")
        for _ in range(2)
    )
    Delivery.objects.for_system().filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    run(forget_old_deliveries())
    assert list(Delivery.objects.for_system().filter(webhook=made).values_list("pk", flat=True)) == [new.pk]


@pytest.mark.slow
def test_a_worker_killed_while_it_waits_for_the_answer_loses_nothing(
    new_stack: Callable[..., Stack], stack: Stack, people_only: Cast, receiver: Receiver, hook: Hook
) -> None:
    assert stack.worker is not None
    stack.worker.stop()  # it shares the queue
    try:
        own = new_stack(name="webhooks")
        assert own.worker is not None

        def holding(request: BaseHTTPRequestHandler) -> None:
            receiver.closing.wait(8)
            say(request, 500)

        receiver.answer = holding
        hook(events=["message_created"])
        guest = visit(own, people_only.acme)
        guest.open("Do not lose me")
        first = receiver.wait("message_created")[0]
        own.worker.kill()
        receiver.answer = well
        own.worker.start()
        again = receiver.wait("message_created", 2, patience=60)[1]
        assert first.json["delivery"] == again.json["delivery"]
    finally:
        stack.worker.restart()
