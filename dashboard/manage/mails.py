"""Which e-mails one gets: about new conversations of each website, and digests. Also for who administers nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions.mail_choices import choose_mails, try_address_again
from accounts.actors import websites_of
from accounts.hours import known_zones
from accounts.models import MailChoices, User, Website
from accounts.models.mail_choices import choices_of
from dashboard.manage.access import for_members, member
from dashboard.manage.saving import CHANGED, CONFLICT, INVALID, is_stale, seen_in
from dashboard.manage.sent import sent_in


class MailsForm(forms.Form):
    digest = forms.ChoiceField(label="Digest", choices=MailChoices.Digest.choices)
    time_zone = forms.ChoiceField(label="Time zone", choices=[(one, one) for one in sorted(known_zones())])

    def __init__(self, given: Any, theirs: MailChoices, websites: list[Website]) -> None:
        now = {"digest": theirs.digest, "time_zone": theirs.time_zone}
        super().__init__(given, initial=now | {name_of(one): theirs.of_website(one.pk) for one in websites})
        for one in websites:
            choices = MailChoices.NewConversations.choices
            self.fields[name_of(one)] = forms.ChoiceField(label=one.name, choices=choices)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def mails(request: HttpRequest) -> HttpResponse:
    user = member(request)
    if "again" in request.POST:
        try_address_again(user.pk)
        messages.success(request, f"Mail goes to {user.email} again.")
        return redirect("manage:mails")
    websites = list(websites_of(user).order_by("name", "pk"))
    form, status = MailsForm(sent_in(request), choices_of(user.pk), websites), 200
    if form.is_bound:
        status = _saved(request, user, form, websites)
        if status == 200:
            messages.success(request, "Saved.")
            return redirect("manage:mails")
    context = {
        "form": form,
        "of_websites": [form[name_of(one)] for one in websites],
        "person": user,
        "came_back": user.bounced_email == user.email,
        "sends_mail": settings.SENDS_MAIL,
        "seen": seen_in(request, form, status=status),
    }
    return render(request, "manage/mails.html", context, status=status)


def name_of(website: Website) -> str:
    return f"website_{website.pk}"


def _saved(request: HttpRequest, user: User, form: MailsForm, websites: list[Website]) -> int:
    """The status to answer with: 200 once it is saved."""
    if not form.is_valid():
        return INVALID
    if is_stale(request, form):
        form.add_error(None, CHANGED)
        return CONFLICT
    given = form.cleaned_data
    wanted = {one.pk: given[name_of(one)] for one in websites}
    choose_mails(user.pk, wanted, given["digest"], given["time_zone"])
    return 200
