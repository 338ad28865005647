"""Integrators subscribe to light notices that tell them to refetch."""

from __future__ import annotations

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit


async def test_a_subscriber_is_told_how_many_there_are(vera: Visitor, ben: StaffMember, people_only: Cast) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as inbox, cleo.socket() as cleos:
        await inbox.send("subscribe", channel="chat_updates")
        assert await inbox.expect("subscribed") == {"type": "subscribed", "channel": "chat_updates", "subscribers": 1}
        await cleos.send("subscribe", channel="chat_updates")
        assert (await cleos.expect("subscribed"))["subscribers"] == 2
        await inbox.send("unsubscribe", channel="chat_updates")
        assert await inbox.expect("unsubscribed") == {
            "type": "unsubscribed",
            "channel": "chat_updates",
            "subscribers": 1,
        }
    async with ben.socket() as inbox:
        await inbox.send("subscribe", channel="chat_updates")
        assert (await inbox.expect("subscribed"))["subscribers"] == 1, "those who left are not counted"


async def test_subscribing_twice_counts_once_and_tells_once(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        for _ in range(2):
            await inbox.send("subscribe", channel="chat_updates")
            assert (await inbox.expect("subscribed"))["subscribers"] == 1
        await chat.say("one")
        await chat.say("two")
        await inbox.expect("new_message", rev=2)
        await inbox.until(lambda: len(inbox.seen_of("chat_updates")) == 2)
        await inbox.round_trip()
        assert len(inbox.seen_of("chat_updates")) == 2


async def test_a_subscriber_gets_a_light_notice_of_each_message_whoever_wrote_it(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with vera.socket() as chat, ben.socket() as inbox, cleo.socket() as cleos:
        for socket in (inbox, cleos):
            await socket.send("subscribe", channel="chat_updates")
            await socket.expect("subscribed")
        asked = await chat.say("Hello")
        answered = await inbox.say("Hello Vera", conversation_id=vera.conversation_id)
        await inbox.say("a note", note=True, conversation_id=vera.conversation_id)
        last = await chat.say("Thanks")
        for socket in (inbox, cleos):
            await socket.until(lambda socket=socket: len(socket.seen_of("chat_updates")) == 3)  # type: ignore[misc]
            notices = sorted((one["data"] for one in socket.seen_of("chat_updates")), key=lambda one: one["timestamp"])
            assert notices == [
                {
                    "type": "chat_message_notification",
                    "chat_id": vera.conversation_id,
                    "message_role": role,
                    "timestamp": frame["message"]["timestamp"],
                }
                for role, frame in (("user", asked), ("assistant", answered), ("user", last))
            ]


async def test_without_a_subscription_there_are_no_notices(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.say("before")
        await inbox.expect("new_message", rev=1)
        await inbox.send("subscribe", channel="chat_updates")
        await inbox.expect("subscribed")
        await inbox.send("unsubscribe", channel="chat_updates")
        await inbox.expect("unsubscribed")
        await chat.say("after")
        await inbox.expect("new_message", rev=2)
        await inbox.round_trip()
        assert inbox.seen_of("chat_updates") == []


async def test_mallory_gets_notices_of_her_own_website_only(
    vera: Visitor, ben: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    other = visit(vera.stack, people_only.globex)
    other.open()
    async with vera.socket() as chat, other.socket() as globex_chat, mallory.socket() as globex, ben.socket() as inbox:
        await inbox.send("subscribe", channel="chat_updates")
        await inbox.expect("subscribed")
        await globex.send("subscribe", channel="chat_updates")
        assert (await globex.expect("subscribed"))["subscribers"] == 1, "Acme's subscribers are none of her business"
        await chat.say("Hello Acme")
        await inbox.expect("chat_updates")
        await globex_chat.say("Hello Globex")
        notice = await globex.expect("chat_updates")
        assert notice["data"]["chat_id"] == other.conversation_id
        assert len(globex.seen_of("chat_updates")) == 1
