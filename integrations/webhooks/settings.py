"""What owners and admins do with webhooks. Whether they may is asked before, where they come in."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from accounts.models import Website
from audit.recording import changes, record
from conversations.errors import Invalid
from foundation.encryption import Unreadable, decrypt, encrypt
from integrations.models import LONGEST_URL, Delivery, Event, Webhook
from integrations.webhooks.sending import is_private_on_purpose

MOST = 20  # of a website


@transaction.atomic
def make_webhook(website: Website, url: str, events: Collection[str], made_by: int) -> tuple[Webhook, str]:
    """The webhook and its secret, in clear. Raises Invalid."""
    url, events = _url(url), _events(events)
    Website.objects.select_for_update(no_key=True).get(pk=website.pk)
    mine = Webhook.objects.for_system().filter(website=website)
    if mine.count() >= MOST:
        raise Invalid(f"There are {MOST} webhooks already. Delete some first.")
    if mine.filter(url=url).exists():
        raise Invalid("url: this website tells this address already")
    secret = _new_secret()
    made = Webhook.objects.create(
        website=website, url=url, events=events, encrypted_secret=encrypt(secret), made_by_id=made_by
    )
    _follow(website.pk)
    record("webhook.made", made)
    return made, secret


@transaction.atomic
def change_webhook(
    webhook: Webhook, *, url: str | None = None, events: Collection[str] | None = None, is_active: bool | None = None
) -> Webhook:
    """None stays. Switched on, it is told from now on, also one that was paused. Raises Invalid."""
    found = Webhook.objects.for_system().select_for_update().get(pk=webhook.pk)
    before = _state(found)
    if url is not None and url != found.url:
        found.url, found.failing_since = _url(url), None  # what another address has failed at says nothing of this one
        others = Webhook.objects.for_system().filter(website=found.website_id, url=found.url)
        if others.exclude(pk=found.pk).exists():
            raise Invalid("url: this website tells this address already")
    if events is not None:
        found.events = _events(events)
    if is_active is not None:
        found.is_active = is_active
        if is_active:
            found.paused_at = found.failing_since = None
        else:
            _give_up_waiting(found)
    found.save()
    record("webhook.changed", found, **changes(before, _state(found)))
    _follow(found.website_id)
    return found


@transaction.atomic
def remove_webhook(webhook: Webhook) -> None:
    """With its log."""
    record("webhook.deleted", webhook)
    Webhook.objects.for_system().filter(pk=webhook.pk).delete()
    _follow(webhook.website_id)


@transaction.atomic
def rotate_secret(webhook: Webhook) -> str:
    """From now on everything is signed with the new one, also what waits."""
    secret = _new_secret()
    record("webhook.secret_changed", webhook)
    Webhook.objects.for_system().filter(pk=webhook.pk).update(
        encrypted_secret=encrypt(secret), updated_at=timezone.now()
    )
    return secret


def secret_of(webhook: Webhook) -> str:
    """In clear; empty where it can no longer be read."""
    try:
        return decrypt(webhook.encrypted_secret)
    except Unreadable:
        return ""


def _state(webhook: Webhook) -> dict[str, Any]:
    return {"url": webhook.url, "events": list(webhook.events), "is_active": webhook.is_active}


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _follow(website_id: int) -> None:
    """Messages of a website that nobody follows cost nothing."""
    listening = Webhook.objects.for_system().filter(website=website_id, is_active=True).exists()
    Website.objects.filter(pk=website_id).update(is_followed=listening)


def _give_up_waiting(webhook: Webhook) -> None:
    waiting = Delivery.objects.for_system().filter(webhook=webhook, state=Delivery.State.PENDING)
    waiting.update(state=Delivery.State.FAILED, next_at=None)


def _url(text: str) -> str:
    url = text.strip()
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        raise Invalid("url: an address such as https://example.com/hook") from None
    if not parts.hostname or not port_is_one or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid("url: an address such as https://example.com/hook")
    if len(url) > LONGEST_URL:
        raise Invalid(f"url: at most {LONGEST_URL} characters")
    if parts.username or parts.password:
        raise Invalid("url: without a name and a password in it; what we send is signed")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_private_on_purpose(url)):
        raise Invalid("url: one that begins with https://")
    return url


def _events(names: Collection[str]) -> list[str]:
    unknown = set(names) - set(Event.values)
    if unknown or not names:
        raise Invalid(f"events: some of {', '.join(Event.values)}")
    return [one for one in Event.values if one in names]
