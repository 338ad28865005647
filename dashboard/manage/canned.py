"""What the staff says again and again: of this website, or of all of its organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Staff, staff_actor
from accounts.models import Website
from conversations.actions.canned_replies import Wanted, change_canned_reply, make_canned_reply, remove_canned_reply
from conversations.errors import NotFound, Refusal
from conversations.models import CannedReply
from conversations.models.canned_replies import LONGEST_SHORTCUT
from conversations.protocol import MAX_CONTENT
from dashboard.manage.access import for_owners, member
from dashboard.manage.saving import CHANGED, CONFLICT, INVALID, seen_in
from dashboard.manage.sections import CANNED
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.meanwhile import ChangedMeanwhile
from foundation.rest import run

ON_A_PAGE = 100
VARIABLES = (
    "Filled in: {{visitor.first_name|there}}, {{visitor.name}}, {{visitor.email}}, {{agent.name}}, {{website.name}}."
)


class CannedReplyForm(forms.Form):
    shortcut = forms.RegexField(
        r"^[\w-]+$",
        max_length=LONGEST_SHORTCUT,
        error_messages={"invalid": "Letters, digits, - and _ only, without spaces."},
        help_text="Typed after / in the inbox, such as refund.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    content = forms.CharField(label="Text", max_length=MAX_CONTENT, widget=forms.Textarea(attrs={"rows": 8}))
    everywhere = forms.BooleanField(label="On all websites of the organisation", required=False)

    def clean_shortcut(self) -> str:
        return str(self.cleaned_data["shortcut"]).removeprefix("/")


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _of(actor_of(request), website).filter(Q(shortcut__icontains=asked) | Q(content__icontains=asked))
    pages = Paginator(found.order_by("shortcut", "id"), ON_A_PAGE)
    context = {"rows": pages.get_page(request.GET.get("page")), "asked": asked}
    return show(request, website, CANNED, "manage/canned/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def made(request: HttpRequest, website: Website) -> HttpResponse:
    form = CannedReplyForm(sent_in(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = Wanted(given["shortcut"], given["content"])
        try:
            run(make_canned_reply(actor_of(request), website.pk, given["everywhere"], wanted))
        except Refusal as why:
            if not _is_there(request, website, given):
                form.add_error("shortcut", why.detail)
        if form.is_valid():
            messages.success(request, f"/{given['shortcut']} is there.")
            return redirect("manage:canned", website.pk)
    return _page(request, website, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def edited(request: HttpRequest, website: Website, reply_id: int) -> HttpResponse:
    reply = _reply(request, website, reply_id)
    form = CannedReplyForm(sent_in(request), initial=_as_stored(reply))
    del form.fields["everywhere"]  # where it belongs stays
    status = 200
    if request.method == "POST" and form.is_valid():
        wanted = Wanted(form.cleaned_data["shortcut"], form.cleaned_data["content"])
        try:
            run(change_canned_reply(actor_of(request), reply.pk, wanted, seen=request.POST.get("seen", "")))
        except ChangedMeanwhile:
            form.add_error(None, CHANGED)
            form.initial, status = _as_stored(_reply(request, website, reply_id)), CONFLICT
        except Refusal as why:
            form.add_error("shortcut", why.detail)
        if form.is_valid():
            messages.success(request, "Saved.")
            return redirect("manage:canned", website.pk)
    return _page(request, website, form, reply, status)


@require_POST
@for_owners
def removed(request: HttpRequest, website: Website, reply_id: int) -> HttpResponse:
    try:
        reply = _reply(request, website, reply_id)
        run(remove_canned_reply(actor_of(request), reply.pk))
        messages.success(request, f"/{reply.shortcut} was deleted.")
    except (Http404, NotFound):
        messages.info(request, "It was deleted already.")
    return redirect("manage:canned", website.pk)


def actor_of(request: HttpRequest) -> Staff:
    actor = staff_actor(member(request).pk)
    assert actor is not None, "who may not log in has no session"
    return actor


def _of(actor: Staff, website: Website) -> QuerySet[CannedReply]:
    """Those that its staff is offered there."""
    everywhere = Q(website=None, organisation=website.organisation_id)
    return CannedReply.objects.for_actor(actor).filter(everywhere | Q(website=website.pk))


def _reply(request: HttpRequest, website: Website, reply_id: int) -> CannedReply:
    return get_object_or_404(_of(actor_of(request), website), pk=reply_id)


def _as_stored(reply: CannedReply) -> dict[str, Any]:
    return {"shortcut": reply.shortcut, "content": reply.content}


def _is_there(request: HttpRequest, website: Website, given: dict[str, Any]) -> bool:
    """The same was made a moment ago: the form was sent twice."""
    same = _of(actor_of(request), website).filter(shortcut=given["shortcut"], content=given["content"])
    return same.filter(website__isnull=given["everywhere"]).exists()


def _page(
    request: HttpRequest, website: Website, form: CannedReplyForm, reply: CannedReply | None, status: int = 200
) -> HttpResponse:
    status = INVALID if status == 200 and form.errors else status
    seen = seen_in(request, form, status=status)
    context = {"form": form, "reply": reply, "seen": seen, "variables": VARIABLES}
    return show(request, website, CANNED, "manage/canned/write.html", context, status)
