"""The first run: organisation, website, snippet, first article, team. A page each; what is empty leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import SEES_ALL
from accounts.first_run import add_first_website, found_organisation, has_company, skip_step
from accounts.models import Membership, Organisation, Website
from assistant.knowledge.articles import ArticleText, add_article
from assistant.models import Article
from conversations.actions.websites import tell_of_websites
from dashboard.manage.access import for_members, for_owners, member
from dashboard.manage.sections import FIRST_STEPS
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import not_built, show
from dashboard.manage.team import asked_in, mine_in
from dashboard.manage.team_forms import InvitationForm
from foundation.bundles import NotBuilt, bundle_url
from foundation.rest import run

STEPS = {
    "organisation": "Your organisation",
    "website": "Your website",
    "snippet": "The chat on your page",
    "article": "A first article",
    "team": "Your team",
}
OF_WEBSITE = ("snippet", "article", "team")


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: done, skipped or open. `address` is "" where there is nothing to come back to."""

    name: str
    title: str
    state: str
    address: str = ""
    is_current: bool = False


class OrganisationForm(forms.Form):
    own_name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="Visitors see it beside your answers.",
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    name = forms.CharField(
        label="Name of your organisation", max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )


class FirstWebsiteForm(forms.Form):
    name = forms.CharField(label="Name of your website", max_length=120, help_text="Visitors see it in the chat.")
    domain = forms.RegexField(
        r"^[^\s\x00;,/]+$",
        label="Its domain",
        required=False,
        max_length=255,
        help_text="Such as shop.example.com: the chat is shown nowhere else. Empty means anywhere.",
    )


class FirstArticleForm(forms.Form):
    title = forms.CharField(max_length=200, help_text="What visitors ask about most, such as “Delivery times”.")
    body = forms.CharField(
        label="Text",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The assistant answers from it, in your words.",
    )


@require_safe
@for_members
def begun(request: HttpRequest) -> HttpResponse:
    """Wherever somebody has stopped."""
    user = member(request)
    mine = Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
    administered = [one for one in mine if one.role in SEES_ALL]
    if not administered:
        return redirect("manage:found") if may_found(request) else redirect("dashboard:inbox")
    website = administered[0].organisation.websites.order_by("pk").first()
    if website is None:
        return redirect("manage:first_website")
    return _led_on(website)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def founded(request: HttpRequest) -> HttpResponse:
    if not may_found(request):
        return redirect("manage:start")
    form = OrganisationForm(sent_in(request), initial={"own_name": member(request).name})
    if request.method == "POST" and form.is_valid():
        found_organisation(member(request), form.cleaned_data["name"], form.cleaned_data["own_name"])
        return redirect("manage:first_website")
    return _card(request, form, "organisation", "Who are you?", "An organisation has websites, and people who answer.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def website_added(request: HttpRequest) -> HttpResponse:
    organisation = _without_website(request)
    if organisation is None:
        return redirect("manage:start")
    form = FirstWebsiteForm(sent_in(request))
    if request.method == "POST" and form.is_valid():
        made = add_first_website(organisation, form.cleaned_data["name"], form.cleaned_data["domain"])
        run(tell_of_websites(organisation.pk))
        return redirect("manage:first_step", made.pk, "snippet")
    return _card(request, form, "website", "Where will visitors meet you?", "You can add more websites later.")


@require_safe
@for_owners
def first_steps(request: HttpRequest, website: Website) -> HttpResponse:
    """What is done, and the way to what is not."""
    steps = steps_of(website, "")
    wanted = next((one for one in steps if one.state == "open"), None)
    return show(request, website, FIRST_STEPS, "manage/first_run/done.html", {"steps": steps, "wanted": wanted})


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def first_step(request: HttpRequest, website: Website, step: str) -> HttpResponse:
    if step not in OF_WEBSITE:
        raise Http404
    form = _form_for(request, website, step)
    if request.method == "POST" and form is not None and form.is_valid() and _done(request, website, step, form):
        return _led_on(website)
    try:
        script = bundle_url("first_visit.js")
    except NotBuilt:
        return not_built(request)
    context = {
        "form": form,
        "step": step,
        "steps": steps_of(website, step),
        "script": script,
        "snippet": f'<script async src="{settings.PUBLIC_URL}/widget/{website.website_key}.js"></script>',
        "seen": reverse("manage:first_visit", args=[website.pk]),
    }
    status = 422 if form is not None and form.errors else 200
    return show(request, website, FIRST_STEPS, f"manage/first_run/{step}.html", context, status)


@require_POST
@for_owners
def skipped(request: HttpRequest, website: Website, step: str) -> HttpResponse:
    if step not in OF_WEBSITE:
        raise Http404
    skip_step(website.organisation, step)
    return _led_on(website)


@require_safe
@for_owners
def first_visit(request: HttpRequest, website: Website) -> JsonResponse:
    """For the page that waits for it."""
    return JsonResponse({"seen": website.first_seen_at is not None, "host": website.first_seen_on})


def may_found(request: HttpRequest) -> bool:
    """Where strangers may sign up, whoever has no team yet."""
    return bool(settings.SIGN_UP) and not Membership.with_suspended.filter(user=member(request)).exists()


def steps_of(website: Website, current: str) -> list[Step]:
    done = {
        "organisation": True,
        "website": True,
        "snippet": website.first_seen_at is not None,
        "article": Article.objects.for_website(website.pk).exists(),
        "team": has_company(website.organisation),
    }
    skipped = website.organisation.set_up_skipped
    found = []
    for name, title in STEPS.items():
        state = "done" if done[name] else "skipped" if name in skipped else "open"
        address = reverse("manage:first_step", args=[website.pk, name]) if name in OF_WEBSITE else ""
        found.append(Step(name, title, state, address, name == current))
    return found


def _led_on(website: Website) -> HttpResponse:
    """To the first step that is open."""
    fresh = Website.objects.select_related("organisation").get(pk=website.pk)
    wanted = next((one for one in steps_of(fresh, "") if one.state == "open"), None)
    return redirect(wanted.address) if wanted else redirect("manage:first_steps", website.pk)


def _form_for(request: HttpRequest, website: Website, step: str) -> forms.Form | None:
    if step == "article":
        return FirstArticleForm(sent_in(request))
    if step == "team":
        return InvitationForm(sent_in(request), mine=mine_in(request, website))
    return None


def _done(request: HttpRequest, website: Website, step: str, form: forms.Form) -> bool:
    if isinstance(form, InvitationForm):
        return asked_in(request, website, form)
    given: dict[str, Any] = form.cleaned_data
    add_article(website, ArticleText("", given["title"], given["body"]))
    return True


def _without_website(request: HttpRequest) -> Organisation | None:
    mine = Membership.objects.filter(user=member(request), role__in=SEES_ALL, organisation__websites=None)
    found = mine.select_related("organisation").order_by("pk").first()
    return found.organisation if found else None


def _card(request: HttpRequest, form: forms.Form, step: str, title: str, lead: str) -> HttpResponse:
    names = list(STEPS)
    steps = [
        Step(name, said, "done" if names.index(name) < names.index(step) else "open", "", name == step)
        for name, said in STEPS.items()
    ]
    context = {"form": form, "title": title, "lead": lead, "steps": steps}
    return render(request, "manage/first_run/card.html", context, status=422 if form.errors else 200)
