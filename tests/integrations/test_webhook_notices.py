"""After three days of failure a webhook is paused, and who looks after the website is written to; nobody else is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from foundation.db import close_pools
from integrations.models import Delivery, Webhook
from integrations.webhooks import delivering
from integrations.webhooks.notices import mail_pause
from tests.cast import Cast
from tests.integrations.fixtures import Hook
from tests.integrations.receiver import Receiver, failing


def test_owners_and_admins_hear_once_that_it_was_paused_and_where_to_look(
    receiver: Receiver,
    hook: Hook,
    cast: Cast,
    settings: Settings,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SENDS_MAIL = True
    announced: list[int] = []
    monkeypatch.setattr(delivering, "announce_pause", announced.append)
    receiver.answer = failing()
    made = hook(events=["message_created"])
    long_ago = timezone.now() - timedelta(days=3, minutes=1)
    Webhook.objects.for_system().filter(pk=made.pk).update(failing_since=long_ago)
    for _ in range(2):
        told = Delivery.objects.create(webhook=made, website_id=made.website_id, event="message_created", data={})
        asyncio.run(_deliver(told))
    assert announced == [made.pk]
    User.objects.filter(pk=cast.cleo.pk).update(bounced_email=cast.cleo.email)
    mail_pause(made.pk)
    assert [one.to for one in mailoutbox] == [[cast.ada.email]]
    assert mailoutbox[0].subject == "A webhook of Acme was paused"
    assert f"/manage/{cast.acme.pk}/webhooks/{made.pk}/" in str(mailoutbox[0].body)


def test_of_one_that_goes_on_already_nothing_is_said(hook: Hook, mailoutbox: list[EmailMessage]) -> None:
    mail_pause(hook().pk)
    assert mailoutbox == []


async def _deliver(told: Delivery) -> None:
    try:
        await delivering.deliver(told.pk)
    finally:
        await close_pools()
