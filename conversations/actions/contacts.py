"""How to reach a visitor when nobody is there: by the e-mail address they leave, in a form or in what they write."""

from __future__ import annotations

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from accounts.actors import VisitorActor
from conversations.actions.changes import Activity, Change, change
from conversations.actions.messages import Post, Posted, post_message
from conversations.errors import Invalid
from conversations.models import Conversation
from conversations.rows import ConversationRow
from conversations.spoken import translator_of
from conversations.subscribers.following import Identified
from conversations.subscribers.live import tell_soon
from conversations.subscribers.table import note

LONGEST = 254  # characters, as mail servers have it
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"'@]{3,190}")
THANKS = gettext_noop("Thank you. If we miss each other here, we will write to {email}.")


async def say_as_visitor(actor: VisitorActor, post: Post) -> Posted:
    """Post it. An address in it is taken for the visitor's own if they were asked for one. Raises as post_message."""
    posted = await post_message(post)
    email = email_in(post.content) if "@" in post.content and not posted.known else ""
    if email:
        tell_soon(_take_if_asked(actor, post.conversation_id, email))
    return posted


async def leave_email(actor: VisitorActor, conversation_id: UUID, email: str) -> ConversationRow:
    """The address given in a form. One that the website has proved stays. Raises NotFound or Invalid."""
    if not email or email_in(email) != email:
        raise Invalid("email: an address such as vera@example.com")
    return await _take(actor, conversation_id, email, only_if_asked=False)


def email_in(text: str) -> str:
    """The first address in a text; empty without one."""
    for found in ADDRESS.findall(text):
        email = found.strip(".!?")
        try:
            validate_email(email)
        except ValidationError:
            continue
        if len(email) <= LONGEST:
            return str(email)
    return ""


async def _take_if_asked(actor: VisitorActor, conversation_id: UUID, email: str) -> None:
    """Beside the message, in which the address stands all the same."""
    await _take(actor, conversation_id, email, only_if_asked=True)


async def _take(actor: VisitorActor, conversation_id: UUID, email: str, *, only_if_asked: bool) -> ConversationRow:
    def rule(conversation: Conversation) -> Change | None:
        visitor, was_asked = conversation.visitor, conversation.asks_email
        is_proved = bool(visitor.external_id and visitor.email)
        if is_proved or visitor.email == email or (only_if_asked and not was_asked):
            return None
        visitor.email = email
        visitor.save(update_fields=["email"])
        note(Identified(visitor.website_id, visitor.pk))
        conversation.asks_email = False
        said = translator_of(conversation)(THANKS).format(email=email)
        return Change(Activity(f"The visitor left an e-mail address: {email}."), for_visitor=was_asked, says=said)

    return await change(conversation_id, rule, actor=actor, author=None)
