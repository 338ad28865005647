"""A visitor as a program that never gives up: what got no answer is sent again with the same client_id."""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx2

PAUSE = 0.3  # below the limit of five messages a second


@dataclass
class Chatter:
    """`with Chatter(url) as vera:` she writes numbered messages all the while; `check` counts what was stored."""

    url: str
    trust: ssl.SSLContext | None = None
    website: str = "demo-acme"
    sent: list[str] = field(default_factory=list)
    resends: int = 0

    def __enter__(self) -> Self:
        self.http = self._client(self.trust, {})
        session = self._post("widget/sessions/", {"website_key": self.website})
        self.http.headers["Authorization"] = f"Bearer {session['visitor_token']}"
        self.conversation = self._post("widget/conversations/", {})["conversation"]["id"]
        self._post(f"widget/conversations/{self.conversation}/handoff/", {})  # the AI need not answer all that
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._chat)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.enough.set()
        self.thread.join()

    def reach(self, trust: ssl.SSLContext | None) -> None:
        """Another machine may be behind the same name by now; she comes with the token that she has."""
        self.http = self._client(trust, dict(self.http.headers))

    def _client(self, trust: ssl.SSLContext | None, headers: dict[str, str]) -> httpx2.Client:
        address = f"{self.url}/api/v1/"
        return httpx2.Client(base_url=address, headers=headers, timeout=5, trust_env=False, verify=trust or True)

    def check(self) -> str:
        """A sentence; AssertionError when anything was lost, doubled or put into another order."""
        stored = [entry["content"] for entry in self.entries() if entry["role"] == "user"]
        doubled = [content for content, times in Counter(stored).items() if times > 1]
        assert not doubled, f"doubled: {doubled}"
        assert stored == self.sent, f"sent {self.sent}, stored {stored}"
        return (
            f"{len(stored)} messages sent meanwhile, {self.resends} of them more than once; each stored once, in order"
        )

    def entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {"complete": False}
        while not page["complete"]:
            after = max((entry["rev"] for entry in found), default=0)
            page = self.http.get(f"widget/conversations/{self.conversation}/entries/", params={"after": after}).json()
            found += page["entries"]
        return sorted(found, key=lambda entry: int(entry["seq"]))

    def _chat(self) -> None:
        while not self.enough.is_set():
            content = f"message {len(self.sent) + 1}"
            self._post_until_stored({"client_id": str(uuid4()), "content": content})
            self.sent.append(content)
            time.sleep(PAUSE)

    def _post_until_stored(self, body: dict[str, str]) -> None:
        tries = 0
        while True:
            tries += 1
            try:
                if self.http.post(f"widget/conversations/{self.conversation}/messages/", json=body).is_success:
                    break
            except httpx2.HTTPError:
                pass  # not there at the moment
            time.sleep(PAUSE)
        self.resends += tries > 1

    def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found
