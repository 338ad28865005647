"""Somebody of the staff answers the mail about a conversation: it becomes their message there, as if typed.

The sign in the address is good for one person and conversation, and the mail has to come from that person's address.
What they may do is asked now, not when they were written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from accounts.actors import Staff, staff_actor
from accounts.colleagues import availability_of
from accounts.models import User
from conversations.actions.messages import Post
from conversations.actions.notes import say_as_staff
from conversations.letters import MARKER
from conversations.mail_addresses import returned_from, staff_conversation_of
from conversations.models import Conversation
from conversations.protocol import MAX_CONTENT
from conversations.rows import Writer
from foundation.translations import translator
from integrations.mail.quotes import answer_in
from integrations.mail.reading import Mail


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """Whose answer to what. `actor` None: they may not come in any more, or do not see it any more."""

    actor: Staff | None
    conversation: Conversation


def answer_of_staff(mail: Mail) -> StaffAnswer | None:
    """None unless its address has a sign that is true for its sender."""
    user = User.objects.filter(email=mail.sender).first() if mail.sender else None
    named = staff_conversation_of(mail.recipients, user.pk) if user is not None else None
    found = Conversation.objects.for_system().filter(pk=named, website__is_active=True).first() if named else None
    if user is None or found is None:
        return None
    actor = staff_actor(user.pk)
    return StaffAnswer(actor if actor is not None and found.website_id in actor.websites else None, found)


def person_returned_from(mail: Mail) -> UUID | None:
    """To whom of the staff it could not be delivered for good."""
    return returned_from(mail.recipients) if mail.failed_for is not None else None


def text_of(mail: Mail, actor: Staff) -> str:
    """What was written now."""
    return answer_in(mail.text, translator(availability_of(actor.user_id).mail_language)(MARKER))


async def say(mail: Mail, text: str, actor: Staff, conversation_id: UUID, file_ids: list[UUID]) -> None:
    """Once, however often. Raises Refusal."""
    post = Post(
        conversation_id,
        text[: MAX_CONTENT - 1] + "…" if len(text) > MAX_CONTENT else text,
        "assistant",
        client_id=uuid5(NAMESPACE_OID, mail.key),
        is_manual=True,
        author=Writer.of_staff(actor),
        attachments=file_ids,
    )
    await say_as_staff(actor, post)
