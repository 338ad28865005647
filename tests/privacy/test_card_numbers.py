"""Of a card number that somebody writes only the last four digits are stored, and so nobody ever sees the others."""

from __future__ import annotations

import re
import time
from random import randrange
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Website
from conversations.models import Conversation, Entry
from foundation.card_numbers import may_hold_card, without_cards, without_growing_cards
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, log_in, visit
from tests.privacy.searching import in_postgres
from tests.servers.stack import Stack

VISA = "4111 1111 1111 1111"
HIDDEN = "•••• •••• •••• 1111"


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"My card is {VISA}.", f"My card is {HIDDEN}."),
        ("4111111111111111", "••••••••••••1111"),
        ("5500-0000-0000-0004", "••••-••••-••••-0004"),
        ("3782 822463 10005", "•••• •••••• •0005"),
        ("6011.0009.9013.9424", "••••.••••.••••.9424"),
        ("4222222222222", "•••••••••2222"),
        (f"{VISA} 12/27 123", f"{HIDDEN} 12/27 123"),
        (f"{VISA} 123", f"{HIDDEN} 123"),
        ("4111111111111111 5500000000000004", "••••••••••••1111 ••••••••••••0004"),
        ("4111\u00a01111\u20091111–1111", "••••\u00a0••••\u2009••••–1111"),
        ("４１１１１１１１１１１１１１１１", "••••••••••••１１１１"),
    ],
)
def test_a_card_number_is_hidden_but_for_its_end(written: str, kept: str) -> None:
    assert may_hold_card(written)
    assert without_cards(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("1234567890123456", "order 4111111111111112", "79927398713", "+4111 1111 1111 1111", "0000 0000 0000 0000"),
        *("2026-11-21 16:00:30", "12 34 56 78 90 12 34 56", "41111111111111111111", "", "no digits at all"),
    ],
)
def test_other_numbers_stay_as_they_are(written: str) -> None:
    assert without_cards(written) == written


def test_while_it_is_typed_no_long_number_is_shown_at_all() -> None:
    assert without_growing_cards("it is 4111 1111 and 12 pieces") == "it is •••• •••• and 12 pieces"


def test_the_look_at_a_message_takes_microseconds_and_the_longest_odd_one_no_tenth_of_a_second() -> None:
    usual = "Hello, can you help me with my order please? It has not arrived yet and I wait since Monday."
    began = time.process_time()
    for _ in range(2000):
        may_hold_card(usual)
    each = (time.process_time() - began) / 2000
    print(f"a message of {len(usual)} characters: {each * 1e6:.2f} µs")
    assert each < 25e-6  # measured 1 µs alone on the machine
    for odd in ("1 " * 5000, "123 " * 2500, "1" * 10_000, "1234 " * 2000):
        began = time.process_time()
        without_cards(odd)
        assert time.process_time() - began < 0.5  # measured 0.04 s


@pytest.mark.slow
async def test_it_is_hidden_wherever_the_message_goes(stack: Stack, people_only: Cast, ben: StaffMember) -> None:
    vera, cards = visit(stack, people_only.acme), [new_card() for _ in range(5)]
    hidden = [f"•••• •••• •••• {one[-4:]}" for one in cards]
    async with ben.socket() as inbox:
        opened = vera.open(f"Take {cards[0]}")
        assert opened["message"]["content"] == f"Take {hidden[0]}"
        told = await inbox.expect("new_message")
        assert told["message"]["content"] == f"Take {hidden[0]}"
        async with vera.socket() as chat:
            await chat.say(f"or {cards[1]}")
            assert (await inbox.expect("new_message"))["message"]["content"] == f"or {hidden[1]}"
    path = f"conversations/{vera.conversation_id}/"
    assert ben.rest.get(path).json()["preview"] == f"or {hidden[1]}"
    note = {"client_id": uuid4(), "content": f"paid with {cards[2]}", "note": True}
    noted = ben.rest.post(f"{path}messages/", note).json()["message"]
    edited = ben.rest.patch(f"{path}messages/{noted['id']}/", {"content": f"it was {cards[3]}"})
    assert hidden[3] in edited.text
    vera.rest.post(vera.path("rating/"), {"score": 1, "comment": f"You lost {cards[4]}"})
    for card, shown in zip(cards, hidden, strict=True):
        assert await db(in_postgres, card) == await db(in_postgres, card.replace(" ", "")) == []
        assert await db(in_postgres, shown) or card == cards[2]  # which was written over


def new_card() -> str:
    """A number that no other test has, in the usual groups."""
    digits = f"4{randrange(10**14):014}"
    last = next(one for one in "0123456789" if passes_luhn(digits + one))
    return " ".join(re.findall("....", digits + last))


def passes_luhn(number: str) -> bool:
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(number))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def test_a_website_may_keep_them_and_order_numbers_always_stay(stack: Stack, people_only: Cast) -> None:
    Website.objects.filter(pk=people_only.acme.pk).update(mask_cards=False)
    visit(stack, people_only.acme).open(f"Test with {VISA}")
    visit(stack, people_only.globex).open("Order 1234567890123456")
    said = Entry.objects.for_system().filter(website__in=[people_only.acme.pk, people_only.globex.pk])
    assert {one.content for one in said} == {f"Test with {VISA}", "Order 1234567890123456"}
    Conversation.objects.for_system().filter(website=people_only.acme.pk).delete()


def test_answers_of_a_form_are_masked_but_telephone_numbers_are_not(stack: Stack, people_only: Cast) -> None:
    fields = [
        {"key": "about", "kind": "text", "label": "About"},
        {"key": "phone", "kind": "tel", "label": "Telephone"},
    ]
    people_only.acme.widget = {"form": {"enabled": True, "fields": fields}}
    people_only.acme.save()
    vera = visit(stack, people_only.acme)
    vera.rest.post("widget/form/", {"values": {"about": f"card {VISA}", "phone": "4111111111111111"}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT attributes FROM conversations_visitor WHERE id = %s", [vera.session["visitor"]["id"]])
        assert '"about": "card •••• •••• •••• 1111"' in str(cursor.fetchone()[0]).replace("'", '"')


def test_mallorys_website_decides_for_itself_only(stack: Stack, people_only: Cast) -> None:
    mallory = log_in(stack, people_only.mallory)
    path = f"websites/{people_only.acme.pk}/"
    assert Rest(stack, mallory.rest.token).patch(path, {"mask_cards": False}).status_code in (400, 404)
    people_only.acme.refresh_from_db()
    assert people_only.acme.mask_cards
