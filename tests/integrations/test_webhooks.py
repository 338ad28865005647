"""A program of the owner's is told what happens: everything that visitors may hear, and never a note."""

from __future__ import annotations

from uuid import uuid4

from accounts.models import Website
from conversations.models import Conversation
from integrations.models import Delivery
from integrations.webhooks.settings import change_webhook
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.integrations.fixtures import Hook, data
from tests.integrations.receiver import Receiver, until
from tests.servers.stack import Stack

HMAC_HEX = 64


def test_a_message_is_told_with_its_conversation(guest: Visitor, receiver: Receiver, hook: Hook, cast: Cast) -> None:
    hook()
    opened = guest.open("Where is my order?")
    told = receiver.wait("message_created")[0]
    assert told.json["website_id"] == cast.acme.pk
    assert data(told)["message"]["content"] == "Where is my order?"
    assert data(told)["message"]["id"] == opened["message"]["id"]
    assert data(told)["rev"] == opened["message"]["rev"]
    assert data(told)["conversation"]["id"] == guest.conversation_id
    assert (
        data(receiver.wait("conversation_created")[0])["conversation"]["visitor"]["id"]
        == guest.session["visitor"]["id"]
    )
    assert told.headers["X-ChatPlatform-Delivery"] == told.json["delivery"]
    assert told.headers["X-ChatPlatform-Timestamp"] == str(told.json["timestamp"])
    assert len(told.headers["X-ChatPlatform-Signature"].removeprefix("sha256=")) == HMAC_HEX


def test_what_staff_does_is_told_by_its_kind(
    stack: Stack, guest: Visitor, receiver: Receiver, hook: Hook, cast: Cast
) -> None:
    guest.open("Hello")
    hook()
    ben = log_in(stack, cast.ben)
    path = f"conversations/{guest.conversation_id}/"
    said = ben.rest.post(f"{path}messages/", {"client_id": uuid4(), "content": "Yes?"}).json()["message"]
    assert data(receiver.wait("message_created")[0])["message"]["is_manual"] is True
    ben.rest.patch(f"{path}messages/{said['id']}/", {"content": "Yes!"})
    assert data(receiver.wait("message_updated")[0])["message"]["content"] == "Yes!"
    ben.rest.patch(path, {"priority": "high"})
    assert until(
        lambda: "high" in {data(one)["conversation"]["priority"] for one in receiver.of("conversation_updated")}
    )
    assert receiver.of("conversation_status_changed") == []
    ben.rest.patch(path, {"status": "resolved"})
    changed = data(receiver.wait("conversation_status_changed")[0])
    assert (changed["previous_status"], changed["status"]) == ("open", "resolved")
    assert guest.rest.post(guest.path("rating/"), {"score": 5, "comment": "Quick"}).status_code == 200
    assert data(receiver.wait("rating_given")[0])["rating"] == {"score": 5, "comment": "Quick"}
    guest.rest.post(guest.path("messages/"), {"client_id": uuid4(), "content": "One more thing"})
    again = data(receiver.wait("conversation_status_changed", 2)[1])
    assert (again["previous_status"], again["status"]) == ("resolved", "open")
    rated = Delivery.objects.for_system().filter(conversation_id=guest.conversation_id, event="rating_given")
    assert rated.count() == 1  # not again by what opened the conversation again
    revs = [data(one)["rev"] for one in receiver.told if "rev" in data(one)]
    assert len({(one.json["event"], data(one).get("rev")) for one in receiver.told}) == len(receiver.told)
    assert sorted(set(revs)) == list(range(min(revs), max(revs) + 1))  # no change was left out


def test_a_wish_for_a_person_is_told(stack: Stack, receiver: Receiver, hook: Hook, cast: Cast) -> None:
    hook(events=["handoff_requested"])
    guest = visit(stack, cast.acme)
    guest.open()
    assert guest.rest.post(guest.path("handoff/")).status_code == 200
    assert data(receiver.wait("handoff_requested")[0])["conversation"]["handled_by"] == "human"
    assert {one.json["event"] for one in receiver.told} == {"handoff_requested"}


def test_who_leaves_an_address_is_identified(guest: Visitor, receiver: Receiver, hook: Hook) -> None:
    guest.open("Hello")
    hook()
    assert guest.rest.post(guest.path("contact/"), {"email": "vera@example.com"}).status_code == 200
    assert data(receiver.wait("visitor_identified")[0])["visitor"]["email"] == "vera@example.com"


def test_notes_are_never_told(stack: Stack, guest: Visitor, receiver: Receiver, hook: Hook, cast: Cast) -> None:
    guest.open("Hello")
    hook()
    ben, path = log_in(stack, cast.ben), f"conversations/{guest.conversation_id}/messages/"
    note = ben.rest.post(path, {"client_id": uuid4(), "content": "She is difficult", "note": True}).json()["message"]
    ben.rest.patch(f"{path}{note['id']}/", {"content": "She is very difficult"})
    ben.rest.post(path, {"client_id": uuid4(), "content": "After it"})
    receiver.wait("message_created")
    assert not [one for one in receiver.told if b"difficult" in one.body]


def test_mallorys_webhook_hears_nothing_of_acme(guest: Visitor, receiver: Receiver, hook: Hook, cast: Cast) -> None:
    hook(website=cast.globex)
    theirs = hook(url=f"{receiver.url}/acme")
    guest.open("For Acme only")
    until(lambda: Delivery.objects.for_system().filter(webhook=theirs, state="delivered").count() == 2)
    assert {one.json["website_id"] for one in receiver.told} == {cast.acme.pk}
    assert Delivery.objects.for_system().filter(website=cast.globex).count() == 0


def test_a_website_without_webhooks_defers_nothing(guest: Visitor, hook: Hook, cast: Cast) -> None:
    made = hook()
    assert Website.objects.get(pk=cast.acme.pk).is_followed
    change_webhook(made, is_active=False)
    assert not Website.objects.get(pk=cast.acme.pk).is_followed
    guest.open("Nobody hears this")
    assert Delivery.objects.for_system().filter(website=cast.acme).count() == 0


def test_an_erased_conversation_takes_its_deliveries_along(guest: Visitor, receiver: Receiver, hook: Hook) -> None:
    hook()
    guest.open("Erase me")
    receiver.wait("message_created")
    Conversation.objects.for_system().filter(pk=guest.conversation_id).delete()
    assert not Delivery.objects.for_system().filter(data__message__content="Erase me").exists()
