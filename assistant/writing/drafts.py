"""A reply drafted from what the website knows, to what the visitor wrote last."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Website
from assistant.embeddings.asking import with_meaning
from assistant.providers.base import Outcome, Provider, Question, Source, Turn
from assistant.providers.builtin import BuiltIn
from assistant.providers.builtin.quoting import quote
from assistant.providers.builtin.zones import Zone, zone_of
from assistant.providers.choice import provider_for
from assistant.rehearsal import rehearse
from assistant.replying.plan import plan_for
from assistant.retrieval import find_passages
from assistant.writing.conversation import turns_of
from assistant.writing.suggestion import Suggestion
from foundation.db import db

NOTHING_ASKED = "There is nothing to answer yet: the visitor has not written."
NOT_KNOWN = "The articles say nothing about this."
UNSURE = "Perhaps: the articles do not surely answer this."


async def draft_reply(conversation_id: UUID, website: Website) -> Suggestion:
    turns = _asked(await db(turns_of, conversation_id))
    if not turns:
        return Suggestion(detail=NOTHING_ASKED)
    plan, provider = await db(plan_for, website.pk), await db(provider_for, website.pk)
    question = Question(website, turns, link_hosts=plan.link_hosts)
    if isinstance(provider, BuiltIn):
        return await db(_quoted, await with_meaning(question))
    return await _worded(provider, question)


def _asked(turns: list[Turn]) -> list[Turn]:
    """Up to the visitor's last message, however much was answered since."""
    last = max((place for place, turn in enumerate(turns, 1) if turn.speaker == "visitor"), default=0)
    return turns[:last]


def _quoted(question: Question) -> Suggestion:
    """A person reads it first, so the best passage is offered even where the assistant itself would not dare."""
    found = find_passages(question.website, question.text, meant=question.meant)
    zone = zone_of(found, question.meant)
    if zone is Zone.NOTHING:
        return Suggestion(detail=NOT_KNOWN, by=BuiltIn.name)
    best = found[0]
    sources = (Source(best.title, best.url),) if best.url else ()
    detail = "" if zone is Zone.SURE else UNSURE
    return Suggestion(quote(best, question.website.language), detail, sources, BuiltIn.name)


async def _worded(provider: Provider, question: Question) -> Suggestion:
    rehearsed = await rehearse(provider, question)
    by = provider.model or provider.name
    if rehearsed.outcome is None:
        return Suggestion(detail=f"No draft: {rehearsed.failure}.", by=by)
    return _suggested(rehearsed.outcome, by)


def _suggested(outcome: Outcome, by: str) -> Suggestion:
    match outcome.kind:
        case "hand_off":
            return Suggestion(detail=f"No draft: this is for a person ({outcome.reason}).", by=by)
        case "no_answer":
            return Suggestion(detail=NOT_KNOWN, by=by)
    return Suggestion(outcome.text, "", outcome.sources, by)
