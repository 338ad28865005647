"""The core's jobs."""

from __future__ import annotations

from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from accounts.actors import VisitorActor
from conversations.actions import labels, new_conversations, reply_mails, second_factors, unclaimed
from conversations.actions.bounces import stop_writing_to
from conversations.actions.invitations import TASK as INVITATION
from conversations.actions.invitations import mail_invitation
from conversations.actions.transcripts import TASK, mail_transcript
from foundation.db import db
from foundation.logs import log

logger = log(__name__)

# A mail server that is away for a moment. What gives up after that is brought back: integrations/given_up.py.
LATER = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name=TASK, queue="default", retry=LATER, pass_context=True)
async def send_transcript(
    context: JobContext, conversation_id: str, visitor_id: str, website_id: int, email: str
) -> None:
    """E-mail a conversation to its visitor."""
    actor = VisitorActor(UUID(visitor_id), website_id)
    await db(mail_transcript, actor, UUID(conversation_id), email, context.job.id)


@app.task(name=reply_mails.NOTED, queue="default", retry=LATER)
async def note_reply(conversation_id: str, message_id: str, website_id: int, rev: int, epoch: int) -> None:
    """Somebody of the staff has answered."""
    await db(reply_mails.note_reply, UUID(conversation_id))


@app.task(name=reply_mails.TASK, queue="default", retry=LATER)
async def mail_replies(conversation_id: str) -> None:
    """Write to a visitor who has not read what was answered."""
    try:
        refused = await db(reply_mails.mail_replies, UUID(conversation_id))
    except reply_mails.AWAY as error:
        logger.warning("[MAIL] not sent", conversation=conversation_id, reason=repr(error))
        await db(reply_mails.look_again, UUID(conversation_id))
        return
    if refused:
        await stop_writing_to(UUID(conversation_id), [refused])


@app.task(name=new_conversations.NOTED, queue="default", retry=LATER)
async def note_first_words(conversation_id: str, message_id: str, website_id: int, rev: int, epoch: int) -> None:
    """A visitor has begun to write, or writes to people now."""
    await db(new_conversations.announce, UUID(conversation_id))


@app.task(name=new_conversations.LOOK, queue="default", retry=LATER)
async def look_at_new_conversation(conversation_id: str) -> None:
    """A conversation has begun a moment ago."""
    await new_conversations.look_at_new_conversation(UUID(conversation_id))


@app.task(name=new_conversations.TASK, queue="default", retry=LATER)
async def mail_new_conversations(user_id: int) -> None:
    """E-mail one person of the staff about conversations that have begun."""
    await db(new_conversations.mail_new_conversations, user_id)


@app.task(name=unclaimed.TASK, queue="default", retry=LATER, pass_context=True)
async def send_unclaimed(context: JobContext, user_id: int, conversation_ids: list[str]) -> None:
    """E-mail one person of the staff that nobody has claimed these conversations."""
    await db(unclaimed.mail_unclaimed, user_id, [UUID(one) for one in conversation_ids], context.job.id)


@app.task(name=labels.RENAME_TASK, queue="default", retry=LATER)
async def rename_label(label_id: int, old: str) -> None:
    """Give a label's new name to what still has the old one."""
    await labels.carry_name_over(label_id, old)


@app.task(name=INVITATION, queue="default", retry=LATER)
async def send_invitation(invitation_id: int, encrypted_token: str) -> None:
    """E-mail somebody the link with which they join a team."""
    await db(mail_invitation, invitation_id, encrypted_token)


@app.task(name=second_factors.TASK, queue="default", retry=LATER, pass_context=True)
async def send_second_factor_reset(context: JobContext, user_id: int, by: str) -> None:
    """E-mail somebody that an owner has taken their second factor away."""
    await db(second_factors.mail_reset, user_id, by, context.job.id)
