"""The forms that visitors are shown: before their first message, and while nobody is there."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from accounts.models import Website
from accounts.widget_settings import FirstForm, FormField, Offline
from dashboard.manage.access import for_owners
from dashboard.manage.rows import Rows, has_command, typed_so_far
from dashboard.manage.saving import INVALID, save_and_say, seen_now
from dashboard.manage.sections import FORMS
from dashboard.manage.shell import show

SAVED = "Saved. Pages that are open already show it when they are loaded again."
MOST = 12  # fields, as FirstForm has it
MOST_OPTIONS = 30
KINDS = (
    ("text", "A line of text"),
    ("email", "E-mail address"),
    ("tel", "Telephone number"),
    ("textarea", "Several lines"),
    ("select", "A choice"),
)
KEY = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)


class VisitorFormsForm(forms.Form):
    enabled = forms.BooleanField(label="Ask before the first message", required=False)
    intro = forms.CharField(
        label="Above the form", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    offline_enabled = forms.BooleanField(label="Ask for a message and an address", required=False)
    offline_text = forms.CharField(
        label="What it says",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Empty: when you are back, and how the answer comes, in the visitor's language.",
    )


class FieldForm(forms.Form):
    label = forms.CharField(
        label="What it asks", required=False, max_length=120, help_text="Name and e-mail may be left to the language."
    )
    kind = forms.ChoiceField(label="Kind", choices=KINDS, initial="text")
    key = forms.CharField(
        label="Name in the data",
        required=False,
        max_length=30,
        help_text="name and email are the visitor's own. Empty: made of the question.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    required = forms.BooleanField(label="Must be answered", required=False)
    options = forms.CharField(
        label="What there is to choose",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For a choice: one on each line.",
    )

    def clean_options(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if len(lines) > MOST_OPTIONS or any(len(line) > 120 for line in lines):
            raise forms.ValidationError(f"At most {MOST_OPTIONS}, of 120 characters each.")
        return list(dict.fromkeys(lines))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        key = given["key"].strip().lower() or slugify(given["label"]).replace("-", "_")[:30]
        if not KEY.fullmatch(key):
            self.add_error("key", "Small letters of English, digits and _, beginning with a letter.")
        if key not in ("name", "email") and not given["label"]:
            self.add_error("label", "Write what to ask.")
        if (given["kind"] == "select") != bool(given["options"]):
            self.add_error("options", "A choice needs something to choose, and nothing else has it.")
        given["key"] = key
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def visitor_forms(request: HttpRequest, website: Website) -> HttpResponse:
    if request.method != "POST":
        return _page(request, website, *_stored(website))
    form, fields = _sent(request.POST)
    if has_command(request.POST):
        return _page(request, website, form, fields)
    are_valid = [form.is_valid(), fields.are_valid(), _asks_once(fields)]
    if not all(are_valid):
        return _page(request, website, form, fields, INVALID)
    try:
        status = save_and_say(request, website, form, {"widget": _wanted(form, fields)}, SAVED)
    except ValidationError as why:  # what the forms above let through and the settings do not
        form.add_error(None, str(why.errors()[0]["msg"]))
        status = INVALID
    return redirect("manage:forms", website.pk) if status == 200 else _page(request, website, form, fields, status)


def _stored(website: Website) -> tuple[VisitorFormsForm, Rows]:
    first, offline = website.widget_settings.form, website.widget_settings.offline
    given = {
        "enabled": first.enabled,
        "intro": first.intro,
        "offline_enabled": offline.enabled,
        "offline_text": offline.text,
    }
    rows = [one.model_dump() | {"options": "\n".join(one.options)} for one in first.fields]
    return VisitorFormsForm(initial=given), Rows(FieldForm, "field", "fields", MOST, stored=rows)


def _sent(given: QueryDict) -> tuple[VisitorFormsForm, Rows]:
    fields = Rows(FieldForm, "field", "fields", MOST, data=given)
    if has_command(given):
        return VisitorFormsForm(initial=typed_so_far(given, VisitorFormsForm)), fields
    return VisitorFormsForm(given), fields


def _asks_once(fields: Rows) -> bool:
    seen: set[str] = set()
    for one in fields:
        key = one.cleaned_data.get("key", "")
        if key and key in seen:
            one.add_error("key", f"Another field is called {key}.")
        seen.add(key)
    return not any(one.errors for one in fields)


def _wanted(form: VisitorFormsForm, fields: Rows) -> dict[str, Any]:
    """The two parts of the settings that this page is about."""
    given = form.cleaned_data
    asked = [FormField.model_validate(one.cleaned_data) for one in fields]
    first = FirstForm(enabled=given["enabled"], intro=given["intro"], fields=asked)
    offline = Offline(enabled=given["offline_enabled"], text=given["offline_text"])
    return {"form": first.model_dump(mode="json"), "offline": offline.model_dump(mode="json")}


def _page(
    request: HttpRequest, website: Website, form: VisitorFormsForm, fields: Rows, status: int = 200
) -> HttpResponse:
    seen = seen_now(request, website, {"widget": {"form": 0, "offline": 0}}, status)
    context = {"form": form, "fields": fields, "seen": seen, "answers_alone": not website.ai_enabled}
    return show(request, website, FORMS, "manage/forms.html", context, status)
