"""What the job reads before it answers, and the row it keeps about the answer. All of it sync: call through `db`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from assistant.models import Reply
from assistant.providers.base import Outcome, Provider, Question, Speaker, Turn
from conversations.errors import Stale
from conversations.models import Conversation, Entry
from conversations.queries.timeline import history_since_resolve

MOST_TURNS = 40


@dataclass(frozen=True, slots=True)
class Job:
    """A visitor's message to be answered, as it was when it was stored. `rev` is its place, `epoch` the AI's leave."""

    conversation_id: UUID
    message_id: UUID
    website_id: int
    rev: int
    epoch: int


def question_of(job: Job) -> Question | None:
    """What to answer; None when there is nothing to do any more: taken over, asked again, or answered before."""
    conversations = Conversation.objects.for_system().select_related("website")
    conversation = conversations.filter(
        pk=job.conversation_id, website=job.website_id, takeover_epoch=job.epoch, handled_by="ai"
    ).first()
    if conversation is None or not conversation.website.ai_enabled or _asked_again(job) or _answered(job):
        return None
    turns = [
        Turn(_speaker(role, is_manual), content)
        for role, is_manual, content in history_since_resolve(job.conversation_id, MOST_TURNS)
    ]
    return Question(conversation.website, turns)


@transaction.atomic
def record_beginning(job: Job, message_id: UUID, provider: Provider) -> None:
    """Now this is the conversation's one active answer. Raises Stale when another has been begun since."""
    conversation = Conversation.objects.for_system().select_for_update(no_key=True).get(pk=job.conversation_id)
    if conversation.reply_id != message_id:
        raise Stale
    replies = Reply.objects.for_website(job.website_id)
    replies.filter(conversation=conversation, state=Reply.State.ACTIVE).update(state=Reply.State.SUPERSEDED)
    Reply.objects.create(
        id=message_id,
        website_id=job.website_id,
        conversation=conversation,
        answers=job.message_id,
        epoch=job.epoch,
        provider=provider.name,
        model=provider.model[:100],
    )


def record_end(
    job: Job,
    message_id: UUID,
    state: Reply.State,
    outcome: Outcome | None,
    *,
    first_chunk_ms: int | None,
    ended_ms: int,
    failure: str = "",
) -> None:
    """How it ended, unless a later answer has said so already."""
    reply = Reply.objects.for_website(job.website_id).filter(pk=message_id, state=Reply.State.ACTIVE)
    reply.update(
        state=state,
        outcome=outcome.kind if outcome else "",
        passages=[list(one) for one in outcome.used] if outcome else [],
        input_tokens=outcome.usage.input_tokens if outcome else None,
        output_tokens=outcome.usage.output_tokens if outcome else None,
        first_chunk_ms=first_chunk_ms,
        ended_ms=ended_ms,
        failure=failure,
    )


def is_current(conversation_id: UUID, message_id: UUID) -> bool:
    """Whether the conversation still waits for this answer."""
    return Conversation.objects.for_system().filter(pk=conversation_id, reply_id=message_id).exists()


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
