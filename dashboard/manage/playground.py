"""Asking the assistant as a visitor would, and seeing what it decides and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods
from pydantic import TypeAdapter, ValidationError

from accounts.models import Website
from assistant.budgets import today
from assistant.providers.choice import provider_for
from assistant.replying.plan import Plan, plan_for
from assistant.trial import Said, Trial, try_question
from dashboard.manage.access import for_owners, member
from dashboard.manage.limits import seconds_until_allowed
from dashboard.manage.sections import PLAYGROUND
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from foundation.rest import run_long

LONGEST = 2000  # characters
MOST_SAID = 40  # turns, as of a conversation
OUTCOMES = {
    "answer": ("Answers", "good"),
    "ask": ("Asks back, or shows links", "waiting"),
    "hand_off": ("Hands over to a person", "waiting"),
    "no_answer": ("Does not know", "bad"),
}
ZONES = {
    "sure": "It answers: the best passage is like enough to the question, and no other article is as good.",
    "unsure": "It shows links: something was found, but not surely the answer.",
    "nothing": "It says that it does not know: no passage is like enough to the question.",
}


WHOLE_TALK = TypeAdapter(list[Said])


class PlaygroundForm(forms.Form):
    """`said` is the talk so far, which the page keeps: nothing of it is stored."""

    question = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Ask as a visitor would…", "enterkeyhint": "send"}),
    )
    page = forms.CharField(
        label="On the page",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"placeholder": "/checkout"}),
        help_text="Your rules name pages on which people answer.",
    )
    is_somebody_here = forms.BooleanField(label="While somebody of the team is online", required=False)
    said = forms.CharField(required=False, max_length=200_000, widget=forms.HiddenInput())

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        """What makes no difference is not asked for."""
        super().__init__(*args, **kwargs)
        if not plan.hand_off_pages:
            del self.fields["page"]
        if not plan.people_first:
            del self.fields["is_somebody_here"]

    def clean_said(self) -> list[Said]:
        try:
            return WHOLE_TALK.validate_json(self.cleaned_data["said"] or "[]")[-MOST_SAID:]
        except ValidationError:
            raise forms.ValidationError("The talk so far cannot be read: begin anew.") from None


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def playground(request: HttpRequest, website: Website) -> HttpResponse:
    plan = plan_for(website.pk)
    form = PlaygroundForm(sent_in(request), plan=plan, initial={"question": request.GET.get("question", "")[:LONGEST]})
    context: dict[str, Any] = {"form": form, "provider": provider_for(website.pk)}
    status = 200
    if request.method == "POST" and form.is_valid():
        wait = seconds_until_allowed(member(request))
        if wait:
            form.add_error(None, f"You have asked the AI very often. Try again in {wait} s.")
            status = 429
        else:
            context |= tried(website, form.cleaned_data, goes_on="go_on" in request.POST)
    elif form.errors:
        status = 422
    context["today"] = today(website.pk)
    return show(request, website, PLAYGROUND, "manage/playground.html", context, status)


def tried(website: Website, given: dict[str, Any], goes_on: bool) -> dict[str, Any]:
    """What the page shows of it; `talk` is what the next question may go on with."""
    before = given["said"] if goes_on else []
    more = {"page": given.get("page", ""), "is_somebody_here": given.get("is_somebody_here", False)}
    trial = run_long(try_question(website, given["question"], before, **more))
    outcome = trial.rehearsed.outcome
    talk = [*before, Said("visitor", given["question"]), *([trial.said] if trial.said else [])]
    return {
        "before": before,
        "trial": trial,
        "rehearsed": trial.rehearsed,
        "outcome": OUTCOMES[outcome.kind] if outcome else ("No answer", "bad"),
        "talk": WHOLE_TALK.dump_json(talk).decode() if trial.said else "",
        **(_looked_up(trial) if not trial.rule else {}),
    }


def _looked_up(trial: Trial) -> dict[str, Any]:
    trace, outcome = trial.trace(), trial.rehearsed.outcome
    used = {passage_id for passage_id, _ in outcome.used} if outcome else set()
    return {
        "trace": trace,
        "zone": ZONES[trace.zone],
        "passages": [(one, one.passage_id in used) for one in trace.passages],
    }
