"""A timeline in any state whatsoever: hypothesis says and edits at random, and whoever was away gets what they missed.

Everything goes through the actions to the real database. What they tell is caught on its way to the channel layer: who
hears all of it has the same list as somebody who asks anew, and who misses any of it can see that there is a gap.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from itertools import product
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
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
from conversations.queries.states import conversation_for
from conversations.queries.timeline import entries_after
from conversations.rows import EntryRow, Writer
from conversations.subscribers.frames import Telling
from conversations.subscribers.live import everything_told
from conversations.subscribers.table import LIVE
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


class Ear:
    """A client that was always there and heard every frame."""

    def __init__(self) -> None:
        self.known: dict[UUID, Message] = {}
        self.links: set[tuple[int, int]] = set()  # rev and prev of each change

    def take(self, frame: dict[str, Any]) -> None:
        if "rev" not in frame:
            return
        if frame["prev"] < frame["rev"]:  # else it tells the state once more, under the number of what led to it
            self.links.add((frame["rev"], frame["prev"]))
        shown = frame.get("message") or frame.get("activity")
        if shown:
            message = Message.model_validate(shown)
            self.known[message.id] = message


ears: dict[str, Ear] = {}  # of the machine that runs; what is told goes there


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
        ears.update(visitor=Ear(), staff=Ear())
        self.bens: list[UUID] = []
        self.sent: list[tuple[Post, UUID]] = []
        self.changes, self.seen_by_visitor = 0, 0

    def teardown(self) -> None:
        """Whatever was drawn until now: from every cursor, page by page, one gets what a fresh read has after it."""
        if not hasattr(self, "loop"):
            return
        try:
            for side in ("visitor", "staff"):
                everything = self.fresh(side)
                for cursor, size in product(range(self.changes + 1), (1, 2, 5)):
                    pages = self.pages(side, cursor, size)
                    found = sorted((entry for page in pages for entry in page), key=by_seq)
                    assert found == [entry for entry in everything if entry.rev > cursor]
                    assert all(pages[1:]), "a page says that there is more only when there is"
        finally:
            self.do(end())
            self.loop.close()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self.loop.run_until_complete(work)
        finally:
            self.loop.run_until_complete(everything_told())

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

    @invariant()
    def who_hears_everything_has_the_list_of_a_fresh_read_and_no_gap(self) -> None:
        if not hasattr(self, "id"):
            return
        for side, last in (("staff", self.changes), ("visitor", self.seen_by_visitor)):
            ear = ears[side]
            assert sorted(ear.known.values(), key=by_seq) == self.fresh(side)
            revs = [0, *(rev for rev, _ in sorted(ear.links))]
            assert [prev for _, prev in sorted(ear.links)] == revs[:-1]
            assert revs[-1] == last

    @invariant()
    def each_side_is_told_its_own_last_number(self) -> None:
        if hasattr(self, "id"):
            row = conversation_for(self.vera, self.id)
            assert audiences.state_for_visitor(row).rev == self.seen_by_visitor
            assert audiences.state_for_staff(row).rev == self.changes

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
            assert page.complete or max(entry.rev for entry in page.entries) > cursor, "or it would never end"
            assert len(page.entries) <= size
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


def overhear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand a copy of everything that is told to the ears."""
    for kind, tell in list(LIVE.items()):

        def telling(event: Any, tell: Any = tell) -> list[Telling]:
            tellings: list[Telling] = tell(event)
            for group, layer_event in tellings:
                if group.startswith(("chat_", "dashboard_website_")):
                    ears["visitor" if group.startswith("chat_") else "staff"].take(json.loads(layer_event["text"]))
            return tellings

        monkeypatch.setitem(LIVE, kind, telling)


@pytest.mark.parametrize(
    "histories",
    [
        2,
        pytest.param(6, marks=pytest.mark.slow),
        pytest.param(20, marks=[pytest.mark.slow, pytest.mark.longest]),
    ],
)
def test_a_resume_from_any_cursor_in_any_page_size_equals_a_fresh_read_whatever_happened(
    histories: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    overhear(monkeypatch)
    run_state_machine_as_test(
        TimelineMachine,
        settings=settings(
            max_examples=histories, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
