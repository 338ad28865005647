"""The playground over REST: what a visitor's question would get, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Website
from assistant.budgets import today
from assistant.trial import Said, Trial, try_question
from conversations.errors import RateLimited
from dashboard.api.assistance import SourceForm
from dashboard.api.rights import owner_of
from dashboard.api.websites import administered
from dashboard.manage.playground import LONGEST, MOST_SAID
from foundation.rate_limits import seconds_to_wait
from foundation.rest import ErrorAnswer, answer, read, run, run_long

Words = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SaidBody(Body):
    """Of an answer `found_nothing` is what the one before it said of itself."""

    by: Literal["visitor", "assistant"]
    text: Words
    found_nothing: bool = False


class PlaygroundBody(Body):
    """`said` is the talk so far, oldest first. `page` and `is_somebody_here` matter where a rule names them."""

    website: int
    question: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST, pattern=r"^[^\x00]*$")
    ]
    said: Annotated[list[SaidBody], Field(max_length=MOST_SAID)] = []
    page: Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    is_somebody_here: bool = False


class WordForm(Body):
    word: str
    worth: float
    how: Literal["written", "typo", "synonym"]


class TermForm(Body):
    words: list[WordForm]
    share: float
    is_known: bool


class PassageForm(Body):
    title: str
    heading: str
    url: str
    body: str
    matched: list[str]
    coverage: float
    rank: float
    merit: float
    is_used: bool


class TraceForm(Body):
    """`zone` is what the built-in assistant goes by; a model is given `prompt`."""

    terms: list[TermForm]
    passages: list[PassageForm]
    zone: Literal["sure", "unsure", "nothing"]
    prompt: list[dict[str, Any]]


class TodayForm(Body):
    """In UTC. What visitors would meet: where `is_used_up`, or the assistant is off, people answer them."""

    tokens: int
    daily_tokens: int | None
    cost: Decimal
    daily_cost: Decimal | None
    is_used_up: bool


class PlaygroundForm(Body):
    """`outcome` null: there was none, and `failure` says why. `rule`: why a person takes over before all else."""

    outcome: Literal["answer", "ask", "hand_off", "no_answer"] | None
    text: str
    sources: list[SourceForm]
    reason: str
    rule: str
    failure: str
    found_nothing: bool
    provider: str
    model: str
    input_tokens: int | None
    output_tokens: int | None
    first_chunk_ms: int | None
    ended_ms: int
    ai_enabled: bool
    today: TodayForm
    trace: TraceForm | None


class PlaygroundView(APIView):
    """`POST assistant/playground/`. No conversation is made, and no report counts it."""

    @extend_schema(request=PlaygroundBody, responses={200: PlaygroundForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor, body = owner_of(request), read(request, PlaygroundBody)
        website = administered(actor, body.website)
        wait = run(seconds_to_wait(f"assistance:{actor.user_id}", settings.ENVIRONMENT.limit_assistance_per_minute))
        if wait:
            raise RateLimited(wait)
        said = [Said(one.by, one.text, one.found_nothing) for one in body.said]
        asking = try_question(website, body.question, said, page=body.page, is_somebody_here=body.is_somebody_here)
        return answer(_told(website, run_long(asking)))


def _told(website: Website, trial: Trial) -> PlaygroundForm:
    rehearsed, outcome = trial.rehearsed, trial.rehearsed.outcome
    return PlaygroundForm(
        outcome=outcome.kind if outcome else None,
        text=outcome.text if outcome else "",
        sources=[SourceForm(title=one.title, url=one.url) for one in outcome.sources] if outcome else [],
        reason=outcome.reason if outcome else "",
        rule=trial.rule,
        failure=rehearsed.failure,
        found_nothing=outcome is not None and outcome.found_nothing,
        provider=trial.provider.name,
        model=trial.provider.model,
        input_tokens=outcome.usage.input_tokens if outcome else None,
        output_tokens=outcome.usage.output_tokens if outcome else None,
        first_chunk_ms=rehearsed.first_chunk_ms,
        ended_ms=rehearsed.ended_ms,
        ai_enabled=website.ai_enabled,
        today=_today(website),
        trace=None if trial.rule else _traced(trial),
    )


def _today(website: Website) -> TodayForm:
    spent = today(website.pk)
    return TodayForm(
        tokens=spent.tokens,
        daily_tokens=spent.budget.tokens,
        cost=spent.cost,
        daily_cost=spent.budget.cost,
        is_used_up=spent.is_used_up,
    )


def _traced(trial: Trial) -> TraceForm:
    trace, outcome = trial.trace(), trial.rehearsed.outcome
    used = {passage_id for passage_id, _ in outcome.used} if outcome else set()
    terms = [
        TermForm(
            words=[WordForm(word=word.word, worth=word.worth, how=word.how) for word in term.words],
            share=term.share,
            is_known=term.is_known,
        )
        for term in trace.terms
    ]
    passages = [
        PassageForm(
            **{name: getattr(one, name) for name in ("title", "heading", "url", "body", "coverage", "rank", "merit")},
            matched=sorted(one.lexemes),
            is_used=one.passage_id in used,
        )
        for one in trace.passages
    ]
    return TraceForm.model_validate(
        {"terms": terms, "passages": passages, "zone": trace.zone, "prompt": list(trace.prompt)}
    )
