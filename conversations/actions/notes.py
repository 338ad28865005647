"""What staff says: posted as ever, and who is called by `@Name` in a note hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from accounts.actors import Staff
from accounts.colleagues import Member, members_of
from conversations.actions.messages import Outcome, Post, Posted, post_message
from conversations.events import Mentioned
from conversations.models import Mention
from conversations.subscribers.live import publish_soon

MOST = 20  # people called by one note


async def say_as_staff(actor: Staff, post: Post) -> Posted:
    """Post it. Raises as post_message. Whom a note calls is stored with it, so a resend has nobody left to call."""
    if post.kind != "note" or "@" not in post.content:
        return await post_message(post)
    called: list[int] = []

    def call(outcome: Outcome) -> None:
        called[:] = _call(actor, outcome, post)

    posted = await post_message(replace(post, beside=call))
    if not posted.known:
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


def _call(actor: Staff, outcome: Outcome, post: Post) -> list[int]:
    """Who was called, within the transaction that stores the note. Oneself is nobody to call."""
    people = called_in(post.content, members_of([outcome.website_id]))
    called = [one.user.pk for one in people if one.user.pk != actor.user_id]
    made = [
        Mention(
            entry_id=outcome.entry_id,
            conversation_id=post.conversation_id,
            website_id=outcome.website_id,
            user_id=user_id,
        )
        for user_id in called
    ]
    Mention.objects.for_system().bulk_create(made)
    return called
