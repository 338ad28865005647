"""Questions that the assistant could not answer: gathered, grouped, and made into articles or dismissed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import User, Website
from assistant.models import Article, Reply, SettledQuestion, Thumb
from assistant.unanswered.gathering import unanswered_of
from assistant.unanswered.grouping import Group, grouped
from assistant.unanswered.settling import dismiss, drafted, settle_with_article
from conversations.models import Conversation, Entry, Visitor
from tests.cast import Cast, new_website

NOW = timezone.now()
BY_HAND = "We ship to Iceland twice a week, and it takes ten to twelve days."


@pytest.fixture
def acme() -> Website:
    return new_website("Acme")


@pytest.fixture
def ada(cast: Cast) -> User:
    return cast.ada


def asked(
    website: Website,
    text: str,
    *,
    outcome: str = "no_answer",
    ago: timedelta = timedelta(hours=1),
    by_hand: tuple[str, ...] = (),
    helpful: bool | None = None,
    found_nothing: bool = False,
) -> Reply:
    """A conversation in which the assistant answered so, and then perhaps the staff."""
    visitor = Visitor.objects.create(website=website)
    conversation = Conversation.objects.create(website=website, visitor=visitor)
    question = say(conversation, 1, text, role="user", created_at=NOW - ago)
    answer = say(conversation, 2, "I don't know.", role="assistant")
    for number, content in enumerate(by_hand, 3):
        say(conversation, number, content, role="assistant", is_manual=True)
    reply = Reply.objects.create(
        id=answer.pk,
        website=website,
        conversation=conversation,
        answers=question.pk,
        epoch=0,
        state=Reply.State.HANDED_OFF if outcome == "hand_off" else Reply.State.STORED,
        outcome=outcome,
        found_nothing=found_nothing,
        began_at=NOW - ago,
    )
    if helpful is not None:
        Thumb.objects.create(entry=answer, conversation=conversation, website=website, helpful=helpful)
    return reply


def say(conversation: Conversation, seq: int, content: str, **fields: Any) -> Entry:
    entry = Entry(
        id=uuid4(),
        conversation=conversation,
        website_id=conversation.website_id,
        seq=seq,
        rev=seq,
        kind="message",
        audience="everyone",
        content=content,
        **fields,
    )
    Entry.objects.bulk_create([entry])
    return entry


def groups_of(website: Website) -> list[Group]:
    return grouped(unanswered_of(website.pk), website.language)


def texts_of(website: Website) -> list[list[str]]:
    return [[question.text for question in group.questions] for group in groups_of(website)]


# --- what counts ---


def test_what_was_not_known_or_did_not_help_is_unanswered(acme: Website) -> None:
    asked(acme, "Do you ship to Iceland?")
    asked(acme, "Is the tent green?", outcome="answer", helpful=False)
    asked(acme, "Is the tent blue?", outcome="answer", helpful=True)
    asked(acme, "Is the tent red?", outcome="answer")
    asked(acme, "A person, please", outcome="hand_off")
    asked(acme, "Long ago?", ago=timedelta(days=100))
    assert {one.text: one.why for one in unanswered_of(acme.pk)} == {
        "Do you ship to Iceland?": "not_known",
        "Is the tent green?": "not_helpful",
    }


def test_who_was_handed_over_because_nothing_was_found_asked_something_unanswered(acme: Website) -> None:
    asked(acme, "Do you ship to Iceland?", outcome="hand_off", found_nothing=True)
    asked(acme, "I want to talk to a person", outcome="hand_off")
    assert [(one.text, one.why) for one in unanswered_of(acme.pk)] == [("Do you ship to Iceland?", "not_known")]


def test_mallorys_website_has_none_of_acmes_questions(acme: Website, cast: Cast) -> None:
    asked(acme, "Do you ship to Iceland?", helpful=False)
    assert unanswered_of(cast.globex.pk) == []


def test_a_deleted_question_is_nobodys_any_more(acme: Website) -> None:
    reply = asked(acme, "Do you ship to Iceland?")
    Entry.objects.for_system().filter(pk=reply.answers).update(deleted=True, content="")
    assert unanswered_of(acme.pk) == []


@pytest.mark.parametrize(
    ("by_hand", "answer"),
    [
        ((), ""),
        (("Hello, Ben here!", BY_HAND, "Anything else that I can help you with today, perhaps?"), BY_HAND),
        (("Yes.",), "Yes."),
    ],
    ids=["nobody", "after a greeting", "briefly"],
)
def test_what_the_staff_answered_by_hand_is_at_hand(acme: Website, by_hand: tuple[str, ...], answer: str) -> None:
    asked(acme, "Do you ship to Iceland?", by_hand=by_hand)
    assert unanswered_of(acme.pk)[0].staff_answer == answer


# --- groups ---


def test_questions_that_share_most_of_their_words_stand_together(acme: Website) -> None:
    for minutes, text in enumerate(
        ["Do you ship to Iceland?", "shipping to iceland??", "Where is my invoice?", "Is Iceland a place you ship to?"]
    ):
        asked(acme, text, ago=timedelta(hours=5, minutes=-minutes))
    assert texts_of(acme) == [
        ["Do you ship to Iceland?", "shipping to iceland??", "Is Iceland a place you ship to?"],
        ["Where is my invoice?"],
    ]


def test_the_same_questions_always_come_to_the_same_groups(acme: Website) -> None:
    for text in ["red tent", "tent red big", "big boots", "boots", "big tent", "???", "How?"]:
        asked(acme, text, ago=timedelta(hours=1))
    first = texts_of(acme)
    assert all(texts_of(acme) == first for _ in range(3))
    assert ["???"] in first  # of nothing but marks: its own text


def test_a_group_shows_its_latest_wording_first_and_each_once(acme: Website) -> None:
    for hours, text in [(3, "Ship to Iceland?"), (2, "You ship to Iceland?"), (1, "Ship to Iceland?")]:
        asked(acme, text, ago=timedelta(hours=hours), by_hand=(BY_HAND,) if hours == 3 else ())
    (group,) = groups_of(acme)
    assert group.wordings == ["Ship to Iceland?", "You ship to Iceland?"]
    assert group.staff_answer == BY_HAND
    assert drafted(group) == ("Ship to Iceland?", f"{BY_HAND}\n\nAlso asked as:\n\n- You ship to Iceland?")


# --- what becomes of them ---


def ids_of(website: Website) -> list[UUID]:
    return [one.reply_id for one in unanswered_of(website.pk)]


def test_an_article_settles_its_questions(acme: Website, ada: User) -> None:
    asked(acme, "Do you ship to Iceland?")
    asked(acme, "Where is my invoice?", ago=timedelta(hours=2))
    iceland = [one.reply_id for one in groups_of(acme)[0].questions]
    article = settle_with_article(acme, iceland, ada, "Iceland", BY_HAND, publish=False)
    assert (article.published, article.body, article.slug) == (False, BY_HAND, "iceland")
    assert texts_of(acme) == [["Where is my invoice?"]]
    assert settle_with_article(acme, [], ada, "Iceland", "More.", publish=True).slug == "iceland-2"


def test_a_dismissed_question_stays_away_until_it_is_asked_again(acme: Website, ada: User) -> None:
    asked(acme, "Do you ship to Iceland?")
    assert dismiss(acme, ids_of(acme), ada) == 1
    assert groups_of(acme) == []
    asked(acme, "Do you ship to Iceland?")
    assert len(groups_of(acme)) == 1


def test_what_was_settled_is_settled_once(acme: Website, ada: User) -> None:
    asked(acme, "Do you ship to Iceland?")
    ids = ids_of(acme)
    assert (dismiss(acme, ids, ada), dismiss(acme, ids, ada)) == (1, 0)


def test_nobody_settles_what_is_another_websites(acme: Website, cast: Cast) -> None:
    asked(acme, "Do you ship to Iceland?")
    assert dismiss(cast.globex, ids_of(acme), cast.mallory) == 0
    settle_with_article(cast.globex, ids_of(acme), cast.mallory, "Iceland", "No.", publish=True)
    assert len(groups_of(acme)) == 1
    assert not SettledQuestion.objects.for_system().filter(reply__website=acme).exists()
    assert not Article.objects.for_website(acme.pk).exists()
