"""What was erased: the proofs, and the end of a whole organisation."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, Website
from conversations.errors import Refusal
from dashboard.manage.access import for_members, for_owners, member
from dashboard.manage.canned import actor_of
from dashboard.manage.privacy.views import show_privacy
from foundation.rest import run
from privacy.actions.erase_websites import delete_organisation
from privacy.models import Erasure

SHOWN = 50


class DeletionForm(forms.Form):
    """Its name is to be written, as for a website."""

    name = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, given: object = None, *, organisation: Organisation) -> None:
        super().__init__(given)  # type: ignore[arg-type]
        self.organisation = organisation
        self.fields["name"].label = f"Write “{organisation.name}” to delete it"

    def clean_name(self) -> str:
        if self.cleaned_data["name"].split() != self.organisation.name.split():
            raise forms.ValidationError("This is not its name. Nothing was deleted.")
        return self.organisation.name


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    return _page(request, website, DeletionForm(organisation=website.organisation))


@require_safe
@for_owners
def receipt(request: HttpRequest, website: Website, erasure_id: UUID) -> HttpResponse:
    found = Erasure.objects.of_organisation(website.organisation_id).filter(pk=erasure_id).first()
    return _file(found)


@require_safe
@for_members
def own_receipt(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """For who had it done: of an organisation that is no more nobody is an owner."""
    return _file(Erasure.objects.asked_for_by(member(request).pk).filter(pk=erasure_id).first())


@require_POST
@for_owners
def organisation_deleted(request: HttpRequest, website: Website) -> HttpResponse:
    form = DeletionForm(request.POST, organisation=website.organisation)
    if not form.is_valid():
        return _page(request, website, form, 422)
    try:
        erasure = run(delete_organisation(actor_of(request), website.organisation_id))
    except Refusal as why:
        messages.error(request, why.detail)
        return redirect("manage:receipts", website.pk)
    address = reverse("manage:own-receipt", args=[erasure.pk])
    said = '“{}” was deleted. When all of it is gone <a href="{}">its receipt</a> says so.'
    messages.success(request, format_html(said, website.organisation.name, address))
    return redirect("dashboard:inbox")


def _page(request: HttpRequest, website: Website, form: DeletionForm, status: int = 200) -> HttpResponse:
    erasures = list(Erasure.objects.of_organisation(website.organisation_id).order_by("-requested_at")[:SHOWN])
    context = {"rows": erasures, "form": form, "organisation": website.organisation}
    answer = show_privacy(request, website, "receipts", "manage/privacy/receipts.html", context, status)
    if status == 200 and any(one.finished_at is None for one in erasures):
        answer["Refresh"] = "5"
    return answer


def _file(erasure: Erasure | None) -> HttpResponse:
    if erasure is None:
        raise Http404
    answer = JsonResponse(erasure.receipt(), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{str(erasure.pk)[:8]}.json"'
    return answer
