"""Programs of the owner's own that are told what happens on a website: where, of what, and what became of it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Website
from conversations.errors import NotFound, Refusal
from dashboard.api.webhooks import body_of
from dashboard.manage.access import for_owners, member
from dashboard.manage.saving import CHANGED, CONFLICT, INVALID, digest_of, is_stale
from dashboard.manage.sections import WEBHOOKS
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from integrations.models import LONGEST_URL, Delivery, Event, Webhook
from integrations.webhooks.delivering import replay
from integrations.webhooks.limits import count_sending
from integrations.webhooks.noting import note_test
from integrations.webhooks.settings import change_webhook, make_webhook, remove_webhook, rotate_secret

ON_A_PAGE = 50
WORDS = {
    Event.CONVERSATION_CREATED: "A conversation begins",
    Event.CONVERSATION_UPDATED: "A conversation changes (assignee, labels, priority …)",
    Event.CONVERSATION_STATUS_CHANGED: "It is resolved, snoozed or opened again",
    Event.MESSAGE_CREATED: "A message is sent, by whomever",
    Event.MESSAGE_UPDATED: "A message is edited or deleted",
    Event.HANDOFF_REQUESTED: "A person is asked for",
    Event.RATING_GIVEN: "A visitor rates a conversation",
    Event.VISITOR_IDENTIFIED: "It becomes known who a visitor is",
}


class WebhookForm(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        help_text="Of a server of yours; it begins with https://.",
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hook", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label="Tell it when",
        choices=[(one.value, WORDS[one]) for one in Event],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )


class ChangeForm(WebhookForm):
    is_active = forms.BooleanField(label="Switched on", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    """All of them, and a form for one more. The answer that makes one shows its secret."""
    form = WebhookForm(sent_in(request), initial={"events": [Event.MESSAGE_CREATED]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made, secret = make_webhook(website, given["url"], given["events"], member(request).pk)
            messages.success(request, "It is told from now on.")
            return _page(request, website, made, _change_form(made), secret=secret)
        except Refusal as why:
            _explain(form, why)
    mine = Webhook.objects.for_system().filter(website=website).order_by("pk")
    context = {"form": form, "rows": [(one, standing(one)) for one in mine]}
    return show(request, website, WEBHOOKS, "manage/webhooks/list.html", context, INVALID if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def webhook_page(request: HttpRequest, website: Website, webhook_id: int) -> HttpResponse:
    """What it is told, and the log."""
    if request.method != "POST":
        webhook = _webhook(website, webhook_id)
        return _page(request, website, webhook, _change_form(webhook))
    with transaction.atomic():
        webhook = _webhook(website, webhook_id, locked=True)
        form = _change_form(webhook, request.POST)
        status = _changed(request, webhook, form)
    if status == 200:
        messages.success(request, "Saved.")
        return redirect("manage:webhook", website.pk, webhook.pk)
    return _page(request, website, webhook, form, status)


def _changed(request: HttpRequest, webhook: Webhook, form: ChangeForm) -> int:
    """The status to answer with: 200 once it is saved; else the form says why it is not."""
    if not form.is_valid():
        return INVALID
    if is_stale(request, form):
        form.add_error(None, CHANGED)
        return CONFLICT
    try:
        with transaction.atomic():
            change_webhook(webhook, **form.cleaned_data)
    except Refusal as why:
        _explain(form, why)
        return INVALID
    return 200


@require_POST
@for_owners
def removed(request: HttpRequest, website: Website, webhook_id: int) -> HttpResponse:
    try:
        remove_webhook(_webhook(website, webhook_id))
        messages.success(request, "It was deleted, with its log.")
    except Http404:
        messages.info(request, "It was deleted already.")
    return redirect("manage:webhooks", website.pk)


@require_POST
@for_owners
def secret_rotated(request: HttpRequest, website: Website, webhook_id: int) -> HttpResponse:
    """The one answer that shows it."""
    webhook = _webhook(website, webhook_id)
    return _page(request, website, webhook, _change_form(webhook), secret=rotate_secret(webhook))


@require_POST
@for_owners
def tested(request: HttpRequest, website: Website, webhook_id: int) -> HttpResponse:
    webhook = _webhook(website, webhook_id)
    try:
        count_sending(member(request).pk)
    except Refusal as why:
        messages.error(request, why.detail)
        return redirect("manage:webhook", website.pk, webhook.pk)
    made = note_test(webhook)
    messages.success(request, "A test is on its way. Load the page again to see what came of it.")
    return redirect("manage:delivery", website.pk, webhook.pk, made.pk)


@require_safe
@for_owners
def delivery_page(request: HttpRequest, website: Website, webhook_id: int, delivery_id: UUID) -> HttpResponse:
    """What was sent and what came back."""
    webhook = _webhook(website, webhook_id)
    one = Delivery.objects.for_system().filter(webhook=webhook, pk=delivery_id).first()
    if one is None:
        raise Http404
    body = json.dumps(body_of(one), ensure_ascii=False, indent=2)
    return show(
        request,
        website,
        WEBHOOKS,
        "manage/webhooks/delivery.html",
        {"webhook": webhook, "one": one, "body": body},
    )


@require_POST
@for_owners
def replayed(request: HttpRequest, website: Website, webhook_id: int, delivery_id: UUID) -> HttpResponse:
    webhook = _webhook(website, webhook_id)
    try:
        count_sending(member(request).pk)
        replay(webhook, delivery_id)
        messages.success(request, "It is sent once more, with the same id.")
    except NotFound:
        raise Http404 from None
    except Refusal as why:
        messages.error(request, why.detail)
    return redirect("manage:delivery", website.pk, webhook.pk, delivery_id)


def standing(webhook: Webhook) -> tuple[str, str]:
    """How it does: a word and a tone."""
    if webhook.paused_at:
        return "Paused", "bad"
    if not webhook.is_active:
        return "Off", ""
    return ("Failing", "warning") if webhook.failing_since else ("On", "good")


def _page(
    request: HttpRequest,
    website: Website,
    webhook: Webhook,
    form: forms.Form,
    status: int = 200,
    *,
    secret: str = "",
) -> HttpResponse:
    log = Delivery.objects.for_system().filter(webhook=webhook).order_by("-created_at", "-id")
    context: dict[str, Any] = {
        "webhook": webhook,
        "form": form,
        "secret": secret,
        "seen": digest_of(form) if status in (200, CONFLICT) else request.POST.get("seen", ""),
        "standing": standing(webhook),
        "rows": Paginator(log, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return show(request, website, WEBHOOKS, "manage/webhooks/webhook.html", context, status)


def _change_form(webhook: Webhook, sent: QueryDict | None = None) -> ChangeForm:
    is_listening = webhook.is_listening
    return ChangeForm(sent, initial={"url": webhook.url, "events": webhook.events, "is_active": is_listening})


def _explain(form: forms.Form, why: Refusal) -> None:
    field, _, words = why.detail.partition(": ")
    if field in form.fields:
        form.add_error(field, f"{words[:1].upper()}{words[1:]}.")
    else:
        form.add_error(None, why.detail)


def _webhook(website: Website, webhook_id: int, *, locked: bool = False) -> Webhook:
    every = Webhook.objects.for_system()
    found = (every.select_for_update() if locked else every).filter(website=website, pk=webhook_id).first()
    if found is None:
        raise Http404
    return found
