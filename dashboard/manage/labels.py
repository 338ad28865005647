"""The labels of an organisation, with a colour each."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Website
from conversations.actions.labels import change_label, make_label, remove_label
from conversations.errors import NotFound, Refusal
from conversations.models import Label
from conversations.models.labels import LONGEST_LABEL
from dashboard.manage.access import for_owners
from dashboard.manage.canned import actor_of
from dashboard.manage.saving import INVALID, digest_of
from dashboard.manage.sections import LABELS
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.meanwhile import ChangedMeanwhile
from foundation.rest import run

COLOUR = forms.RegexField(
    r"^#[0-9a-fA-F]{6}$",
    label="Colour",
    error_messages={"invalid": "A colour such as #3454d1."},
    widget=forms.TextInput(attrs={"type": "color"}),
)


class LabelForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_LABEL, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    color = COLOUR

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class ChangeForm(LabelForm):
    """Of a label that is there: its name, which conversations that have it get as well, and its colour."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    """All of them, and a form for one more. A name that is there already is not made twice."""
    form = LabelForm(sent_in(request), initial={"color": "#5c6370"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            label = run(make_label(actor_of(request), website.pk, given["name"], given["color"]))
            messages.success(request, f"“{label.name}” is among your labels.")
            return redirect("manage:labels", website.pk)
        except Refusal as why:
            form.add_error(None, why.detail)
    forms_of = [(one, _change_form(one)) for one in _of(request, website).order_by("name", "id")]
    rows = [(one, change, digest_of(change)) for one, change in forms_of]
    context = {"form": form, "rows": rows}
    return show(request, website, LABELS, "manage/labels.html", context, INVALID if form.errors else 200)


@require_POST
@for_owners
def changed(request: HttpRequest, website: Website, label_id: int) -> HttpResponse:
    label = _label(request, website, label_id)
    form = _change_form(label, request.POST)
    if not form.is_valid():
        messages.error(request, "This is no name, or no colour. Nothing was changed.")
        return redirect("manage:labels", website.pk)
    given, seen = form.cleaned_data, request.POST.get("seen", "")
    try:
        run(change_label(actor_of(request), label.pk, name=given["name"], color=given["color"], seen=seen))
        messages.success(request, f"“{given['name']}” was saved.")
    except ChangedMeanwhile:
        messages.error(request, f"Somebody has changed “{label.name}” meanwhile, and nothing was written over it.")
    except Refusal as why:
        messages.error(request, why.detail)
    return redirect("manage:labels", website.pk)


@require_POST
@for_owners
def removed(request: HttpRequest, website: Website, label_id: int) -> HttpResponse:
    try:
        label = _label(request, website, label_id)
        run(remove_label(actor_of(request), label.pk))
        messages.success(request, f"“{label.name}” is offered no more. Conversations that have it keep it.")
    except (Http404, NotFound):
        messages.info(request, "It was deleted already.")
    return redirect("manage:labels", website.pk)


def _change_form(label: Label, sent: QueryDict | None = None) -> ChangeForm:
    return ChangeForm(sent, initial={"name": label.name, "color": label.color}, prefix=str(label.pk))


def _label(request: HttpRequest, website: Website, label_id: int) -> Label:
    return get_object_or_404(_of(request, website), pk=label_id)


def _of(request: HttpRequest, website: Website) -> QuerySet[Label]:
    return Label.objects.for_actor(actor_of(request)).filter(organisation=website.organisation_id)
