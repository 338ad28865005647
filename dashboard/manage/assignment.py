"""Who is given conversations by themselves, and how many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.actions.websites import change_website
from accounts.colleagues import Member, members_of
from accounts.models import Website
from conversations.actions.assignments import assign_soon
from conversations.actions.availability import set_availability
from conversations.errors import Refusal
from dashboard.manage.access import for_owners
from dashboard.manage.canned import actor_of
from dashboard.manage.saving import INVALID
from dashboard.manage.sections import ASSIGNMENT
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.rest import run

MOST = 500  # conversations at once, as over REST
LONGEST_WAIT = 24 * 60  # minutes, as over REST
OF_WEBSITE = ("auto_assign", "unclaimed_minutes")


class AssignmentForm(forms.Form):
    """Each field carries what it was, so that a stale page sets only what was changed on it."""

    auto_assign = forms.BooleanField(
        label="Give conversations to who is there and has room", required=False, show_hidden_initial=True
    )
    unclaimed_minutes = forms.IntegerField(
        label="E-mail the team when nobody has claimed a conversation, after minutes",
        help_text="0 is never. Once for each conversation, to whoever may see it and wants such mails.",
        min_value=0,
        max_value=LONGEST_WAIT,
        show_hidden_initial=True,
        widget=forms.NumberInput(attrs={"class": "number", "inputmode": "numeric"}),
    )

    def __init__(self, given: Any, website: Website, members: list[Member]) -> None:
        ours = {name: getattr(website, name) for name in OF_WEBSITE}
        now = {**ours, **{name_of(one): one.availability.capacity for one in members}}
        super().__init__(given, initial=now)
        for one in members:
            self.fields[name_of(one)] = forms.IntegerField(
                label=f"At most, for {one.user.shown_name}",
                min_value=0,
                max_value=MOST,
                show_hidden_initial=True,
                widget=forms.NumberInput(attrs={"class": "number", "inputmode": "numeric"}),
            )


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def assignment(request: HttpRequest, website: Website) -> HttpResponse:
    members = members_of([website.pk])
    form = AssignmentForm(sent_in(request), website, members)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, website, members, form)
            messages.success(request, "Saved.")
            return redirect("manage:assignment", website.pk)
        except Refusal as why:
            form.add_error(None, why.detail)
    rows = [(one, form[name_of(one)]) for one in members]
    context = {"form": form, "rows": rows}
    return show(request, website, ASSIGNMENT, "manage/assignment.html", context, INVALID if form.errors else 200)


def name_of(one: Member) -> str:
    return f"capacity_{one.user.pk}"


def _save(request: HttpRequest, website: Website, members: list[Member], form: AssignmentForm) -> None:
    for one in members:
        if name_of(one) in form.changed_data:
            capacity = form.cleaned_data[name_of(one)]
            run(set_availability(actor_of(request), one.user.pk, {"capacity": capacity}))
    changed = {name: form.cleaned_data[name] for name in OF_WEBSITE if name in form.changed_data}
    if changed:
        change_website(website.pk, changed)
        run(_assign(website.pk))


async def _assign(website_id: int) -> None:
    """Whoever waits is looked at now, not with the worker's next round."""
    assign_soon([website_id])
