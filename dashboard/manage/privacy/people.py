"""One visitor among all: found by name, address or id, then exported or erased."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Website
from conversations.errors import Refusal
from conversations.models import Visitor
from conversations.models.scope import ScopedQuerySet
from conversations.queries.search import visitors_with, words_of
from dashboard.manage.access import for_owners
from dashboard.manage.canned import actor_of
from dashboard.manage.privacy.views import show_privacy
from foundation.rest import run
from privacy.actions.erase import erase_visitor
from privacy.actions.exports import export_visitor

MOST = 20
LONGEST = 300  # characters: an address of the inbox is asked for, too
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = list(_found(request, website, asked)[: MOST + 1]) if asked else []
    context: dict[str, Any] = {"asked": asked, "rows": found[:MOST], "is_more": len(found) > MOST}
    return show_privacy(request, website, "people", "manage/privacy/people.html", context)


@require_POST
@for_owners
def exported(request: HttpRequest, website: Website, visitor_id: UUID) -> HttpResponse:
    _visitor(request, website, visitor_id)
    try:
        export_visitor(actor_of(request), visitor_id)
    except Refusal as why:
        messages.error(request, why.detail)
    return redirect("manage:exports", website.pk)


@require_POST
@for_owners
def erased(request: HttpRequest, website: Website, visitor_id: UUID) -> HttpResponse:
    """Sent with the tick that says that it is meant: nothing brings them back."""
    _visitor(request, website, visitor_id)
    if request.POST.get("sure") != "yes":
        messages.error(request, "Tick that you are sure. Nothing was erased.")
        return redirect("manage:privacy-people", website.pk)
    erasure = run(erase_visitor(actor_of(request), visitor_id))
    address = reverse("manage:receipt", args=[website.pk, erasure.pk])
    said = 'Erased, with {} conversations. <a href="{}" download>Download the receipt</a>'
    messages.success(request, format_html(said, erasure.counts.get("conversations", 0), address))
    return redirect("manage:receipts", website.pk)


def _found(request: HttpRequest, website: Website, asked: str) -> ScopedQuerySet[Visitor]:
    """By their id, by that of a conversation (also in its address in the inbox), or by words."""
    actor = actor_of(request)
    theirs: ScopedQuerySet[Visitor] = Visitor.objects.for_actor(actor)
    id_in_it = ID.search(asked.lower())
    if id_in_it is not None:
        theirs = theirs.filter(Q(pk=id_in_it[0]) | Q(conversations__pk=id_in_it[0]))
    else:
        words = words_of(asked)
        theirs = visitors_with(actor, words) if words else theirs.filter(pk__in=[])
    counted = theirs.filter(website=website.pk).annotate(talks=Count("conversations"))
    return counted.order_by("-last_seen_at")  # type: ignore[return-value]  # the stubs lose the class


def _visitor(request: HttpRequest, website: Website, visitor_id: UUID) -> None:
    mine = Visitor.objects.for_actor(actor_of(request)).filter(website=website.pk, pk=visitor_id)
    if not mine.exists():
        raise Http404
