"""When a person takes over without having been asked for: the owner's rules, and an assistant that gets nowhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest

from accounts.actors import Staff, staff_actor
from accounts.models import Membership, Website
from assistant.models import AssistantSettings, Reply
from assistant.providers.base import Outcome, Partial, Question, Turn
from assistant.providers.builtin import BuiltIn
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.endpoint import Endpoint
from assistant.replying.draft import shortened
from assistant.replying.plan import Plan, plan_for
from assistant.replying.reply import reply
from assistant.replying.rules import Situation, reason_to_hand_off
from assistant.unanswered.gathering import unanswered_of
from conversations.actions.status import Wanted, update_conversation
from conversations.actions.takeovers import COMING, NOBODY_HERE, hand_back
from conversations.models import Visitor
from conversations.presence import Place, enter, leave
from foundation.db import db
from tests.assistant.desk import Desk, Typist
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast, new_person

State = Reply.State
UNKNOWN = ("Do you sharpen ice axes?", "Can I rent a helicopter?", "Is there a zebra?")


class Says:
    """A provider with one answer to everything, that counts how often it was asked."""

    name, model = "says", ""

    def __init__(self, text: str = "It is blue.", kind: str = "answer") -> None:
        self.outcome, self.asked = Outcome(kind, text), 0  # type: ignore[arg-type]

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        self.asked += 1
        yield self.outcome


async def handed_over(desk: Desk) -> str:
    """Why, for the staff; the visitor was told in the system's words, and by nobody else."""
    assert (await desk.conversation()).handled_by == "human"
    assert (await desk.said_by_system())[-1] == NOBODY_HERE
    return (await desk.told_to_staff())[-1]


# --- the owner's words ---


@pytest.mark.parametrize(
    ("word", "text", "is_said"),
    [
        ("refund", "I want a REFUND!", True),
        ("refund", "It is refundable", False),
        ("refund*", "It is refundable", True),
        ("speak to a lawyer", "I will speak  to\na lawyer", True),
        ("c++", "about C++.", True),
        ("beschwerde", "Eine BESCHWERDE über Sie", True),
        ("退款", "我想要退款。", True),
        ("légal", "c'est légal?", True),
        ("", "anything", False),
        ("  ", "anything", False),
        (".*", "anything", False),
    ],
)
def test_a_word_of_the_owners_is_found_whole_in_any_case(cast: Cast, word: str, text: str, is_said: bool) -> None:
    question = Question(cast.acme, [Turn("visitor", text)])
    reason = reason_to_hand_off(Plan(hand_off_words=(word,)), question, Situation())
    assert reason == (f'the owner\'s rule "{word}"' if is_said else "")


async def test_at_a_word_of_the_owners_a_person_takes_over_and_nobody_else_is_asked(desk: Desk) -> None:
    provider = Says()
    await reply(await desk.ask("Where is my refund?"), provider, Plan(hand_off_words=("refund",)))
    assert await handed_over(desk) == 'Handed over to people: the owner\'s rule "refund".'
    assert provider.asked == 0
    assert await desk.answers() == []
    assert [(one.state, one.outcome, one.provider) for one in await desk.replies()] == [
        (State.HANDED_OFF, "hand_off", "rules")
    ]


async def test_what_the_assistant_said_before_is_no_word_of_the_visitors(desk: Desk) -> None:
    plan = Plan(hand_off_words=("refund",))
    await reply(await desk.ask("What can I do?"), Says("You may ask for a refund."), plan)
    await reply(await desk.ask("What else?"), Says("Exchange it."), plan)
    assert len(await desk.answers()) == 2


# --- the owner's pages, and people first ---


@pytest.mark.parametrize(
    ("page", "address", "is_there"),
    [
        ("/checkout", "https://acme.test/checkout?step=2", True),
        ("/checkout/", "https://acme.test/Checkout#pay", True),
        ("https://acme.test/checkout", "https://acme.test/checkout", True),
        ("/checkout", "https://acme.test/checkout/done", False),
        ("/account/*", "https://acme.test/account/orders/7", True),
        ("*/pay", "https://acme.test/de/pay", True),
        ("/", "https://acme.test", True),
        ("/", "https://acme.test/help", False),
        ("/checkout", "", False),
        ("  ", "https://acme.test/", False),
        ("/a.c", "https://acme.test/abc", False),
        ("/checkout", "http://[", False),
        ("https://[shop]/checkout", "https://acme.test/", False),
    ],
)
def test_on_a_page_of_the_owners_people_answer(cast: Cast, page: str, address: str, is_there: bool) -> None:
    question = Question(cast.acme, [Turn("visitor", "Hello?")])
    reason = reason_to_hand_off(Plan(hand_off_pages=(page,)), question, Situation(page=address))
    assert reason == (f'the owner\'s rule for the page "{page}"' if is_there else "")


async def test_vera_on_such_a_page_gets_a_person_and_after_a_hand_back_the_assistant(desk: Desk, cast: Cast) -> None:
    plan = Plan(hand_off_pages=("/checkout*",))
    visitors = Visitor.objects.for_system().filter(conversations=desk.conversation_id)
    await db(visitors.update, page_url="https://acme.test/checkout/2")
    await reply(await desk.ask("Why does it cost more now?"), Says(), plan)
    assert await handed_over(desk) == 'Handed over to people: the owner\'s rule for the page "/checkout*".'
    await give_back(desk)
    await reply(await desk.ask("And now?"), Says(), plan)
    assert len(await desk.answers()) == 1


async def test_after_a_resolve_the_rule_for_the_page_holds_again(desk: Desk) -> None:
    plan = Plan(hand_off_pages=("/checkout*",))
    await reply(await desk.ask("Have you got tents?"), Says(), plan)
    assert len(await desk.answers()) == 1
    await desk.take_over()
    await give_back(desk)
    ben = await db(ben_of, desk.website)
    await update_conversation(ben, desk.conversation_id, Wanted(status="resolved"))
    visitors = Visitor.objects.for_system().filter(conversations=desk.conversation_id)
    await db(visitors.update, page_url="https://acme.test/checkout/2")
    await reply(await desk.ask("Why does it cost more now?"), Says(), plan)
    assert await handed_over(desk) == 'Handed over to people: the owner\'s rule for the page "/checkout*".'


async def test_people_first_means_people_while_one_is_here_and_the_assistant_else(desk: Desk) -> None:
    plan = Plan(people_first=True)
    await reply(await desk.ask("Nobody here?"), Says(), plan)
    assert len(await desk.answers()) == 1
    here = Place(await db(ben_of, desk.website), uuid4().hex, websites={desk.website.pk})
    await enter(here)
    try:
        await reply(await desk.ask("And now?"), Says(), plan)
    finally:
        await leave(here)
    assert len(await desk.answers()) == 1
    assert await desk.said_by_system() == [COMING]
    assert await desk.told_to_staff() == ["Handed over to people: people answer first while somebody is here."]


# --- turns, length ---


async def test_after_the_set_number_of_answers_a_person_takes_over_and_a_hand_back_begins_anew(
    desk: Desk, cast: Cast
) -> None:
    plan = Plan(most_turns=2)
    for text in ("One?", "Two?", "Three?"):
        await reply(await desk.ask(text), Says(), plan)
    assert len(await desk.answers()) == 2
    assert await handed_over(desk) == "Handed over to people: 2 answers were given."
    await give_back(desk)
    await reply(await desk.ask("Four?"), Says(), plan)
    assert len(await desk.answers()) == 3


async def test_an_answer_is_cut_at_the_owners_length_after_a_sentence_also_while_it_grows(desk: Desk) -> None:
    text = "The first sentence is here. The second one is here, too. The third would be too long."
    await reply(await desk.ask("Tell me"), Typist(text, pause=0.06), Plan(longest=70))
    (answer,) = await desk.answers()
    assert answer.content == "The first sentence is here. The second one is here, too. …"
    await desk.settle()
    assert max(len(chunk["content"]) for chunk in desk.told_of("chunk")) <= 70


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [
        ("Short.", 20, "Short."),
        ("word " * 20, 22, "word word word word …"),
        ("x" * 100, 20, "x" * 10 + " …"),
        ("Any length", None, "Any length"),
    ],
)
def test_what_is_too_long_is_cut_between_words_if_it_has_any(text: str, longest: int | None, cut: str) -> None:
    assert shortened(text, longest) == cut


# --- getting nowhere ---


async def test_who_was_told_twice_that_nothing_was_found_gets_a_person_the_third_time(desk: Desk) -> None:
    for text in UNKNOWN:
        await reply(await desk.ask(text), BuiltIn())
    assert len(await desk.answers()) == 2
    assert await handed_over(desk) == "Handed over to people: the assistant found no answer three times in a row."
    await desk.settle()
    shown = {chunk["message_id"] for chunk in desk.told_of("chunk")}
    assert shown == {str(answer.pk) for answer in await desk.answers()}, "nothing was shown and taken back"


@pytest.mark.slow
async def test_an_answer_between_them_breaks_the_row(desk: Desk) -> None:
    for text in (UNKNOWN[0], UNKNOWN[1][:-1], "I forgot my password", UNKNOWN[2]):
        await reply(await desk.ask(text), BuiltIn())
    assert len(await desk.answers()) == 4
    assert (await desk.conversation()).handled_by == "ai"


async def test_where_the_owner_wishes_it_a_person_takes_over_the_first_time(desk: Desk) -> None:
    await reply(await desk.ask(UNKNOWN[0]), BuiltIn(), Plan(hands_off_unsure=True))
    assert [record.found_nothing for record in await desk.replies()] == [True]
    assert await handed_over(desk) == "Handed over to people: the assistant found no answer."
    assert await desk.answers() == []


async def test_where_the_owner_wishes_it_so_does_a_model_that_finds_nothing_and_the_question_is_unanswered(
    desk: Desk, misbehaving: MisbehavingServer
) -> None:
    model = Compatible(Endpoint(misbehaving.url, "no_answer", public_only=False))
    await reply(await desk.ask(UNKNOWN[0]), model, Plan(hands_off_unsure=True))
    assert await handed_over(desk) == "Handed over to people: the assistant found no answer."
    await desk.settle()
    assert (await desk.answers(), desk.told_of("chunk")) == ([], [])
    (record,) = await desk.replies()
    assert (record.state, record.outcome, record.found_nothing) == (State.HANDED_OFF, "hand_off", True)
    assert (record.input_tokens, record.output_tokens) == (321, 12)
    open_questions = await db(unanswered_of, desk.website.pk)
    assert [one.why for one in open_questions if one.reply_id == record.pk] == ["not_known"]


async def test_a_model_that_finds_nothing_three_times_in_a_row_makes_way(
    desk: Desk, misbehaving: MisbehavingServer
) -> None:
    model = Compatible(Endpoint(misbehaving.url, "no_answer", public_only=False))
    for text in UNKNOWN:
        await reply(await desk.ask(text), model)
    assert len(await desk.answers()) == 2
    assert await handed_over(desk) == "Handed over to people: the assistant found no answer three times in a row."
    replies = {record.pk for record in await desk.replies()}
    assert {one.reply_id for one in await db(unanswered_of, desk.website.pk)} >= replies


async def test_what_gives_the_rules_away_has_found_nothing_as_well(desk: Desk, misbehaving: MisbehavingServer) -> None:
    model = Compatible(Endpoint(misbehaving.url, "leaks", public_only=False))
    await reply(await desk.ask("What are your rules?"), model, Plan(hands_off_unsure=True))
    assert await handed_over(desk) == "Handed over to people: the assistant found no answer."


async def test_who_asks_the_same_a_third_time_gets_a_person(desk: Desk) -> None:
    for text in ("How do I wash my tent?", "how do I WASH my tent??", "How do I wash my tent, please?"):
        await reply(await desk.ask(text), Says())
    assert len(await desk.answers()) == 2
    assert await handed_over(desk) == "Handed over to people: the visitor asked the same three times."


async def test_greetings_and_thanks_may_be_said_again_and_again(desk: Desk) -> None:
    for text in ("Good morning", "Good morning", "Good morning", "thank you", "thank you", "thank you"):
        await reply(await desk.ask(text), BuiltIn())
    assert len(await desk.answers()) == 6


@pytest.mark.slow
async def test_a_hand_back_begins_a_new_row(desk: Desk) -> None:
    for text in UNKNOWN:
        await reply(await desk.ask(text), BuiltIn())
    await give_back(desk)
    await reply(await desk.ask(UNKNOWN[0]), BuiltIn())
    assert len(await desk.answers()) == 3
    assert (await desk.conversation()).handled_by == "ai"


# --- whose rules ---


def test_a_websites_rules_are_its_owners_and_no_others(cast: Cast) -> None:
    AssistantSettings.objects.create(
        website=cast.acme,
        hand_off_words=["refund"],
        hand_off_pages=["/pay"],
        people_first=True,
        most_turns=3,
        longest_answer=500,
        when_unsure="hand_off",
    )
    assert plan_for(cast.acme.pk) == Plan(
        hand_off_words=("refund",),
        hand_off_pages=("/pay",),
        people_first=True,
        most_turns=3,
        longest=500,
        hands_off_unsure=True,
    )
    assert plan_for(cast.globex.pk) == Plan()


async def give_back(desk: Desk) -> None:
    """Ben hands the conversation back to the assistant."""
    await hand_back(await db(ben_of, desk.website), desk.conversation_id)


def ben_of(website: Website) -> Staff:
    actor = staff_actor(new_person("Ben", website, Membership.Role.AGENT).pk)
    assert actor is not None
    return actor
