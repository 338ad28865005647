"""The websites of an organisation: made, named, switched off and on, deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import administered_websites
from accounts.models import Website
from accounts.models.websites import new_website_key
from conversations.actions.websites import add_website, delete_website, set_up_website
from dashboard.manage.access import for_owners, member
from dashboard.manage.fieldsets import Fieldset, grouped
from dashboard.manage.saving import save_and_say, seen_now
from dashboard.manage.sections import WEBSITES
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.rest import run
from foundation.translations import language_name, languages

SALT = "new website"
DAY = 24 * 3600  # seconds for which an opened form can be sent
GROUPS = (
    Fieldset("Website", "What visitors read in the chat's title, and its language.", ("name", "language")),
    Fieldset("When the chat cannot be reached", "Visitors are shown this address instead.", ("support_email",)),
    Fieldset(
        "What is kept and seen", "Tell your visitors in your privacy policy.", ("resume_handles", "visitor_drafts")
    ),
)


class NewWebsiteForm(forms.Form):
    """`once` is the key of the website to be, so that a form sent twice makes one website."""

    name = forms.CharField(
        max_length=120, help_text="As visitors know it.", widget=forms.TextInput(attrs={"placeholder": "Acme shop"})
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            given["once"] = signing.loads(given.get("once", ""), salt=SALT, max_age=DAY)
        except signing.BadSignature:
            raise forms.ValidationError("This page was open for very long. Please send it once more.") from None
        return given


class WebsiteForm(forms.ModelForm[Website]):
    class Meta:
        model = Website
        fields: ClassVar = ["name", "language", "support_email", "resume_handles", "visitor_drafts"]
        labels: ClassVar = {
            "support_email": "Support address",
            "resume_handles": "Know anonymous visitors again in Safari",
            "visitor_drafts": "Show my team what visitors type before they send it",
        }
        help_texts: ClassVar = {
            "support_email": "May be empty.",
            "language": "A page may ask for another one.",
            "resume_handles": "Browsers that do not keep the chat's own storage keep a note for it in your page's.",
            "visitor_drafts": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted({*languages(), self.instance.language})
        self.fields["language"] = forms.ChoiceField(
            choices=[(tag, language_name(tag)) for tag in known], help_text=self.fields["language"].help_text
        )


class DeletionForm(forms.Form):
    name = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, website: Website, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.website = website
        self.fields["name"].label = f"Write “{website.name}” to delete it"

    def clean_name(self) -> str:
        if self.cleaned_data["name"].split() != self.website.name.split():
            raise forms.ValidationError("This is not its name. Nothing was deleted.")
        return self.website.name


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    mine = administered_websites(member(request)).select_related("organisation")
    several = len({one.organisation_id for one in mine}) > 1
    return show(request, website, WEBSITES, "manage/websites/list.html", {"rows": mine, "several": several})


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def made(request: HttpRequest, website: Website) -> HttpResponse:
    """Another website for the organisation of this one."""
    form = NewWebsiteForm(sent_in(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            new = run(add_website(website.organisation_id, {"name": given["name"]}, key=given["once"]))
        except IntegrityError:
            form.add_error(None, "That did not work. Please send it once more.")
        else:
            messages.success(request, f"“{new.name}” is there. Now put the chat into its pages.")
            return redirect("manage:install", new.pk)
    context = {"form": form, "once": signing.dumps(new_website_key(), salt=SALT)}
    return show(request, website, WEBSITES, "manage/websites/new.html", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def website_page(request: HttpRequest, website: Website) -> HttpResponse:
    form = WebsiteForm(sent_in(request), instance=Website.objects.get(pk=website.pk))
    status = 200
    if request.method == "POST":
        form.is_valid()
        status = save_and_say(request, website, form, form.cleaned_data, "Saved.")
        if status == 200:
            return redirect("manage:website", website.pk)
    return _page(request, website, form, DeletionForm(website=website), status)


@require_POST
@for_owners
def switched(request: HttpRequest, website: Website) -> HttpResponse:
    """`active` says what it is to be, so that a stale page cannot turn it round."""
    is_active = request.POST.get("active") == "yes"
    run(set_up_website(website.pk, {"is_active": is_active}))
    said = "The chat is shown again." if is_active else "Switched off: the chat is shown nowhere. Nothing was deleted."
    messages.success(request, said)
    return redirect("manage:website", website.pk)


@require_POST
@for_owners
def deleted(request: HttpRequest, website: Website) -> HttpResponse:
    form = DeletionForm(request.POST, website=website)
    if not form.is_valid():
        return _page(request, website, WebsiteForm(instance=website), form, 422)
    run(delete_website(website.pk, website.organisation_id))
    messages.success(request, f"“{website.name}” was deleted, with everything that was said there.")
    next_one = administered_websites(member(request)).first()
    return redirect(reverse("manage:websites", args=[next_one.pk]) if next_one else "dashboard:inbox")


def _page(
    request: HttpRequest, website: Website, form: WebsiteForm, deletion: DeletionForm, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "groups": grouped(form, GROUPS),
        "deletion": deletion,
        "seen": seen_now(request, website, form.fields, status),
    }
    return show(request, website, WEBSITES, "manage/websites/website.html", context, status)
