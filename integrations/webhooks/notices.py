"""Who looks after a website is written to when one of its webhooks was switched off."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from accounts.actors import SEES_ALL
from accounts.models import Membership, Website
from conversations.models.scope import ScopedQuerySet
from conversations.staff_letters import write_to
from integrations.models import Webhook

TASK = "integrations.mail_paused_webhook"


def announce_pause(webhook_id: int) -> None:
    """A job for each person, so that nobody is written to again for another's sake. In the caller's transaction."""
    webhook = _paused(webhook_id).first()
    if webhook is None or not settings.SENDS_MAIL:
        return
    task = app.configure_task(TASK, queue="default")
    for user_id in _to_write_to(webhook.website).values_list("user", flat=True):
        task.defer(webhook_id=webhook_id, user_id=user_id)


def mail_pause(webhook_id: int, user_id: int) -> None:
    """Unless it goes on already, or they no longer look after it. Raises an error of the mail server."""
    webhook = _paused(webhook_id).first()
    theirs = _to_write_to(webhook.website).filter(user=user_id).select_related("user").first() if webhook else None
    if webhook is None or theirs is None:
        return
    link = f"{settings.PUBLIC_URL}/manage/{webhook.website_id}/webhooks/{webhook.pk}/"
    text = render_to_string("integrations/paused.txt", {"webhook": webhook, "website": webhook.website, "link": link})
    once = f"paused webhook {webhook.pk} {webhook.paused_at}"
    write_to(theirs.user, f"A webhook of {webhook.website.name} was paused", text, once=once)


def _paused(webhook_id: int) -> ScopedQuerySet[Webhook]:
    return Webhook.objects.for_system().filter(pk=webhook_id, paused_at__isnull=False).select_related("website")


def _to_write_to(website: Website) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=website.organisation_id, role__in=SEES_ALL).order_by("pk")
