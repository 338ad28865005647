"""Who answers for a website, and how."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import Website
from assistant.forms import AssistantSettingsForm
from assistant.models import AssistantSettings
from dashboard.manage.access import for_owners
from dashboard.manage.fieldsets import Fieldset, grouped
from dashboard.manage.sections import ASSISTANT
from dashboard.manage.shell import show

FIELDSETS = (
    Fieldset(
        "Who answers",
        "The built-in assistant quotes your articles word for word. An endpoint of your own words its answers itself.",
        ("provider", "base_url", "model", "key", "forget_key"),
    ),
    Fieldset("Tone and rules", "For an endpoint; the built-in assistant only quotes.", ("tone", "rules")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def assistant(request: HttpRequest, website: Website) -> HttpResponse:
    stored = AssistantSettings.objects.for_website(website.pk).first() or AssistantSettings(website=website)
    form = AssistantSettingsForm(request.POST or None, instance=stored)
    del form.fields["website"]
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("manage:assistant", website.pk)
    context = {"form": form, "groups": grouped(form, FIELDSETS)}
    return show(request, website, ASSISTANT, "manage/assistant.html", context, status=422 if form.errors else 200)
