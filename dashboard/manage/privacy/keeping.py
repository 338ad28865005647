"""What is kept of visitors, and for how long; with a look at what would go before anything does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import Website
from conversations.models import Conversation
from dashboard.manage.access import for_owners
from dashboard.manage.fieldsets import Fieldset, grouped
from dashboard.manage.privacy.views import show_privacy
from dashboard.manage.saving import INVALID, save_settings, seen_now
from privacy.actions.retention import due_of

LONGEST = 3650  # days
GROUPS = (
    Fieldset("Before anything is stored", "", ("consent",)),
    Fieldset("What people write", "", ("mask_cards",)),
    Fieldset("Addresses on the internet", "", ("mask_addresses",)),
    Fieldset(
        "How long conversations stay",
        "Counted from the last thing that happened in them, whether they are resolved or not. Those that somebody has "
        "snoozed wait until then.",
        ("keep_days",),
    ),
)
NAMES: dict[str, Any] = {"mask_cards": None, "mask_addresses": None, "keep_days": None, "widget": {"consent": None}}


class KeepingForm(forms.Form):
    consent = forms.BooleanField(
        label="Ask visitors for their consent first",
        required=False,
        help_text="Until they agree nothing of them is stored, here or in their browser. Appearance has its words.",
    )
    mask_cards = forms.BooleanField(
        label="Hide card numbers",
        required=False,
        help_text="Of a card number in a message only the last four digits are stored. What was stored before stays.",
    )
    mask_addresses = forms.BooleanField(
        label="Keep networks in place of IP addresses",
        required=False,
        help_text="203.0.113.0 for 203.0.113.77. Visitors’ addresses are never stored; this is about the audit log.",
    )
    keep_days = forms.IntegerField(
        label="Delete them after days",
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text="Empty: never. Their files go too, and visitors who were not seen for as long. Reports forget them.",
        widget=forms.NumberInput(attrs={"class": "number", "inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def keeping(request: HttpRequest, website: Website) -> HttpResponse:
    form = KeepingForm(request.POST if request.method == "POST" else None, initial=_initial(website))
    if request.method != "POST":
        return _page(request, website, form)
    if "look" in request.POST:
        is_valid = form.is_valid() and form.cleaned_data["keep_days"]
        due = due_of(website.pk, form.cleaned_data["keep_days"]) if is_valid else None
        return _page(request, website, form, 200 if form.is_valid() else INVALID, due=due, looked=form.is_valid())
    values = _values(website, form.cleaned_data) if form.is_valid() else {}
    status = save_settings(request, website, form, values)
    if status != 200:
        return _page(request, website, form, status)
    messages.success(request, "Saved.")
    return redirect("manage:privacy", website.pk)


def _initial(website: Website) -> dict[str, Any]:
    return {
        "consent": website.widget_settings.consent.enabled,
        "mask_cards": website.mask_cards,
        "mask_addresses": website.mask_addresses,
        "keep_days": website.keep_days,
    }


def _values(website: Website, given: dict[str, Any]) -> dict[str, Any]:
    """What `change_website` takes; the words of the consent stay as they are."""
    consent = website.widget_settings.consent.model_dump(mode="json")
    own = {name: given[name] for name in ("mask_cards", "mask_addresses", "keep_days")}
    return own | {"widget": {"consent": consent | {"enabled": given["consent"]}}}


def _page(request: HttpRequest, website: Website, form: KeepingForm, status: int = 200, **more: Any) -> HttpResponse:
    fresh = Website.objects.get(pk=website.pk)
    oldest = Conversation.objects.for_system().filter(website=website.pk).order_by("updated_at").first()
    context = {
        "form": form,
        "groups": grouped(form, GROUPS),
        "seen": seen_now(request, website, _values(fresh, _initial(fresh)), status),
        "oldest": oldest.updated_at if oldest else None,
        **more,
    }
    return show_privacy(request, website, "keeping", "manage/privacy/keeping.html", context, status)
