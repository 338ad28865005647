"""One conversation as a client knows it: takes frames in any order, any number of times, and stays right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from uuid import uuid4

from conversations.client.cursor import Cursor
from conversations.client.outbox import Outbox, Outgoing

Frame = dict[str, Any]
Message = dict[str, Any]
Side = Literal["visitor", "staff"]


class Timeline:
    """`send` gives a command to the socket and answers False while there is none.

    `on_arrival` hears of each message that was not known before, once.
    """

    def __init__(
        self,
        conversation_id: str,
        me: Side,
        send: Callable[[Frame], bool],
        *,
        start: int = 0,
        on_arrival: Callable[[Message], None] = lambda message: None,
    ) -> None:
        self.conversation_id, self.me = conversation_id, me
        self.state: dict[str, Any] | None = None
        self.cursor = Cursor(self.ask, start)
        self.outbox = Outbox(self._deliver)
        self._send, self._on_arrival = send, on_arrival
        self._entries: dict[str, Message] = {}

    @property
    def entries(self) -> list[Message]:
        """What was said, in the order it is shown."""
        return sorted(self._entries.values(), key=lambda message: int(message["seq"]))

    def post(self, content: str, *, note: bool = False, client_id: str = "") -> str:
        """Say something; it goes out when it can. The `client_id` that it keeps."""
        item = Outgoing(client_id or str(uuid4()), content, note)
        self.outbox.add(item)
        return item.client_id

    def apply(self, frame: Frame) -> None:
        """Any frame that concerns this conversation, or the socket as a whole."""
        match frame["type"]:
            case "connected":
                self.take_state(frame.get("conversation"))
                self.resume()
            case "resync":
                self.resume()
            case "resumed":
                self.take_page(frame)
            case "new_message" | "message_updated":
                self._take_message(frame["message"])
                self.cursor.see(frame["rev"], frame["prev"])
            case "conversation_updated":
                self.take_state(frame["conversation"])
                if frame.get("activity"):
                    self._take_message(frame["activity"])
                self.cursor.see(frame["rev"], frame["prev"])
            case "heartbeat" if "rev" in frame:
                self.cursor.hear(frame["rev"])
            case "rejected" if frame.get("client_id"):
                self.outbox.refused(frame["client_id"], frame["code"], frame.get("retry_after"))

    def resume(self) -> None:
        """The socket is back, or live frames may have been lost."""
        self.ask()
        self.outbox.flush()

    def ask(self) -> None:
        self._send(self.addressed({"type": "resume", "after": self.cursor.value}))

    def take_page(self, page: Frame) -> None:
        """A page of a resume, or of REST; asks for the next one unless it is the last."""
        self.take_state(page["conversation"])
        for message in page["entries"]:
            self._take_message(message)
        last = max((message["rev"] for message in page["entries"]), default=0)
        more = not page["complete"] and last > self.cursor.value
        self.cursor.reach(page["rev"] if page["complete"] else last)
        if more:
            self.ask()

    def acknowledge(self, message: Message) -> None:
        """The answer to a message that was sent over HTTP. It moves no cursor: what came before may be missing."""
        self._take_message(message)
        self.cursor.hear(message["rev"])

    def take_state(self, state: dict[str, Any] | None) -> None:
        if state is not None and (self.state is None or self.state["rev"] <= state["rev"]):
            self.state = state

    def stop(self) -> None:
        self.cursor.stop()
        self.outbox.stop()

    def _take_message(self, message: Message) -> None:
        if message["client_id"]:
            self.outbox.acknowledged(message["client_id"])
        known = self._entries.get(message["id"])
        if known is not None and known["rev"] > message["rev"]:
            return
        self._entries[message["id"]] = message
        if known is None:
            self._on_arrival(message)

    def _deliver(self, item: Outgoing) -> bool:
        command: Frame = {"type": "chat_message", "client_id": item.client_id, "content": item.content}
        return self._send(self.addressed(command | ({"note": True} if item.note else {})))

    def addressed(self, command: Frame) -> Frame:
        """A staff socket serves many conversations, so its commands name theirs."""
        return command | ({"conversation_id": self.conversation_id} if self.me == "staff" else {})
