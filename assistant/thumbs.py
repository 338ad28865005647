"""Thumbs for answers of the assistant: given by the visitor, shown to the staff.

They are no part of the timeline's messages. The staff is told as of any other change of the conversation, and a thumb
down leaves a line for them, so that an answer that did not help is seen by whoever looks.
"""

from __future__ import annotations

from uuid import UUID

from accounts.actors import Actor, VisitorActor
from assistant.models import Thumb
from conversations.actions.changes import Activity, Change, change
from conversations.errors import NotFound
from conversations.models import Conversation, Entry
from conversations.queries.states import conversation_for

DOWN = "The visitor found this answer not helpful: “{answer}”"
CLIPPED = 80  # characters of the answer


async def rate_answer(actor: VisitorActor, conversation_id: UUID, message_id: UUID, helpful: bool | None) -> None:
    """None takes the thumb back. Raises NotFound, also for what the assistant has not written."""

    def rule(conversation: Conversation) -> Change | None:
        answer = _answer(actor, conversation, message_id)
        thumbs = Thumb.objects.for_website(conversation.website_id)
        before = thumbs.filter(entry=answer).first()
        if helpful is (before.helpful if before else None):
            return None
        if before is not None:
            before.delete()
        if helpful is not None:
            Thumb.objects.create(
                entry=answer, conversation=conversation, website_id=conversation.website_id, helpful=helpful
            )
        line = Activity(DOWN.format(answer=_clipped(answer.content))) if helpful is False else None
        return Change(line, for_visitor=False)

    await change(conversation_id, rule, actor=actor, author=None)


def thumbs_of(actor: Actor, conversation_id: UUID) -> dict[UUID, bool]:
    """By message: whether it was found helpful. Raises NotFound."""
    row = conversation_for(actor, conversation_id)
    found = Thumb.objects.for_website(row.website_id).filter(conversation=conversation_id)
    return dict(found.values_list("entry", "helpful"))


def _answer(actor: VisitorActor, conversation: Conversation, message_id: UUID) -> Entry:
    entries = Entry.objects.for_actor(actor).filter(conversation=conversation.pk, kind=Entry.Kind.MESSAGE)
    answers = entries.filter(role=Entry.Role.ASSISTANT, is_manual=False, deleted=False)
    found = answers.filter(pk=message_id).first()
    if found is None:
        raise NotFound("message")
    return found


def _clipped(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= CLIPPED else f"{words[:CLIPPED].rsplit(' ', 1)[0]} …"
