"""Saving what an owner's form says, unless somebody else has changed the same meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from accounts.actions.websites import fingerprint
from accounts.models import Website
from conversations.actions.websites import set_up_website
from foundation.meanwhile import ChangedMeanwhile, digest
from foundation.rest import run

CHANGED = "Somebody has changed this meanwhile. Below is what you wrote: save again to put it in place of theirs."
CONFLICT, INVALID = 409, 422


def seen_now(request: HttpRequest, website: Website, names: Mapping[str, Any], status: int = 200) -> str:
    """For the hidden field `seen` of a form about these settings. One that is being written keeps what it has."""
    return _begun(request, status) or fingerprint(Website.objects.get(pk=website.pk), names)


def seen_in(request: HttpRequest, *opened: forms.BaseForm, status: int = 200) -> str:
    """The same of forms about anything else: they know as `initial` what is stored."""
    return _begun(request, status) or digest_of(*opened)


def digest_of(*opened: forms.BaseForm) -> str:
    """Of what these forms begin with, and so of what is stored."""
    return digest({name: value for form in opened for name, value in form.initial.items()})


def is_stale(request: HttpRequest, *sent: forms.BaseForm) -> bool:
    """Whether somebody has changed what these forms would write over. The same sent twice writes over nothing.

    Ask it with the row locked: else two who save at the same instant both believe that nothing has changed.
    """
    seen = request.POST.get("seen", "")
    return bool(seen) and seen != digest_of(*sent) and any(form.has_changed() for form in sent)


def save_settings(request: HttpRequest, website: Website, form: forms.BaseForm, values: Mapping[str, Any]) -> int:
    """The status to answer with: 200 once it is saved; else the form says why it is not."""
    if not form.is_valid():
        return INVALID
    try:
        run(set_up_website(website.pk, values, seen=request.POST.get("seen", "")))
    except ChangedMeanwhile:
        form.add_error(None, CHANGED)
        return CONFLICT
    return 200


def save_and_say(
    request: HttpRequest, website: Website, form: forms.BaseForm, values: Mapping[str, Any], said: str
) -> int:
    """The same, with a word of success for the page that follows."""
    status = save_settings(request, website, form, values)
    if status == 200:
        messages.success(request, said)
    return status


def _begun(request: HttpRequest, status: int) -> str:
    return request.POST.get("seen", "") if status != CONFLICT else ""
