"""A timeline in any state whatsoever: hypothesis says and edits at random, and whoever was away gets what they missed.

Everything goes through the actions to the real database; nothing is told to sockets here but what they tell themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.actors import Actor, Staff, VisitorActor, staff_actor
from accounts.models import Membership
from conversations import audiences
from conversations.actions.edits import delete_message, edit_message
from conversations.actions.messages import Post, post_message
from conversations.actions.openings import open_conversation
from conversations.actions.status import Wanted, update_conversation
from conversations.models import Visitor
from conversations.protocol import Message
from conversations.queries.timeline import entries_after
from conversations.rows import EntryRow, Writer
from conversations.subscribers.live import everything_told
from foundation.db import close_pools
from foundation.redis import close_redis
from tests.cast import new_person, new_website

T = TypeVar("T")
SIDES = st.sampled_from(["visitor", "staff"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
SIZES = st.integers(1, 5)


class Reader:
    """A client that was away: what it knows, and up to where."""

    def __init__(self) -> None:
        self.cursor = 0
        self.known: dict[UUID, Message] = {}


class TimelineMachine(RuleBasedStateMachine):
    loop: asyncio.AbstractEventLoop

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        website = new_website("Acme", ai_enabled=False)
        ben = staff_actor(new_person("Ben", website, Membership.Role.AGENT).pk)
        assert ben is not None
        self.ben: Staff = ben
        self.vera = VisitorActor(Visitor.objects.create(website=website).pk, website.pk)
        self.id = self.do(open_conversation(self.vera))[0].id
        self.readers = {"visitor": Reader(), "staff": Reader()}
        self.bens: list[UUID] = []
        self.sent: list[tuple[Post, UUID]] = []
        self.changes, self.seen_by_visitor = 0, 0

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.do(end())
            self.loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    # --- what happens ---

    @rule(text=TEXTS)
    def vera_writes(self, text: str) -> None:
        reopens = self.status() == "resolved"
        self.post(Post(self.id, text, "user", client_id=uuid4()))
        assert self.status() == "open" or not reopens

    @rule(text=TEXTS, note=st.booleans())
    def ben_writes(self, text: str, note: bool) -> None:
        author = Writer.of_staff(self.ben)
        post = Post(
            self.id,
            text,
            "assistant",
            client_id=uuid4(),
            kind="note" if note else "message",
            is_manual=True,
            author=author,
        )
        self.bens.append(self.post(post, for_visitor=not note))

    @rule(data=st.data())
    def somebody_sends_again(self, data: st.DataObject) -> None:
        if self.sent:
            post, first = data.draw(st.sampled_from(self.sent))
            again = self.do(post_message(post))
            assert (again.known, again.entry.id) == (True, first)

    @rule(data=st.data(), text=TEXTS)
    def ben_edits(self, data: st.DataObject, text: str) -> None:
        if self.bens:
            entry = self.do(edit_message(self.ben, self.id, data.draw(st.sampled_from(self.bens)), text))
            self.changed(entry.for_everyone)

    @rule(data=st.data())
    def ben_deletes(self, data: st.DataObject) -> None:
        if self.bens:
            chosen = data.draw(st.sampled_from(self.bens))
            self.bens.remove(chosen)
            self.changed(self.do(delete_message(self.ben, self.id, chosen)).for_everyone)

    @rule(labels=st.lists(st.sampled_from(["vip", "late"]), unique=True))
    def ben_labels(self, labels: list[str]) -> None:
        self.update(Wanted(labels=labels), visible=False)

    @rule(status=st.sampled_from(["open", "resolved"]))
    def ben_sets_the_status(self, status: str) -> None:
        self.update(Wanted(status=status), visible=True)

    @rule(side=SIDES, size=SIZES)
    def somebody_resumes(self, side: str, size: int) -> None:
        """Page by page from where they were; then they know what a fresh read says."""
        reader = self.readers[side]
        for page in self.pages(side, reader.cursor, size):
            reader.known |= {entry.id: entry for entry in page}
            reader.cursor = max([reader.cursor, *(entry.rev for entry in page)])
        assert sorted(reader.known.values(), key=by_seq) == self.fresh(side)

    @rule(side=SIDES, data=st.data(), size=SIZES)
    def a_stranger_resumes_from_any_cursor(self, side: str, data: st.DataObject, size: int) -> None:
        cursor = data.draw(st.integers(0, self.changes + 1))
        found = [entry for page in self.pages(side, cursor, size) for entry in page]
        assert [entry.rev for entry in found] == sorted({entry.rev for entry in found})
        assert sorted(found, key=by_seq) == [entry for entry in self.fresh(side) if entry.rev > cursor]

    # --- what always holds ---

    @invariant()
    def numbers_are_as_promised(self) -> None:
        if not hasattr(self, "id"):
            return
        row, entries = self.everything()
        assert (row.rev, row.visitor_rev) == (self.changes, self.seen_by_visitor)
        for number in ("seq", "rev"):
            numbers = [getattr(entry, number) for entry in entries]
            assert len(set(numbers)) == len(numbers)
            assert all(1 <= one <= self.changes for one in numbers)
        assert all(entry.seq <= entry.rev for entry in entries)

    @invariant()
    def the_visitor_sees_what_is_for_everyone_and_nothing_else(self) -> None:
        if hasattr(self, "id"):
            public = [audiences.message_for_visitor(one) for one in self.everything()[1] if one.for_everyone]
            assert self.fresh("visitor") == sorted(public, key=by_seq)

    # --- how ---

    def post(self, post: Post, *, for_visitor: bool = True) -> UUID:
        posted = self.do(post_message(post))
        assert not posted.known
        self.changed(for_visitor)
        self.sent.append((post, posted.entry.id))
        return posted.entry.id

    def update(self, wanted: Wanted, *, visible: bool) -> None:
        before = self.everything()[0].rev
        if self.do(update_conversation(self.ben, self.id, wanted)).state.rev > before:
            self.changed(visible)

    def changed(self, for_visitor: bool) -> None:
        self.changes += 1
        if for_visitor:
            self.seen_by_visitor = self.changes

    def status(self) -> str:
        return str(self.everything()[0].status)

    def everything(self) -> tuple[Any, list[EntryRow]]:
        page = entries_after(self.ben, self.id, 0, 10_000)
        return page.conversation.state, page.entries

    def fresh(self, side: str) -> list[Message]:
        page = entries_after(self.actor(side), self.id, 0, 10_000)
        return sorted([form(side, entry) for entry in page.entries], key=by_seq)

    def pages(self, side: str, cursor: int, size: int) -> list[list[Message]]:
        pages, complete = [], False
        while not complete:
            page = entries_after(self.actor(side), self.id, cursor, size)
            pages.append([form(side, entry) for entry in page.entries])
            cursor, complete = max([cursor, *(entry.rev for entry in page.entries)]), page.complete
        return pages

    def actor(self, side: str) -> Actor:
        return self.ben if side == "staff" else self.vera


def form(side: str, entry: EntryRow) -> Message:
    return audiences.message_for_staff(entry) if side == "staff" else audiences.message_for_visitor(entry)


def by_seq(message: Message) -> int:
    return message.seq


async def end() -> None:
    await everything_told()
    await close_pools()
    await close_redis()


def test_a_resume_from_any_cursor_in_any_page_size_equals_a_fresh_read_whatever_happened() -> None:
    run_state_machine_as_test(
        TimelineMachine,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
