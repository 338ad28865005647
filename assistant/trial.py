"""A question tried out: the very decision that a visitor's would get, but no visitor, inbox or report hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from accounts.models import Website
from assistant.embeddings.asking import with_meaning
from assistant.providers.base import Outcome, Provider, Question, Turn
from assistant.providers.choice import provider_for
from assistant.rehearsal import Rehearsed, rehearse
from assistant.replying.decision import decide
from assistant.replying.plan import plan_for
from assistant.replying.rules import Situation
from assistant.trace import Trace, trace_of
from foundation.db import db


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before, in the same trial. `found_nothing` belongs to answers."""

    by: Literal["visitor", "assistant"]
    text: str
    found_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """`rule`: why a person takes over before anything is looked up, if so; then nothing was."""

    question: Question
    provider: Provider
    rehearsed: Rehearsed
    rule: str = ""

    def trace(self) -> Trace:
        return trace_of(self.provider, self.question)

    @property
    def said(self) -> Said | None:
        """What the assistant has said, if it has."""
        outcome = self.rehearsed.outcome
        if outcome is None or outcome.kind == "hand_off":
            return None
        return Said("assistant", outcome.text, outcome.found_nothing)


async def try_question(
    website: Website,
    text: str,
    said: Sequence[Said] = (),
    *,
    page: str = "",
    is_somebody_here: bool = False,
    at_its_pace: bool = True,
) -> Trial:
    """On the website's budget, but neither it nor the website's switch decides: those are told beside it."""
    plan, provider = await db(plan_for, website.pk), await db(provider_for, website.pk)
    turns = [Turn(one.by, one.text) for one in said]
    question = Question(website, [*turns, Turn("visitor", text)])
    unsure = [one.found_nothing for one in said if one.by == "assistant"]
    decision = decide(plan, provider, question, Situation(unsure, page, is_somebody_here))
    if decision.reason:
        by_rule = Rehearsed(Outcome("hand_off", reason=decision.reason), "", None, 0)
        return Trial(decision.question, provider, by_rule, decision.reason)
    question = await with_meaning(decision.question)  # here, so that the trace shows what was found by it
    rehearsed = await rehearse(provider, question, at_its_pace=at_its_pace, longest=plan.longest)
    return Trial(question, provider, rehearsed)
