"""An answer by e-mail, of a visitor or of the staff, becomes a message. Each mail once, whatever brings it how often.

Whether it was taken or why not stands in the log and in ReceivedMail; never what it says or who sent it.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import psycopg
from django.db import DatabaseError, DataError, transaction
from django.utils import timezone

from accounts.actors import Actor, VisitorActor
from conversations.actions.attachments import take_file
from conversations.actions.bounces import stop_writing_to
from conversations.actions.changes import Activity, Change, change
from conversations.actions.contacts import say_as_visitor
from conversations.actions.messages import Post
from conversations.errors import Conflict, NotFound, Refusal, TooLong, Unavailable
from conversations.letters import MARKER
from conversations.mail_addresses import conversation_of
from conversations.models import Conversation
from conversations.protocol import MAX_CONTENT, MAX_FILES
from conversations.spoken import translator_of
from conversations.staff_letters import note_returned
from foundation.db import db
from foundation.logs import log
from foundation.redis import RedisError
from integrations.mail.from_staff import StaffAnswer, answer_of_staff, person_returned_from, say, text_of
from integrations.mail.quotes import answer_in
from integrations.mail.reading import File, Mail, read_mail
from integrations.models import ReceivedMail

logger = log(__name__)
Reason = ReceivedMail.Outcome
AWAY = (Unavailable, DatabaseError, psycopg.Error, RedisError, OSError)
NOT_TO_BE_STORED = (DataError, psycopg.DataError)
KEPT = timedelta(days=30)
MOST_AN_HOUR = 30  # of one conversation: two programs that answer each other say more


@dataclass(frozen=True, slots=True)
class Taken:
    outcome: ReceivedMail.Outcome
    detail: str = ""

    @property
    def is_taken(self) -> bool:
        return self.outcome == Reason.TAKEN


async def take_mail(raw: bytes) -> Taken:
    """Whatever the bytes are. Raises what a database that is away raises, and Unavailable: then it is to come again.

    What is wrong with the mail itself would be so each time: it is refused, and holds up no other.
    """
    try:
        return await _take_any(raw)
    except Exception as error:
        if isinstance(error, AWAY) and not isinstance(error, NOT_TO_BE_STORED):
            raise
        logger.exception("[MAIL] cannot be taken", error=type(error).__name__)
        await db(_note, hashlib.sha256(raw).hexdigest(), None, Taken(Reason.UNREADABLE), len(raw))
        return _logged(Taken(Reason.UNREADABLE))


async def _take_any(raw: bytes) -> Taken:
    mail = await db(_read, raw)
    if mail is None:
        return _logged(Taken(Reason.UNREADABLE))
    if await db(_is_known, mail.key):
        return _logged(Taken(Reason.KNOWN))
    conversation = await db(_conversation, mail)
    if conversation is None:
        taken, conversation = await _take_from_staff(mail)
    else:
        taken = await _take(mail, conversation)
    await db(_note, mail.key, conversation, taken, len(raw))
    return _logged(taken, conversation)


async def refuse_unread(key: str, size: int) -> Taken:
    """One that is too large to be fetched."""
    taken = Taken(Reason.TOO_LARGE)
    await db(_note, key, None, taken, size)
    return _logged(taken)


async def _take_from_staff(mail: Mail) -> tuple[Taken, Conversation | None]:
    """An answer of somebody of the staff, or what comes back from them."""
    returned = await db(person_returned_from, mail)
    if returned is not None:
        await db(note_returned, returned, mail.failed_for or [])
        return Taken(Reason.BOUNCE, "staff"), None
    answer = await db(answer_of_staff, mail)
    if answer is None:
        return Taken(Reason.NOT_ADDRESSED), None
    return await _take_answer(mail, answer), answer.conversation


async def _take_answer(mail: Mail, answer: StaffAnswer) -> Taken:
    reason = _not_by_a_person(mail)
    if reason is not None:
        return Taken(reason)
    if answer.actor is None:
        return Taken(Reason.REFUSED, "no access")
    if await db(_comes_too_often, answer.conversation.pk):
        return Taken(Reason.TOO_OFTEN)
    text = await db(text_of, mail, answer.actor)
    files = [*([File("mail.txt", text.encode())] if len(text) > MAX_CONTENT else []), *mail.files]
    try:
        kept, refused = await _keep(answer.actor, answer.conversation.pk, files)
        if not text and not kept:
            return Taken(Reason.EMPTY)
        content = text or ", ".join(name for _, name in kept)
        await say(mail, content, answer.actor, answer.conversation.pk, [one for one, _ in kept])
    except Unavailable:
        raise
    except Refusal as refusal:
        return Taken(Reason.REFUSED, refusal.code)
    if refused:
        await _tell_staff(answer.conversation.pk, f"Files of a mail were not taken: {', '.join(refused)}")
    return Taken(Reason.TAKEN, "of staff")


def _not_by_a_person(mail: Mail) -> ReceivedMail.Outcome | None:
    if mail.is_ours:
        return Reason.LOOP
    return Reason.AUTOMATIC if mail.is_automatic or mail.failed_for is not None else None


async def _take(mail: Mail, conversation: Conversation) -> Taken:
    if mail.failed_for is not None:
        is_theirs = await stop_writing_to(conversation.pk, mail.failed_for)
        return Taken(Reason.BOUNCE, "" if is_theirs else "of another address")
    reason = _not_by_a_person(mail)
    if reason is not None:
        return Taken(reason)
    if not mail.sender or mail.sender != conversation.visitor.email.lower():
        return Taken(Reason.FORGED)
    if conversation.visitor.is_blocked:
        return Taken(Reason.REFUSED, "blocked")
    if await db(_comes_too_often, conversation.pk):
        return Taken(Reason.TOO_OFTEN)
    try:
        return await _say(mail, conversation)
    except Unavailable:
        raise
    except Refusal as refusal:
        return Taken(Reason.REFUSED, refusal.code)


async def _say(mail: Mail, conversation: Conversation) -> Taken:
    actor = VisitorActor(conversation.visitor_id, conversation.website_id)
    text = answer_in(mail.text, marker_of(conversation))
    files = list(mail.files)
    if len(text) > MAX_CONTENT:  # all of it goes along
        files.insert(0, File("mail.txt", text.encode()))
        text = text[: MAX_CONTENT - 1] + "…"
    kept, refused = await _keep(actor, conversation.pk, files)
    if not text and not kept:
        return Taken(Reason.EMPTY)
    content = text or ", ".join(name for _, name in kept)
    post = Post(
        conversation.pk,
        content,
        "user",
        client_id=uuid5(NAMESPACE_OID, mail.key),  # a worker that was killed before it noted it says it no second time
        attachments=[file_id for file_id, _ in kept],
    )
    try:
        await say_as_visitor(actor, post)
    except Conflict as conflict:
        if conflict.conversation_id is None:
            raise
        post.conversation_id = conflict.conversation_id  # they have begun another one since
        post.attachments = [one for one, _ in (await _keep(actor, conflict.conversation_id, files))[0]]
        await say_as_visitor(actor, post)
    if refused:
        await _tell_staff(post.conversation_id, f"Files of a mail were not taken: {', '.join(refused)}")
    return Taken(Reason.TAKEN, "files refused" if refused else "")


async def _keep(actor: Actor, conversation_id: UUID, files: list[File]) -> tuple[list[tuple[UUID, str]], list[str]]:
    """The ids and names of what was taken, and why the rest was not."""
    kept: list[tuple[UUID, str]] = []
    refused: list[str] = []
    for file in files:
        if len(kept) >= MAX_FILES:
            refused.append(f"{file.name[:80]} (more than {MAX_FILES})")
            continue
        try:
            taken = await db(take_file, actor, conversation_id, file.name, io.BytesIO(file.content), len(file.content))
            kept.append((taken.pk, taken.name))
        except NotFound:
            raise
        except Refusal as refusal:
            reason = "too large" if isinstance(refusal, TooLong) else "not allowed"
            refused.append(f"{file.name[:80]} ({reason})")
    return kept, refused


async def _tell_staff(conversation_id: UUID, line: str) -> None:
    await change(conversation_id, lambda _: Change(Activity(line), for_visitor=False), actor=None, author=None)


def marker_of(conversation: Conversation) -> str:
    """The line of our letters above which a visitor writes."""
    return translator_of(conversation)(MARKER)


async def forget_old_mails() -> None:
    """For the worker's own rounds."""
    await db(_forget)


def _forget() -> int:
    return ReceivedMail.objects.for_system().filter(received_at__lt=timezone.now() - KEPT).delete()[0]


def _read(raw: bytes) -> Mail | None:
    try:
        return read_mail(raw)
    except Exception as error:  # the parser's: what nobody can read is refused, and holds up no other mail
        logger.warning("[MAIL] cannot be read", error=type(error).__name__)
        return None


def _is_known(key: str) -> bool:
    return ReceivedMail.objects.for_system().filter(key=key).exists()


def _conversation(mail: Mail) -> Conversation | None:
    named = conversation_of(mail.recipients)
    if named is None:
        return None
    rows = Conversation.objects.for_system().select_related("visitor", "website")
    return rows.filter(pk=named, website__is_active=True).first()


def _comes_too_often(conversation_id: UUID) -> bool:
    """What was refused has said nothing. Index mails_of_conversation."""
    since = timezone.now() - timedelta(hours=1)
    mine = ReceivedMail.objects.for_system().filter(conversation=conversation_id, received_at__gt=since)
    return mine.filter(outcome=Reason.TAKEN).count() >= MOST_AN_HOUR


@transaction.atomic
def _note(key: str, conversation: Conversation | None, taken: Taken, size: int) -> None:
    still_there = conversation is not None and Conversation.objects.for_system().filter(pk=conversation.pk).exists()
    ReceivedMail.objects.bulk_create(
        [
            ReceivedMail(
                key=key,
                conversation_id=conversation.pk if conversation is not None and still_there else None,
                website_id=conversation.website_id if conversation is not None and still_there else None,
                outcome=taken.outcome,
                detail=taken.detail,
                size=size,
            )
        ],
        ignore_conflicts=True,
    )


def _logged(taken: Taken, conversation: Conversation | None = None) -> Taken:
    word = "[MAIL] taken" if taken.is_taken else "[MAIL] not taken"
    logger.info(
        word,
        reason=taken.outcome.value,
        detail=taken.detail or None,
        conversation=str(conversation.pk) if conversation else None,
    )
    return taken
