"""A member of the staff: every conversation of their websites, and a list that always equals a fresh load."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conversations.client.chat import Chat
from conversations.client.rest import HTTPError, Refused
from conversations.client.timeline import Frame

RECONCILE = 60.0  # seconds
OVERLAP = timedelta(seconds=30)  # of two looks at what was updated
AGAIN = 2.0  # seconds until a look that failed is tried again
PAGES_BEFORE = 20  # of the list, at the beginning


class StaffChat(Chat):
    """`begin` makes it start from now; without it, the history of whatever changes is fetched, too."""

    def __init__(self, url: str, token: str, **options: Any) -> None:
        super().__init__(url, token, **options)
        self._due = asyncio.Event()
        self._seen_until: datetime | None = None

    def path(self) -> str:
        return "/ws/dashboard/"

    async def begin(self) -> None:
        """What there is by now counts as read. Raises Refused or HTTPError."""
        for state in await self._list(PAGES_BEFORE, limit=200):
            self.timeline(state["id"], start=state["rev"])

    def take(self, frame: Frame) -> None:
        match frame["type"]:
            case "connected" | "resync":
                self._due.set()
                for timeline in self.timelines.values():
                    timeline.outbox.flush()
            case "rejected":
                self.take_refusal(frame)
            case "new_message" | "message_updated" | "conversation_updated" | "resumed":
                self.timeline(frame["conversation_id"]).apply(frame)

    async def fetch(self) -> None:
        await self._reconcile()
        for timeline in list(self.timelines.values()):
            if timeline.cursor.is_behind:
                await self.catch_up(timeline)

    def chores(self) -> list[Any]:
        return [*super().chores(), self._keep_reconciled()]

    async def _keep_reconciled(self) -> None:
        pause = RECONCILE
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._due.wait()
            self._due.clear()
            pause = RECONCILE
            try:
                await self._reconcile()
            except (HTTPError, Refused):
                pause = AGAIN

    async def _reconcile(self) -> None:
        """A conversation that is further than we know is resumed at once."""
        since = self._seen_until
        asked: dict[str, Any] = {"updated_since": (since - OVERLAP).isoformat()} if since else {"limit": 200}
        for state in await self._list(**asked):
            timeline = self.timeline(state["id"])
            timeline.take_state(state)
            timeline.cursor.hear(state["rev"])
            if timeline.cursor.is_behind:
                timeline.ask()
        self._seen_until = self.rest.server_time or since

    async def _list(self, pages: int = 1000, **asked: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(pages):
            page = await self.rest.get("conversations/", **asked)
            found += page["results"]
            if not page["next"]:
                break
            asked = {name: values[-1] for name, values in parse_qs(urlsplit(page["next"]).query).items()}
        return found
