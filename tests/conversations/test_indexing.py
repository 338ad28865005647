"""Words for search come after the messages, by rounds: none is forgotten, whoever writes or changes meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.actors import Staff, staff_actor
from conversations.actions.indexing import index_entries, write_words
from conversations.models import Conversation, Entry, EntryWords, SearchProgress, Visitor
from conversations.queries.search import entries_with, words_of
from tests.cast import Cast

ADDED = """
INSERT INTO conversations_entry (id, conversation_id, website_id, seq, rev, kind, role, audience, content)
VALUES (gen_random_uuid(), %s, %s, %s, 1, 'message', 'user', 'everyone', %s)
"""


@pytest.fixture
def talk(people_only: Cast) -> Conversation:
    visitor = Visitor.objects.create(website=people_only.acme)
    return Conversation.objects.create(website=people_only.acme, visitor=visitor)


@pytest.fixture
def ada(people_only: Cast) -> Staff:
    found = staff_actor(people_only.ada.pk)
    assert found is not None
    return found


@pytest.fixture
def rounds_stand_still() -> Any:
    """No worker of another test indexes meanwhile; ends with the block."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT 1 FROM conversations_searchprogress FOR UPDATE")
        yield other
        other.rollback()


def say(talk: Conversation, seq: int, text: str) -> Entry:
    with connection.cursor() as cursor:
        cursor.execute(ADDED, [talk.pk, talk.website_id, seq, text])
    return Entry.objects.for_system().get(conversation=talk, seq=seq)


def found(who: Staff, text: str) -> list[str]:
    return [entry.content for entry in entries_with(who, words_of(text)).order_by("seq")]


def has_words(entry: Entry) -> bool:
    return EntryWords.objects.for_system().filter(pk=entry.pk).exists()


def index_until(done: Callable[[], bool], most: int = 5000) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline, "no round brought it about"
        index_entries(most)
        time.sleep(0.05)


def progress() -> Any:
    return SearchProgress.objects.for_system().get().indexed_until


def test_what_is_not_indexed_yet_is_found_and_afterwards_too(
    talk: Conversation, ada: Staff, rounds_stand_still: Any
) -> None:
    entry = say(talk, 1, "A lantern, please")
    assert index_entries() == 0, "somebody else is at it"
    assert (found(ada, "lant"), has_words(entry)) == (["A lantern, please"], False)
    rounds_stand_still.rollback()
    index_until(lambda: has_words(entry))
    assert found(ada, "lant") == ["A lantern, please"]


def test_a_message_that_is_committed_late_is_not_passed_over(talk: Conversation, ada: Staff) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as slow:
        slow.execute(ADDED.encode(), [talk.pk, talk.website_id, 1, "An umbrella"])
        later = say(talk, 2, "A raincoat")
        time.sleep(1.2)
        for _ in range(3):
            index_entries()
        assert not has_words(later), "it is younger than one that may still come"
        slow.commit()
    index_until(lambda: has_words(later))
    assert (found(ada, "umbrella"), found(ada, "raincoat")) == (["An umbrella"], ["A raincoat"])
    assert EntryWords.objects.for_system().filter(entry__conversation=talk).count() == 2


def test_rounds_of_a_few_leave_none_out_though_many_were_made_in_the_same_moment(talk: Conversation) -> None:
    nine = ADDED.replace("VALUES (", "SELECT ").replace("%s)\n", "%s FROM generate_series(1, 9) n")
    many = nine.replace("%s, 1", "n, 1")
    with connection.cursor() as cursor:
        cursor.execute(many, [talk.pk, talk.website_id, "word"])
    last = say(talk, 10, "the last")
    index_until(lambda: has_words(last), most=4)
    assert EntryWords.objects.for_system().filter(entry__conversation=talk).count() == 10


def test_what_is_changed_before_or_after_its_round_is_found_by_the_new_words_only(
    talk: Conversation, ada: Staff
) -> None:
    early, late = say(talk, 1, "Old one"), say(talk, 2, "Old two")
    change(early, "Fresh one")
    index_until(lambda: progress() >= late.created_at)
    change(late, "Fresh two")
    assert (found(ada, "old"), found(ada, "fresh")) == ([], ["Fresh one", "Fresh two"])
    change(late, "")
    assert found(ada, "fresh") == ["Fresh one"]


def change(entry: Entry, text: str) -> None:
    entry.content = text
    entry.save(update_fields=["content"])
    write_words(entry)


@pytest.mark.parametrize("indexed", [False, True], ids=["at once", "indexed"])
def test_chinese_and_japanese_are_found_without_spaces(talk: Conversation, ada: Staff, indexed: bool) -> None:
    first, second = say(talk, 1, "我的包裹在哪里？订单RX77"), say(talk, 2, "ランタンはいつ届きますか")
    if indexed:
        index_until(lambda: has_words(second))
    assert found(ada, "包裹") == found(ada, "rx77 哪里") == [first.content]
    assert found(ada, "ランタン") == [second.content]
    assert found(ada, "裹包") == []


def test_mallory_finds_none_of_it(talk: Conversation, people_only: Cast) -> None:
    mallory = staff_actor(people_only.mallory.pk)
    assert mallory is not None
    entry = say(talk, 1, "A secret lantern")
    assert found(mallory, "lantern") == []
    index_until(lambda: has_words(entry))
    assert found(mallory, "lantern") == []
