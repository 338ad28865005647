"""What the job reads before it answers, and the row it keeps about the answer. All of it sync: call through `db`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assistant.budgets import Budget, Leave, ask_for_more, ask_leave, left_behind, settle, used_up_to
from assistant.models import Reply
from assistant.models.scope import WebsiteQuerySet
from assistant.providers.base import Outcome, Provider, Question, Speaker, Turn, Usage
from assistant.replying.rules import Situation
from conversations.errors import Stale
from conversations.models import Conversation, Entry, Visitor
from conversations.queries.timeline import history_since_resolve

MOST_TURNS = 40
NOTHING_KNOWN = Usage()


@dataclass(frozen=True, slots=True)
class Job:
    """A visitor's message to be answered, as it was when it was stored. `rev` is its place, `epoch` the AI's leave."""

    conversation_id: UUID
    message_id: UUID
    website_id: int
    rev: int
    epoch: int


def wait_for_more(job: Job) -> float:
    """How long the visitor may still be given to go on, in seconds; none when the message is old already."""
    patience: float = settings.AI_PATIENCE_SECONDS
    entry = Entry.objects.for_system().filter(pk=job.message_id)
    said_at = entry.values_list("created_at", flat=True).first() if patience else None
    return max(0.0, patience - (timezone.now() - said_at).total_seconds()) if said_at else 0.0


def question_of(job: Job) -> Question | None:
    """What to answer; None when there is nothing to do any more: taken over, asked again, or answered before."""
    conversations = Conversation.objects.for_system().select_related("website", "visitor")
    conversation = conversations.filter(
        pk=job.conversation_id, website=job.website_id, takeover_epoch=job.epoch, handled_by="ai"
    ).first()
    if conversation is None or not conversation.website.ai_enabled or _asked_again(job) or _answered(job):
        return None
    turns = [
        Turn(_speaker(role, is_manual), content)
        for role, is_manual, content in history_since_resolve(job.conversation_id, MOST_TURNS)
    ]
    return Question(conversation.website, turns, spoken=conversation.visitor.language)


def situation_of(job: Job) -> Situation:
    """Every hand-over and hand-back has an epoch of its own, but so has a resolve: what it ended begins anew."""
    replies = Reply.objects.for_website(job.website_id).filter(
        conversation=job.conversation_id, epoch=job.epoch, state=Reply.State.STORED
    )
    page = Visitor.objects.for_system().filter(conversations=job.conversation_id).values_list("page_url", flat=True)
    unsure = list(replies.order_by("began_at").values_list("found_nothing", flat=True))
    conversation = Conversation.objects.for_system().get(pk=job.conversation_id)
    was_handed_back = conversation.handed_back_rev > conversation.resolved_rev
    return Situation(unsure, page.first() or "", was_handed_back=was_handed_back)


@transaction.atomic
def record_beginning(
    job: Job, message_id: UUID, provider: Provider, budget: Budget, may_use: Usage, *, is_free: bool = False
) -> Leave:
    """Now this is the conversation's one active answer, unless leave is refused. Raises Stale when another is."""
    conversation = Conversation.objects.for_system().select_for_update(no_key=True).get(pk=job.conversation_id)
    if conversation.reply_id != message_id:
        raise Stale
    for superseded in _active(job).filter(conversation=conversation):
        used = left_behind(superseded.reserved_tokens, superseded.partial)
        close(superseded, Reply.State.SUPERSEDED, budget, used)
    leave = Leave() if is_free else ask_leave(job.website_id, budget, may_use)
    if leave.refused:
        return leave
    Reply.objects.create(
        id=message_id,
        website_id=job.website_id,
        conversation=conversation,
        answers=job.message_id,
        epoch=job.epoch,
        provider=provider.name,
        model=provider.model[:100],
        day=leave.day,
        reserved_tokens=leave.tokens,
        reserved_cost=leave.cost,
    )
    return leave


@transaction.atomic
def grow(job: Job, message_id: UUID, budget: Budget, leave: Leave, used: Usage) -> Leave | None:
    """Keep back more of the day for an answer that has become long; None when there is no more, or it has ended."""
    reply = _active(job).filter(pk=message_id).select_for_update().first()
    grown = ask_for_more(job.website_id, budget, leave, used) if reply else None
    if reply and grown:
        reply.reserved_tokens, reply.reserved_cost = grown.tokens, grown.cost
        reply.save(update_fields=["reserved_tokens", "reserved_cost"])
    return grown


def keep_partial(job: Job, message_id: UUID, text: str) -> None:
    _active(job).filter(pk=message_id).update(partial=text)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ended. `paid` without an outcome: the endpoint had begun, so it counts as far as it had `used`."""

    state: Reply.State
    outcome: Outcome | None = None
    failure: str = ""
    partial: str = ""
    used: Usage = NOTHING_KNOWN
    paid: bool = True
    first_chunk_ms: int | None = None
    ended_ms: int | None = None


@transaction.atomic
def record_end(job: Job, message_id: UUID, ending: Ending, budget: Budget, may_use: Usage) -> Usage | None:
    """How it ended, and what it used; None when a later answer has said so already."""
    reply = _active(job).filter(pk=message_id).select_for_update().first()
    if reply is None:
        return None
    outcome = ending.outcome
    reply.outcome = outcome.kind if outcome else ""
    reply.found_nothing = outcome is not None and outcome.found_nothing
    reply.passages = [list(one) for one in outcome.used] if outcome else []
    reply.first_chunk_ms, reply.ended_ms, reply.failure = ending.first_chunk_ms, ending.ended_ms, ending.failure
    reply.partial = "" if ending.state == Reply.State.STORED else ending.partial
    used = outcome.usage if outcome else ending.used if ending.paid else Usage(0, 0)
    if not used.is_known:
        used = used_up_to(outcome.text if outcome else ending.partial, may_use)
    close(reply, ending.state, budget, used)
    return used


def close(reply: Reply, state: Reply.State, budget: Budget, used: Usage) -> None:
    """End an active answer, and count what it used in place of what was kept back for it: once, since it ends once."""
    cost = budget.cost_of(used)
    reply.state = state
    if budget.is_counted or not used.is_estimated:
        reply.input_tokens, reply.output_tokens = used.input_tokens, used.output_tokens
        reply.is_estimated, reply.cost = used.is_estimated, cost
    reply.save()
    settle(reply.website_id, Leave(reply.day, reply.reserved_tokens, reply.reserved_cost), used, cost)


def is_current(conversation_id: UUID, message_id: UUID) -> bool:
    """Whether the conversation still waits for this answer."""
    return Conversation.objects.for_system().filter(pk=conversation_id, reply_id=message_id).exists()


def _active(job: Job) -> WebsiteQuerySet[Reply]:
    return Reply.objects.for_website(job.website_id).filter(state=Reply.State.ACTIVE)


def _asked_again(job: Job) -> bool:
    """The newest of several messages is answered, for all of them."""
    later = Entry.objects.for_system().filter(conversation=job.conversation_id, seq__gt=job.rev)
    return later.filter(kind=Entry.Kind.MESSAGE, role=Entry.Role.USER, deleted=False).exists()


def _answered(job: Job) -> bool:
    """A worker that was killed between storing the answer and finishing the job must not answer twice."""
    replies = Reply.objects.for_website(job.website_id).filter(answers=job.message_id)
    if replies.filter(state__in=[Reply.State.HANDED_OFF, Reply.State.FAILED]).exists():
        return True
    return Entry.objects.for_system().filter(pk__in=replies.values("pk")).exists()


def _speaker(role: str, is_manual: bool) -> Speaker:
    if role == Entry.Role.USER:
        return "visitor"
    if role == Entry.Role.ASSISTANT:
        return "staff" if is_manual else "assistant"
    return "system"
