"""Questions that the assistant could not answer, and the way from there to an article."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Website
from assistant.unanswered.gathering import unanswered_of
from assistant.unanswered.grouping import Group, grouped
from assistant.unanswered.settling import LONGEST_TITLE, dismiss, drafted, settle_with_article
from dashboard.manage.access import for_owners, member
from dashboard.manage.sections import UNANSWERED
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show

MOST_REPLIES = 500


class DraftForm(forms.Form):
    title = forms.CharField(max_length=LONGEST_TITLE)
    body = forms.CharField(
        label="Text",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Markdown. What the staff wrote to one visitor may name them: take out what is not for everybody.",
    )
    publish = forms.BooleanField(label="The assistant may use it at once", required=False)


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    return show(request, website, UNANSWERED, "manage/unanswered/list.html", {"groups": _groups(website)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def written(request: HttpRequest, website: Website) -> HttpResponse:
    """An article in answer to the group of which `reply` is one."""
    asked = _replies_in(request.POST.get("replies", "") or request.GET.get("reply", ""))
    group = next((one for one in _groups(website) if {reply.reply_id for reply in one.questions} & asked), None)
    if group is None:
        messages.info(request, "Somebody has dealt with this question already.")
        return redirect("manage:unanswered", website.pk)
    title, body = drafted(group)
    form = DraftForm(sent_in(request), initial={"title": title, "body": body})
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        article = settle_with_article(website, asked, member(request), given["title"], given["body"], given["publish"])
        said = "The article is there." if given["publish"] else "The draft is among your articles."
        address = reverse("manage:knowledge-edit", args=[website.pk, article.pk])
        messages.success(request, format_html('{} <a href="{}">Open it</a>', said, address))
        return redirect("manage:unanswered", website.pk)
    context = {"form": form, "group": group, "replies": ",".join(str(one.reply_id) for one in group.questions)}
    status = 422 if form.errors else 200
    return show(request, website, UNANSWERED, "manage/unanswered/write.html", context, status)


@require_POST
@for_owners
def dismissed(request: HttpRequest, website: Website) -> HttpResponse:
    settled = dismiss(website, _replies_in(request.POST.get("replies", "")), member(request))
    messages.success(request, "Dismissed." if settled else "Somebody has dealt with this question already.")
    return redirect("manage:unanswered", website.pk)


def _groups(website: Website) -> list[Group]:
    return grouped(unanswered_of(website.pk), website.language)


def _replies_in(text: str) -> set[UUID]:
    """What is no id is left out."""
    found = set()
    for one in text.split(",")[:MOST_REPLIES]:
        with suppress(ValueError):
            found.add(UUID(one))
    return found
