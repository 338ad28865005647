"""Webhooks over REST, for owners and admins: what is told where, what became of it, and once more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations.errors import NotFound
from dashboard.api.rights import WEBSITE, asked_website, owner_of
from dashboard.api.websites import administered
from foundation.pages import PAGE_PARAMETERS, Pages
from foundation.rest import ErrorAnswer, answer, form, read
from integrations.models import LONGEST_URL, Delivery, Event, Webhook
from integrations.webhooks.delivering import replay
from integrations.webhooks.limits import count_sending
from integrations.webhooks.noting import envelope, note_test
from integrations.webhooks.settings import change_webhook, make_webhook, remove_webhook, rotate_secret

Url = Annotated[str, Field(max_length=LONGEST_URL, description="begins with https://")]
Events = Annotated[list[Event], Field(min_length=1)]


class WebhookForm(BaseModel):
    """`paused_at`: when it was switched off, since nothing had arrived for three days. `secret` is told once."""

    id: int
    website: int
    url: str
    events: list[Event]
    is_active: bool
    failing_since: datetime | None
    paused_at: datetime | None
    created_at: datetime
    secret: str | None = None

    @classmethod
    def of(cls, one: Webhook, secret: str | None = None) -> WebhookForm:
        return cls(
            id=one.pk,
            website=one.website_id,
            url=one.url,
            events=[Event(name) for name in one.events],
            is_active=one.is_active,
            failing_since=one.failing_since,
            paused_at=one.paused_at,
            created_at=one.created_at,
            secret=secret,
        )


class WebhooksForm(BaseModel):
    """All of a website: there are at most 20."""

    results: list[WebhookForm]
    next: str | None = None
    previous: str | None = None


class NewWebhook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    website: int
    url: Url
    events: Events


class WebhookChanges(BaseModel):
    """What is left out stays. `is_active` true also wakes one that was paused."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    is_active: bool | None = None


class DeliveryForm(BaseModel):
    """`body`: what was sent last, or will be; `answer`: the beginning of what came back."""

    id: UUID
    event: str
    state: Delivery.State
    attempts: int
    status_code: int | None
    error: str
    answer: str
    ms: int | None
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    body: dict[str, Any]

    @classmethod
    def of(cls, one: Delivery) -> DeliveryForm:
        names = [name for name in cls.model_fields if name not in ("id", "body")]
        return cls(id=one.pk, body=body_of(one), **{name: getattr(one, name) for name in names})


class DeliveriesForm(BaseModel):
    results: list[DeliveryForm]
    next: str | None
    previous: str | None


class Newest(Pages):
    """Index deliveries_of_webhook."""

    ordering = ("-created_at", "-id")


class WebhooksView(APIView):
    """`GET|POST webhooks/`."""

    @extend_schema(parameters=[WEBSITE], responses={200: WebhooksForm, 404: ErrorAnswer}, operation_id="webhooks_list")
    def get(self, request: Request) -> Response:
        mine = Webhook.objects.for_actor(owner_of(request)).filter(website=asked_website(request))
        return answer(WebhooksForm(results=[WebhookForm.of(one) for one in mine.order_by("pk")]))

    @extend_schema(request=NewWebhook, responses={201: WebhookForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor = owner_of(request)
        body = read(request, NewWebhook)
        website = administered(actor, body.website)
        made, secret = make_webhook(website, body.url, body.events, actor.user_id)
        return answer(WebhookForm.of(made, secret), status=201)


class WebhookView(APIView):
    """`GET|PATCH|DELETE webhooks/<id>/`."""

    @extend_schema(responses=WebhookForm, operation_id="webhooks_retrieve")
    def get(self, request: Request, webhook_id: int) -> Response:
        return answer(WebhookForm.of(_webhook(request, webhook_id)))

    @extend_schema(request=WebhookChanges, responses=WebhookForm)
    def patch(self, request: Request, webhook_id: int) -> Response:
        found, body = _webhook(request, webhook_id), read(request, WebhookChanges)
        return answer(WebhookForm.of(change_webhook(found, **body.model_dump(exclude_unset=True))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        remove_webhook(_webhook(request, webhook_id))
        return answer(None, status=204)


class WebhookSecretView(APIView):
    """`POST webhooks/<id>/rotate-secret/`: the old one signs nothing any more."""

    @extend_schema(request=None, responses=WebhookForm)
    def post(self, request: Request, webhook_id: int) -> Response:
        found = _webhook(request, webhook_id)
        return answer(WebhookForm.of(found, rotate_secret(found)))


class WebhookTestView(APIView):
    """`POST webhooks/<id>/test/`: a delivery in which nothing has happened, also to one that is switched off."""

    @extend_schema(request=None, responses={201: DeliveryForm})
    def post(self, request: Request, webhook_id: int) -> Response:
        found = _webhook(request, webhook_id)
        count_sending(owner_of(request).user_id)
        return answer(DeliveryForm.of(note_test(found)), status=201)


class DeliveriesView(APIView):
    """`GET webhooks/<id>/deliveries/`: of the last 30 days, the newest first."""

    @extend_schema(parameters=PAGE_PARAMETERS, responses={200: DeliveriesForm}, operation_id="deliveries_list")
    def get(self, request: Request, webhook_id: int) -> Response:
        found, pages = _webhook(request, webhook_id), Newest()
        page = pages.paginate_queryset(Delivery.objects.for_system().filter(webhook=found), request, view=self)
        return pages.get_paginated_response([form(DeliveryForm.of(one)) for one in page or []])


class ReplayView(APIView):
    """`POST webhooks/<id>/deliveries/<id>/replay/`: once more, with the same id. 409 while the webhook is off."""

    @extend_schema(request=None, responses={200: DeliveryForm, 409: ErrorAnswer})
    def post(self, request: Request, webhook_id: int, delivery_id: UUID) -> Response:
        found = _webhook(request, webhook_id)
        count_sending(owner_of(request).user_id)
        return answer(DeliveryForm.of(replay(found, delivery_id)))


def body_of(one: Delivery) -> dict[str, Any]:
    """As it was sent last, or will be sent."""
    at = one.tried_at or one.created_at
    sent = envelope(one, int(at.timestamp()))
    return {**sent, "attempt": max(1, one.attempts)}


def _webhook(request: Request, webhook_id: int) -> Webhook:
    """Raises NotFound for one of a website that the caller may not see, PermissionDenied where they only answer."""
    actor = owner_of(request)
    found = Webhook.objects.for_actor(actor).filter(pk=webhook_id).first()
    if found is None:
        raise NotFound("webhook")
    administered(actor, found.website_id)
    return found
