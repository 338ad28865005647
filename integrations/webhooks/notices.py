"""Who looks after a website is written to when one of its webhooks was switched off."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from procrastinate.contrib.django import app

from accounts.actors import SEES_ALL
from accounts.models import Membership
from conversations.staff_letters import write_to
from integrations.models import Webhook

TASK = "integrations.mail_paused_webhook"


def announce_pause(webhook_id: int) -> None:
    """In the caller's transaction."""
    if settings.SENDS_MAIL:
        app.configure_task(TASK, queue="default").defer(webhook_id=webhook_id)


def mail_pause(webhook_id: int) -> None:
    """Unless it goes on already. Raises an error of the mail server."""
    paused = Webhook.objects.for_system().filter(pk=webhook_id, paused_at__isnull=False)
    webhook = paused.select_related("website").first()
    if webhook is None:
        return
    owners = Membership.objects.filter(organisation=webhook.website.organisation_id, role__in=SEES_ALL)
    link = f"{settings.PUBLIC_URL}/manage/{webhook.website_id}/webhooks/{webhook.pk}/"
    text = render_to_string("integrations/paused.txt", {"webhook": webhook, "website": webhook.website, "link": link})
    for one in owners.select_related("user").order_by("pk"):
        write_to(one.user, f"A webhook of {webhook.website.name} was paused", text)
