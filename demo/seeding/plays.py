"""Playing a script: everything is said through the door that everybody uses, then dated back to when it happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.actors import Staff, staff_actor
from accounts.models import User, Website
from assistant.models import Reply
from assistant.providers.base import Outcome, Question, Speaker, Turn
from assistant.providers.builtin.provider import BuiltIn, answer_to
from conversations.actions.indexing import write_words
from conversations.actions.messages import Post, post_message
from conversations.actions.status import Wanted, update_conversation
from conversations.actions.takeovers import COMING, take_over
from conversations.models import Conversation, Entry, Visitor
from conversations.rows import Writer
from demo.companies import COMPANIES, shop_origin
from demo.seeding.scripts import Line, Script, labels_of
from foundation.db import db

DATE_ENTRIES = """
    UPDATE conversations_entry SET created_at = dated.at
    FROM unnest(%s::int[], %s::timestamptz[]) AS dated (seq, at)
    WHERE conversation_id = %s AND conversations_entry.seq = dated.seq
"""


async def play(script: Script, website: Website) -> bool:
    """Whether it was played; a script is played once."""
    stage = Stage(script, website)
    if not await db(stage.set):
        return False
    for line in script.lines:
        stage.seconds += line.pause
        if line.speaker != "wait":
            await stage.speak(line)
    await stage.close()
    await db(stage.date_back)
    return True


@dataclass
class Stage:
    """One conversation while it is played. `moments` are the second of each `seq`."""

    script: Script
    website: Website
    seconds: int = 0
    turns: list[Turn] = field(default_factory=list)
    moments: dict[int, int] = field(default_factory=dict)
    cast: dict[str, Staff] = field(default_factory=dict)
    on_stage: Staff | None = None

    @property
    def conversation_id(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"demo:{self.website.website_key}:{self.script.name}")

    def set(self) -> bool:
        """Visitor and conversation; handled by people for now, so that no worker answers what is only played."""
        if Conversation.objects.for_system().filter(pk=self.conversation_id).exists():
            return False
        facts = self.script.facts
        visitor = Visitor.objects.create(
            id=uuid5(self.conversation_id, "visitor"),
            website=self.website,
            name=facts["visitor"],
            email=facts.get("email", ""),
            page_url=_page_url(self.website, facts.get("page", "")),
        )
        Conversation.objects.create(
            id=self.conversation_id, website=self.website, visitor=visitor, handled_by=Conversation.HandledBy.HUMAN
        )
        people = User.objects.filter(memberships__organisation=self.website.organisation_id)
        actors = [staff_actor(user.pk) for user in people]
        self.cast = {actor.name.split()[0].lower(): actor for actor in actors if actor is not None}
        return True

    async def speak(self, line: Line) -> None:
        if line.speaker == "visitor":
            await self._say("visitor", Post(self.conversation_id, line.text, "user"))
        elif line.speaker == "ai":
            await self._answer()
        elif line.speaker == "handoff":
            await self._say("system", Post(self.conversation_id, COMING, "system"))
        else:
            await self._speak_as_staff(line)

    async def close(self) -> None:
        """Resolved or snoozed by whoever was there, as the staff would do it."""
        status = self.script.facts["status"]
        if status == "open":
            return
        self.seconds += 120
        until = timezone.now() + timedelta(days=3) if status == "snoozed" else None
        wanted = Wanted(status=status, snoozed_until=until)
        actor = self.on_stage or next(iter(self.cast.values()))
        row = await update_conversation(actor, self.conversation_id, wanted)
        self.moments[row.state.rev] = self.seconds

    def date_back(self) -> None:
        """Everything to its time, and the state to what the script says."""
        facts, now = self.script.facts, timezone.now()
        began = now - timedelta(seconds=self.script.began)
        pace = min(1.0, 0.9 * self.script.began / max(1, self.seconds))
        times = {seq: began + timedelta(seconds=second * pace) for seq, second in self.moments.items()}
        with connection.cursor() as cursor:
            cursor.execute(DATE_ENTRIES, [list(times), list(times.values()), self.conversation_id])
        said_at = Entry.objects.for_system().filter(pk=OuterRef("pk")).values("created_at")
        replies = Reply.objects.for_system().filter(conversation=self.conversation_id)
        replies.update(began_at=Subquery(said_at))
        self._index()
        rating, _, comment = facts.get("rating", "").partition(" ")
        conversation = Conversation.objects.for_system().get(pk=self.conversation_id)
        Conversation.objects.for_system().filter(pk=self.conversation_id).update(
            created_at=began,
            updated_at=max(times.values()),
            last_message_at=_last_message(self.conversation_id),
            handled_by="human" if "handled" in facts else "ai",
            labels=labels_of(self.script),
            priority=facts.get("priority", "normal"),
            rating_score=int(rating) if rating else None,
            rating_comment=comment,
            unread_count=int(facts.get("unread", 0)),
            staff_read_rev=conversation.staff_read_rev if "unread" in facts else conversation.rev,
            staff_delivered_rev=conversation.rev,
            visitor_unread_count=0,
            visitor_read_rev=conversation.visitor_rev,
            visitor_delivered_rev=conversation.visitor_rev,
        )
        Visitor.objects.for_system().filter(pk=conversation.visitor_id).update(
            created_at=began, last_seen_at=max(times.values())
        )

    def _index(self) -> None:
        """The worker may have come past the times to which all this was dated back, and looks no further back."""
        entries = Entry.objects.for_system().filter(conversation=self.conversation_id)
        for entry in entries.exclude(kind=Entry.Kind.ACTIVITY):
            write_words(entry)

    async def _answer(self) -> None:
        outcome = await db(answer_to, Question(self.website, self.turns))
        if not outcome.text:
            raise ValueError(f"{self.script.name}: the assistant hands over here: write `handoff`")
        sources = [{"title": source.title, "url": source.url} for source in outcome.sources]
        post = Post(self.conversation_id, outcome.text, "assistant", sources=sources)
        await self._say("assistant", post)
        await db(self._record, post.message_id, outcome)

    def _record(self, message_id: UUID, outcome: Outcome) -> None:
        """What the reports count, and what says what an answer was made from."""
        entries = Entry.objects.for_system().filter(conversation=self.conversation_id, role="user")
        Reply.objects.create(
            id=message_id,
            website=self.website,
            conversation_id=self.conversation_id,
            answers=entries.order_by("-seq").values_list("pk", flat=True)[0],
            epoch=Conversation.objects.for_system().get(pk=self.conversation_id).takeover_epoch,
            state=Reply.State.STORED,
            outcome=outcome.kind,
            found_nothing=outcome.found_nothing,
            provider=BuiltIn.name,
            passages=[list(one) for one in outcome.used],
        )

    async def _speak_as_staff(self, line: Line) -> None:
        actor = self.cast[line.speaker]
        if self.on_stage is None and not line.is_note:
            row = await take_over(actor, self.conversation_id)
            self.on_stage, self.moments[row.state.rev] = actor, self.seconds
        post = Post(
            self.conversation_id,
            line.text,
            "assistant",
            kind="note" if line.is_note else "message",
            is_manual=True,
            author=Writer.of_staff(actor),
        )
        await self._say(None if line.is_note else "staff", post)

    async def _say(self, speaker: Speaker | None, post: Post) -> None:
        posted = await post_message(post)
        self.moments[posted.entry.seq] = self.seconds
        if speaker is not None:
            self.turns.append(Turn(speaker, post.content))


def _last_message(conversation_id: UUID) -> datetime:
    entries = Entry.objects.for_system().filter(conversation=conversation_id, kind=Entry.Kind.MESSAGE)
    return entries.order_by("-seq").values_list("created_at", flat=True)[0]


def _page_url(website: Website, page: str) -> str:
    """Where the visitor was: `help/refunds` → the shop's address of it."""
    company = COMPANIES[website.website_key]
    return (
        f"{shop_origin()}/demo/{company.website_key}/{page}/"
        if page
        else f"{shop_origin()}/demo/{company.website_key}/"
    )
