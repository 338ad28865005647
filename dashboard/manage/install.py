"""How the chat comes into pages: the line to paste, where it may stand, and the secret behind identities."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.websites import rotate_key, rotate_secret
from accounts.domains import normal_domains
from accounts.models import Website
from dashboard.manage.access import for_owners
from dashboard.manage.saving import save_and_say, seen_now
from dashboard.manage.sections import INSTALL
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show

SAVED = "Saved. Pages that are open already keep the chat they have."
LONGEST = 20_000  # characters of the whole list


class DomainsForm(forms.Form):
    allowed_domains = forms.CharField(
        label="Allowed domains",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 4, "class": "code", "spellcheck": "false", "placeholder": "shop.example\n*.shop.example"}
        ),
        help_text="One on each line. *.shop.example means every subdomain, but not shop.example itself. "
        "Empty: anywhere.",
    )

    def clean_allowed_domains(self) -> list[str]:
        given = self.cleaned_data["allowed_domains"].splitlines()
        try:
            return normal_domains([line for line in given if line.strip()])
        except ValueError as why:
            raise forms.ValidationError(f"{why}.") from None


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def install(request: HttpRequest, website: Website) -> HttpResponse:
    stored = "\n".join(website.allowed_domains)
    form = DomainsForm(sent_in(request), initial={"allowed_domains": stored})
    status = 200
    if request.method == "POST":
        form.is_valid()
        status = save_and_say(request, website, form, form.cleaned_data, SAVED)
        if status == 200:
            return redirect("manage:install", website.pk)
    return _page(request, website, form, status)


@require_POST
@for_owners
def key_rotated(request: HttpRequest, website: Website) -> HttpResponse:
    rotate_key(website.pk)
    messages.success(request, "The old line has stopped working. Paste the new one into your pages.")
    return redirect("manage:install", website.pk)


@require_POST
@for_owners
def secret_rotated(request: HttpRequest, website: Website) -> HttpResponse:
    """The one answer that shows it; no browser keeps it."""
    changed = rotate_secret(website.pk)
    form = DomainsForm(initial={"allowed_domains": "\n".join(changed.allowed_domains)})
    return _page(request, changed, form, secret=changed.identity_secret)


def snippet(website: Website) -> str:
    return f'<script async src="{settings.PUBLIC_URL}/widget/{website.website_key}.js"></script>'


def _page(
    request: HttpRequest, website: Website, form: DomainsForm, status: int = 200, *, secret: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "snippet": snippet(website),
        "secret": secret,
        "seen": seen_now(request, website, form.fields, status),
    }
    return show(request, website, INSTALL, "manage/install.html", context, status)
