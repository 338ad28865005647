"""Asking the assistant without a conversation: no visitor, no inbox and no report hears of it."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import dataclass, replace

from assistant.budgets import estimated
from assistant.providers.base import Outcome, Provider, ProviderFailed, Question
from assistant.providers.builtin import BuiltIn
from assistant.providers.builtin.provider import found_by
from assistant.replying.draft import shortened
from assistant.spending import NotAsked, on_budget
from foundation.logs import log

logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`outcome` is None where there was none: `failure` says why, in words for the staff. Times from the question.

    `was_asked` is False where the website's budget did not allow it.
    """

    outcome: Outcome | None
    failure: str
    first_chunk_ms: int | None
    ended_ms: int
    was_asked: bool = True


async def rehearse(
    provider: Provider,
    question: Question,
    *,
    at_its_pace: bool = True,
    longest: int | None = None,
) -> Rehearsed:
    """Ask once, on the website's budget. Cancelled, it lets go of the endpoint.

    Not at its pace, the built-in assistant waits for no reader. `longest`: characters, as of a visitor's answer.
    """
    began = time.monotonic()
    first: int | None = None
    try:
        if isinstance(provider, BuiltIn) and not at_its_pace:
            return Rehearsed(_cut(await found_by(question), longest), "", None, _since(began))
        outcome = None
        async with (
            on_budget(question.website.pk, estimated(question, longest)) as use,
            aclosing(provider.answer(question)) as steps,
        ):
            async for step in steps:
                if isinstance(step, Outcome):
                    outcome, use.said, use.counted = step, step.text, step.usage
                    continue
                if step.used.is_known:
                    await use.afford(step.used)
                use.said = step.text
                if step.text and first is None:
                    first = _since(began)
        if outcome is None:
            raise ProviderFailed("the assistant ended without an answer")
    except NotAsked as refused:
        return Rehearsed(None, str(refused), None, _since(began), was_asked=False)
    except ProviderFailed as failed:
        return Rehearsed(None, str(failed), first, _since(began))
    except Exception as error:  # whatever a provider may raise; a page must still say something
        logger.error("[AI] a rehearsal failed", error=type(error).__name__)
        return Rehearsed(None, "the assistant could not write an answer", first, _since(began))
    return Rehearsed(_cut(outcome, longest), "", first, _since(began))


def _cut(outcome: Outcome, longest: int | None) -> Outcome:
    return replace(outcome, text=shortened(outcome.text, longest))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
