"""Vera wrote before she logged in: all of it is hers afterwards, on every device, and the staff sees who she is."""

from __future__ import annotations

import pytest

from conversations.models import Conversation
from conversations.models import Visitor as Stored
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack
from tests.widget.test_identity import by_hash, identify

CUSTOMER = "customer-7"


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.fixture
def at_home(stack: Stack, people_only: Cast) -> Visitor:
    """Vera as her website knows her, in a conversation that Ben has taken."""
    vera = visit(stack, people_only.acme, identity=by_hash(people_only.acme, CUSTOMER, name="Vera"))
    vera.open("From home")
    return vera


@pytest.fixture
def on_the_train(stack: Stack, people_only: Cast) -> Visitor:
    vera = visit(stack, people_only.acme)
    vera.open("From the train")
    return vera


def log_in_as_vera(stack: Stack, cast: Cast, visitor: Visitor) -> dict[str, object]:
    claim = by_hash(cast.acme, CUSTOMER, name="Vera")
    found: dict[str, object] = identify(stack, cast, claim, visitor_token=visitor.session["visitor_token"]).json()
    return found


def said_in(ben: StaffMember, conversation_id: str) -> list[str]:
    entries = ben.rest.get(f"conversations/{conversation_id}/entries/", after=0).json()["entries"]
    return [one["content"] for one in entries]


def test_what_was_said_anonymously_goes_on_as_the_one_who_logs_in(
    stack: Stack, people_only: Cast, at_home: Visitor, on_the_train: Visitor, ben: StaffMember
) -> None:
    session = log_in_as_vera(stack, people_only, on_the_train)
    assert session["visitor"]["id"] == at_home.session["visitor"]["id"]  # type: ignore[index]
    assert session["conversation"]["id"] == on_the_train.conversation_id  # type: ignore[index]
    cards = {one["id"]: one for one in ben.rest.get("conversations/").json()["results"]}
    assert {card["visitor"]["name"] for card in cards.values()} == {"Vera"}
    assert cards[on_the_train.conversation_id]["status"] == "open"
    assert cards[at_home.conversation_id]["status"] == "resolved"
    assert "From the train" in said_in(ben, on_the_train.conversation_id)
    assert "The visitor signed in as Vera." in said_in(ben, on_the_train.conversation_id)
    assert not Stored.objects.for_system().filter(pk=on_the_train.session["visitor"]["id"]).exists()


def test_people_who_were_at_it_stay_at_it(stack: Stack, cast: Cast) -> None:
    ben = log_in(stack, cast.ben)
    home = visit(stack, cast.acme, identity=by_hash(cast.acme, CUSTOMER))
    home.open("From home")
    ben.rest.post(f"conversations/{home.conversation_id}/take-over/")
    train = visit(stack, cast.acme)
    train.open("From the train")
    log_in_as_vera(stack, cast, train)
    card = ben.rest.get(f"conversations/{train.conversation_id}/").json()
    assert (card["handled_by"], card["assignee"]["id"]) == ("human", cast.ben.pk)


def test_a_token_of_before_opens_nothing_any_more(
    stack: Stack, people_only: Cast, at_home: Visitor, on_the_train: Visitor
) -> None:
    log_in_as_vera(stack, people_only, on_the_train)
    assert on_the_train.rest.get("widget/conversations/").status_code == 401
    handle = {"website_key": people_only.acme.website_key, "resume_handle": on_the_train.session["resume_handle"]}
    back = Rest(stack).post("widget/sessions/", handle).json()
    assert (back["visitor"]["identified"], back["conversation"]) == (False, None)


async def test_the_inbox_hears_who_it_is(
    stack: Stack, people_only: Cast, on_the_train: Visitor, ben: StaffMember
) -> None:
    async with ben.socket() as inbox, on_the_train.socket() as chat:
        log_in_as_vera(stack, people_only, on_the_train)
        frame = await inbox.expect("conversation_updated", conversation_id=on_the_train.conversation_id)
        assert (frame["conversation"]["visitor"]["name"], frame["conversation"]["visitor"]["identified"]) == (
            "Vera",
            True,
        )
        await chat.round_trip()
        assert chat.seen_of("conversation_updated") == []


def test_somebody_who_was_somebody_else_is_never_merged(
    stack: Stack, people_only: Cast, at_home: Visitor, ben: StaffMember
) -> None:
    """Mallory logs in on Vera's browser after her: Vera's conversation stays hers."""
    claim = by_hash(people_only.acme, "customer-666", name="Mallory")
    token = at_home.session["visitor_token"]
    session = identify(stack, people_only, claim, visitor_token=token).json()
    assert session["conversation"] is None
    kept = Conversation.objects.for_system().get(pk=at_home.conversation_id)
    assert str(kept.visitor_id) == at_home.session["visitor"]["id"]
    assert at_home.rest.get("widget/conversations/").status_code == 200


def test_a_proof_of_globex_takes_nothing_of_acme(stack: Stack, people_only: Cast, on_the_train: Visitor) -> None:
    body = {
        "website_key": people_only.globex.website_key,
        "identity": by_hash(people_only.globex, CUSTOMER),
        "visitor_token": on_the_train.session["visitor_token"],
    }
    session = Rest(stack).post("widget/sessions/", body).json()
    assert session["conversation"] is None
    assert on_the_train.rest.get("widget/conversations/").json()["results"] != []


# --- what the page says of somebody ---


def test_the_staff_sees_what_the_page_says(stack: Stack, people_only: Cast, ben: StaffMember) -> None:
    vera = visit(stack, people_only.acme, attributes={"plan": "pro"})
    vera.open("Hello")
    for facts in ({"order": 4711, "cart": "tent"}, {"cart": None}):
        assert vera.rest.post(vera.path("attributes/"), {"attributes": facts}).status_code == 204
    card = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert (card["visitor"]["attributes"], card["attributes"]) == ({"plan": "pro"}, {"order": 4711})


async def test_the_inbox_hears_of_it_and_the_visitor_does_not(
    stack: Stack, people_only: Cast, ben: StaffMember
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    async with ben.socket() as inbox, vera.socket() as chat:
        vera.rest.post(vera.path("attributes/"), {"attributes": {"order": 4711}})
        frame = await inbox.expect("conversation_updated", conversation_id=vera.conversation_id)
        assert frame["conversation"]["attributes"] == {"order": 4711}
        await chat.round_trip()
        assert chat.seen_of("conversation_updated") == []


@pytest.mark.parametrize("facts", [[], "pro", {"a": "\0"}, {"a": "x" * 4001}, None], ids=lambda facts: str(facts)[:20])
def test_what_cannot_be_kept_is_refused(stack: Stack, people_only: Cast, facts: object) -> None:
    vera = visit(stack, people_only.acme)
    vera.open()
    assert vera.rest.post(vera.path("attributes/"), {"attributes": facts}).status_code == 400


def test_facts_do_not_pile_up_without_end(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open()
    first, second = ({name: "x" * 3000} for name in "ab")
    assert vera.rest.post(vera.path("attributes/"), {"attributes": first}).status_code == 204
    assert vera.rest.post(vera.path("attributes/"), {"attributes": second}).status_code == 400
    stored = Conversation.objects.for_system().get(pk=vera.conversation_id)
    assert set(stored.attributes) == {"a"}
