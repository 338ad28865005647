"""Everything that ends an answer while it is being written, and the reason that is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from conversations.actions.replies import cancel_reply
from tests.clients.people import StaffMember, Visitor
from tests.clients.sockets import DashboardSocket, Socket
from tests.conversations.answering import Answer


async def stopped_by_the_visitor(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await chat.send("stop_reply")


async def stopped_by_staff(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await inbox.send("stop_reply", conversation_id=vera.conversation_id)


async def stopped_by_the_visitor_over_rest(
    chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember
) -> None:
    assert vera.rest.post(vera.path("stop/")).status_code == 204


async def stopped_by_staff_over_rest(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    assert ben.rest.post(f"conversations/{vera.conversation_id}/stop/").status_code == 204


async def taken_over(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await inbox.send("take_over", conversation_id=vera.conversation_id)


async def taken_over_over_rest(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    assert ben.rest.post(f"conversations/{vera.conversation_id}/take-over/").json()["handled_by"] == "human"


async def taken_over_by_writing(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await inbox.say("Let me answer this", conversation_id=vera.conversation_id)


async def taken_over_by_writing_over_rest(
    chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember
) -> None:
    body = {"client_id": str(uuid4()), "content": "Let me answer this"}
    assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body).status_code == 201


async def asked_for_a_person(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await chat.send("request_human")


async def resolved(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "resolved"})


async def begun_anew(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await Answer.begin(vera)


async def failed(chat: Socket, inbox: DashboardSocket, vera: Visitor, ben: StaffMember) -> None:
    await cancel_reply(UUID(vera.conversation_id), None, "failed")


Ending = Callable[[Socket, DashboardSocket, Visitor, StaffMember], Awaitable[None]]
ENDINGS: list[tuple[Ending, str]] = [
    (stopped_by_the_visitor, "stopped"),
    (stopped_by_staff, "stopped"),
    (stopped_by_the_visitor_over_rest, "stopped"),
    (stopped_by_staff_over_rest, "stopped"),
    (taken_over, "takeover"),
    (taken_over_over_rest, "takeover"),
    (taken_over_by_writing, "takeover"),
    (taken_over_by_writing_over_rest, "takeover"),
    (asked_for_a_person, "takeover"),
    (resolved, "takeover"),
    (begun_anew, "superseded"),
    (failed, "failed"),
]
