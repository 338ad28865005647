"""API keys of the organisation: what programs come in with, what each may, and when it was last used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ApiKey, Scope, Website
from conversations.errors import Refusal
from dashboard.api.api_keys import LONGEST_NAME, keys_of
from dashboard.manage.access import for_owners, member
from dashboard.manage.saving import INVALID
from dashboard.manage.sections import API_KEYS
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.rest import run
from integrations.api_keys import delete_key, make_key, tell_of_end

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is deleted")]


class KeyForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="What it is for, so that you know in a year whether it is still needed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    websites = forms.TypedMultipleChoiceField(
        label="Only for these websites",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose none for every website, those to come as well.",
    )
    days = forms.ChoiceField(label="It ends", choices=LIFETIMES, required=False)

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Website.objects.filter(organisation=organisation_id).order_by("name", "pk")
        field = self.fields["websites"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = list(sites.values_list("pk", "name"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    """All of them, and a form for one more. The answer that makes one shows it, once."""
    blank = KeyForm(initial={"days": "365"}, organisation_id=website.organisation_id)
    form = KeyForm(sent_in(request), initial=blank.initial, organisation_id=website.organisation_id)
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ends = timezone.now() + timedelta(days=int(given["days"])) if given["days"] else None
        try:
            _, secret = make_key(
                website.organisation_id,
                member(request).pk,
                given["name"],
                given["scopes"],
                given["websites"] or None,
                ends,
            )
            form = blank
        except Refusal as why:
            form.add_error(None, why.detail)
    context = {"form": form, "secret": secret, "rows": keys_of(website.organisation_id)}
    return show(request, website, API_KEYS, "manage/api_keys.html", context, INVALID if form.errors else 200)


@require_POST
@for_owners
def removed(request: HttpRequest, website: Website, key_id: int) -> HttpResponse:
    key = ApiKey.objects.for_organisations([website.organisation_id]).filter(pk=key_id).first()
    if key is None:
        raise Http404
    delete_key(key)
    run(tell_of_end(key))
    messages.success(request, "It was deleted. Whoever comes with it is refused from now on.")
    return redirect("manage:api_keys", website.pk)
