"""Who answers for a website, how they write, and whether their endpoint works."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import Website
from assistant.budgets import today
from assistant.forms import AssistantSettingsForm
from assistant.models import AssistantSettings
from assistant.providers.base import Question, Turn
from assistant.providers.builtin import BuiltIn
from assistant.providers.choice import provider_for
from assistant.rehearsal import rehearse
from audit.recording import record
from dashboard.manage.access import for_owners, member
from dashboard.manage.fieldsets import Fieldset, grouped
from dashboard.manage.limits import seconds_until_allowed
from dashboard.manage.saving import CHANGED, CONFLICT, INVALID, is_stale, seen_in
from dashboard.manage.sections import ASSISTANT
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.rest import run_long

ON_THE_WEBSITE = (
    Fieldset(
        "Assistant",
        "Switched off, every conversation waits for a person from its first message on.",
        ("ai_enabled", "assistant_name"),
    ),
    Fieldset("Greeting", "What the chat says before anybody has written.", ("greeting", "intro")),
)
IN_THE_SETTINGS = (
    Fieldset(
        "Who answers",
        "The built-in assistant quotes your articles word for word, needs no key and costs nothing. "
        "A model behind an OpenAI-compatible endpoint words its answers itself.",
        ("provider", "base_url", "model", "key", "forget_key"),
    ),
    Fieldset("Tone and rules", "For a model; the built-in assistant only quotes.", ("tone", "rules", "longest_answer")),
    Fieldset(
        "Hand-off",
        "Who asks for a person always gets one.",
        ("people_first", "when_unsure", "hand_off_words", "hand_off_pages", "most_turns"),
    ),
    Fieldset("Links", "Answers link to your own pages and to their sources, and nowhere else.", ("link_hosts",)),
    Fieldset(
        "Budget",
        "When it is used up, people answer until midnight (UTC). Visitors are told of no limit.",
        ("daily_tokens", "daily_cost", "input_price", "output_price"),
    ),
)
LABELS = {
    "base_url": "Address of the endpoint",
    "forget_key": "Forget the key",
    "ai_enabled": "The assistant answers visitors",
    "assistant_name": "Its name",
    "greeting": "Greeting",
    "intro": "Below it",
    "hand_off_words": "Words that call a person",
    "hand_off_pages": "Pages on which people answer",
    "most_turns": "Most answers",
    "link_hosts": "Further hosts",
}


class WebsiteForm(forms.ModelForm[Website]):
    """What of the assistant stands on the website itself."""

    class Meta:
        model = Website
        fields = ("ai_enabled", "assistant_name", "greeting", "intro")
        widgets: ClassVar = {"intro": forms.Textarea(attrs={"rows": 2})}


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def assistant(request: HttpRequest, website: Website) -> HttpResponse:
    on_website, in_settings, status = _looked_at(request, website)
    both = (on_website, in_settings)
    if request.method == "POST" and status == 200:
        messages.success(request, "Saved.")
        if "test" in request.POST:
            test_endpoint(request, website)
        return redirect("manage:assistant", website.pk)
    for name, label in LABELS.items():
        for form in both:
            if name in form.fields:
                form.fields[name].label = label
    groups = grouped(on_website, ON_THE_WEBSITE) + grouped(in_settings, IN_THE_SETTINGS, Fieldset("Further"))
    context = {
        "forms": both,
        "groups": groups,
        "installation": installations_provider(),
        "today": today(website.pk),
        "seen": seen_in(request, *both, status=status),
    }
    return show(request, website, ASSISTANT, "manage/assistant.html", context, status)


@transaction.atomic
def _looked_at(request: HttpRequest, website: Website) -> tuple[WebsiteForm, AssistantSettingsForm, int]:
    """The forms, saved where they can be; the website's row is held meanwhile, so that nobody saves in between."""
    every = Website.objects.select_for_update() if request.method == "POST" else Website.objects
    on_website = WebsiteForm(sent_in(request), instance=every.get(pk=website.pk))
    in_settings = settings_form(request, website)
    both = (on_website, in_settings)
    are_valid = [form.is_valid() for form in both]  # each, so that both say what is wrong
    if request.method != "POST":
        return *both, 200
    if not all(are_valid):
        return *both, INVALID
    if is_stale(request, *both):
        on_website.add_error(None, CHANGED)
        return *both, CONFLICT
    on_website.save()
    in_settings.save()
    record("assistant.changed", website, fields=sorted({*on_website.changed_data, *in_settings.changed_data}))
    return *both, 200


def settings_form(request: HttpRequest, website: Website) -> AssistantSettingsForm:
    stored = AssistantSettings.objects.for_website(website.pk).first() or AssistantSettings(website=website)
    form = AssistantSettingsForm(sent_in(request), instance=stored)
    del form.fields["website"]
    if not stored.encrypted_key:
        del form.fields["forget_key"]
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 5
    return form


def test_endpoint(request: HttpRequest, website: Website) -> None:
    """Ask what is now stored, as a visitor would, and say how that went."""
    wait = seconds_until_allowed(member(request))
    if wait:
        messages.error(request, f"Not tested: you have asked the AI very often. Try again in {wait} s.")
        return
    provider = provider_for(website.pk)
    if isinstance(provider, BuiltIn):
        messages.info(request, "There is no endpoint to test: the built-in assistant answers.")
        return
    tried = run_long(rehearse(provider, Question(website, [Turn("visitor", "Hello, what can you help me with?")])))
    if tried.outcome is None:
        messages.error(request, f"Test failed: {tried.failure}.")
    else:
        messages.success(request, f"Test passed: {provider.model} answered in {tried.ended_ms / 1000:.1f} s.")


def installations_provider() -> str:
    """What "what the installation uses" means at the moment."""
    return f"the model {settings.AI_MODEL}" if settings.AI_BASE_URL else "the built-in assistant"
