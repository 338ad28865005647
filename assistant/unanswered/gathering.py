"""Questions of the last weeks that were not answered, with what the staff then said by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from assistant.models import Reply, SettledQuestion, Thumb
from conversations.models import Entry

SPAN = timedelta(days=90)
MOST = 500  # of the latest
A_GREETING = 40  # characters; what the staff said first is an answer only if it is longer, or all they said

Why = Literal["not_known", "not_helpful"]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A visitor's message, and why it counts; `staff_answer` is empty where nobody answered it by hand."""

    reply_id: UUID
    conversation_id: UUID
    text: str
    asked_at: datetime
    why: Why
    staff_answer: str


def unanswered_of(website_id: int) -> list[Unanswered]:
    """Those nobody has settled, the oldest first. Index of Reply by website."""
    disliked = set(Thumb.objects.for_website(website_id).filter(helpful=False).values_list("entry", flat=True))
    replies = list(_replies(website_id, disliked))
    asked = Entry.objects.for_system().filter(
        website=website_id, pk__in=[one.answers for one in replies], deleted=False
    )
    entries = {entry.pk: entry for entry in asked}
    found = [
        Unanswered(
            reply.pk,
            reply.conversation_id,
            entries[reply.answers].content,
            entries[reply.answers].created_at,
            "not_helpful" if reply.pk in disliked else "not_known",
            _answer_by_hand(entries[reply.answers]),
        )
        for reply in replies
        if reply.answers in entries
    ]
    return sorted(found, key=lambda one: (one.asked_at, one.reply_id))


def _replies(website_id: int, disliked: Collection[UUID]) -> list[Reply]:
    recent = Reply.objects.for_website(website_id).filter(began_at__gt=timezone.now() - SPAN)
    # Handed over since nothing was found, or said so; other hand-overs tell nothing of what is known.
    not_known = Q(outcome="no_answer", state=Reply.State.STORED)
    not_known |= Q(outcome="hand_off", state=Reply.State.HANDED_OFF, failure="", found_nothing=True)
    wanted = recent.filter(not_known | Q(pk__in=disliked))
    settled = SettledQuestion.objects.for_website(website_id).values("reply")
    return list(wanted.exclude(pk__in=settled).order_by("-began_at")[:MOST])


def _answer_by_hand(asked: Entry) -> str:
    later = Entry.objects.for_system().filter(conversation=asked.conversation_id, seq__gt=asked.seq, deleted=False)
    by_hand = later.filter(kind=Entry.Kind.MESSAGE, role=Entry.Role.ASSISTANT, is_manual=True)
    said = list(by_hand.order_by("seq").values_list("content", flat=True)[:5])
    return next((one for one in said if len(one) > A_GREETING), said[0] if said else "")
