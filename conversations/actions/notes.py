"""What staff says: posted as ever, and who is called by `@Name` in a note hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from accounts.actors import Staff
from accounts.colleagues import Member, members_of
from conversations.actions.messages import Post, Posted, post_message
from conversations.events import Mentioned
from conversations.models import Mention
from conversations.rows import EntryRow
from conversations.subscribers.live import publish_soon
from foundation.db import db

MOST = 20  # people called by one note


async def say_as_staff(actor: Staff, post: Post) -> Posted:
    """Post it. Raises as post_message. A resend calls whom the first one may not have reached any more."""
    posted = await post_message(post)
    if post.kind == "note" and "@" in post.content:
        called = await db(_call, actor, posted.entry)
        publish_soon([Mentioned(posted.entry, user_id) for user_id in called])
    return posted


def called_in(text: str, people: Iterable[Member]) -> list[Member]:
    """Those whose whole name stands after an `@`; "@Ann Lee" calls Ann Lee and not Ann."""
    found, rest = [], text
    for person in sorted(people, key=lambda one: -len(one.user.shown_name)):
        name = re.compile(rf"@{re.escape(person.user.shown_name)}(?!\w)", re.IGNORECASE)
        if name.search(rest):
            found.append(person)
            rest = name.sub(" ", rest)
    return found[:MOST]


def _call(actor: Staff, entry: EntryRow) -> list[int]:
    """Who was called just now, whatever was stored before. Oneself is nobody to call."""
    people = [one for one in called_in(entry.content, members_of([entry.website_id])) if one.user.pk != actor.user_id]
    known = set(Mention.objects.for_system().filter(entry=entry.id).values_list("user_id", flat=True))
    fresh = [one.user.pk for one in people if one.user.pk not in known]
    made = [
        Mention(entry_id=entry.id, conversation_id=entry.conversation_id, website_id=entry.website_id, user_id=user_id)
        for user_id in fresh
    ]
    Mention.objects.for_system().bulk_create(made, ignore_conflicts=True)
    return fresh
