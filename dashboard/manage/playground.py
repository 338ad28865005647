"""Asking the assistant as a visitor would, and seeing why it answers so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.models import Website
from assistant.embeddings.asking import with_meaning
from assistant.providers.base import Provider, Question, Turn
from assistant.providers.choice import provider_for
from assistant.rehearsal import rehearse
from assistant.trace import trace_of
from dashboard.manage.access import for_owners, member
from dashboard.manage.limits import seconds_until_allowed
from dashboard.manage.sections import PLAYGROUND
from dashboard.manage.shell import show
from foundation.rest import run_long

LONGEST = 2000  # characters
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


class PlaygroundForm(forms.Form):
    question = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Ask as a visitor would…", "enterkeyhint": "send"}),
    )
    earlier = forms.CharField(
        label="What the visitor asked before, if anything",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def playground(request: HttpRequest, website: Website) -> HttpResponse:
    form = PlaygroundForm(request.POST or None, initial={"question": request.GET.get("question", "")[:LONGEST]})
    provider = provider_for(website.pk)
    context: dict[str, Any] = {"form": form, "provider": provider}
    status = 200
    if request.method == "POST" and form.is_valid():
        wait = seconds_until_allowed(member(request))
        if wait:
            form.add_error(None, f"You have asked the AI very often. Try again in {wait} s.")
            status = 429
        else:
            context |= tried(provider, asked(website, form.cleaned_data))
    elif form.errors:
        status = 422
    return show(request, website, PLAYGROUND, "manage/playground.html", context, status)


def asked(website: Website, given: dict[str, str]) -> Question:
    """The assistant's answer to an earlier question is left open: it is made up of nothing here."""
    earlier = [Turn("visitor", given["earlier"]), Turn("assistant", "…")] if given["earlier"] else []
    return Question(website, [*earlier, Turn("visitor", given["question"])])


def tried(provider: Provider, question: Question) -> dict[str, Any]:
    question = run_long(with_meaning(question))
    rehearsed = run_long(rehearse(provider, question))
    trace = trace_of(provider, question)
    outcome = rehearsed.outcome
    used = {passage_id for passage_id, _ in outcome.used} if outcome else set()
    return {
        "asked": question.text,
        "rehearsed": rehearsed,
        "outcome": OUTCOMES[outcome.kind] if outcome else ("No answer", "bad"),
        "trace": trace,
        "zone": ZONES[trace.zone],
        "passages": [(one, one.passage_id in used) for one in trace.passages],
    }
