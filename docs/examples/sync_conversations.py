"""Keep a copy of all conversations in a file, answer one, or listen to what is said. Needs httpx2 and websockets.

export CHAT_URL=https://chat.example.com CHAT_KEY=cpk_...     # scopes conversations:read and conversations:write
python sync_conversations.py sync copy.json                   # the first time everything, then what has changed
python sync_conversations.py answer CONVERSATION "It is on its way."
python sync_conversations.py listen
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
from websockets.sync.client import connect
from websockets.typing import Subprotocol

EVER = "1970-01-01T00:00:00Z"
PATIENCE = 60.0  # seconds in which a request is tried again
Row = dict[str, Any]


class Api:
    """`/api/v1/` with an API key. `pause` is what waits."""

    def __init__(self, url: str, key: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.url, self.pause = url.rstrip("/"), pause
        self.http = httpx2.Client(base_url=f"{self.url}/api/v1/", headers={"Authorization": f"Api-Key {key}"})

    def ask(self, method: str, path: str, **options: Any) -> Row:
        """Asks again where nobody answered, or it was too fast: with the same Idempotency-Key, so it is done once."""
        until = time.monotonic() + PATIENCE
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            wait = 1.0
            try:
                answer = self.http.request(method, path, headers=headers, **options)
            except httpx2.TransportError:
                if time.monotonic() > until:
                    raise
            else:
                in_progress = answer.status_code == 409 and answer.json()["error"]["code"] == "in_progress"
                passing = in_progress or answer.status_code in (429, 502, 503, 504)
                if not passing or time.monotonic() > until:
                    answer.raise_for_status()
                    found: Row = answer.json() if answer.content else {}
                    return found
                wait = float(answer.headers.get("Retry-After", "1"))
            self.pause(wait)

    def pages(self, path: str, **query: Any) -> Iterator[Row]:
        page = self.ask("GET", path, params={"limit": 200, **query})
        yield page
        while page["next"]:
            page = self.ask("GET", page["next"])
            yield page

    def entries_after(self, conversation: str, rev: int) -> Iterator[Row]:
        complete = False
        while not complete:
            page = self.ask("GET", f"conversations/{conversation}/entries/", params={"after": rev})
            yield from page["entries"]
            rev = max([rev, *(one["rev"] for one in page["entries"])])
            complete = page["complete"]


def sync(api: Api, place: Path) -> int:
    """How many conversations were new or had changed. `since` goes on only when everything before it is in the copy."""
    empty: Row = {"since": EVER, "conversations": {}, "entries": {}}
    copy = json.loads(place.read_text()) if place.exists() else empty
    changed: dict[str, Row] = {}
    since = None
    for page in api.pages("conversations/", updated_since=copy["since"]):
        since = since or page["synced_until"]
        changed |= {one["id"]: one for one in page["results"]}
    news = 0
    for name, conversation in changed.items():
        known = copy["conversations"].get(name, {"rev": 0})
        news += known != conversation
        entries = copy["entries"].setdefault(name, {})
        entries |= {one["id"]: one for one in api.entries_after(name, known["rev"])}
        copy["conversations"][name] = conversation
    copy["since"] = since
    draft = place.with_suffix(".new")  # whoever stops us in the middle finds the copy as it was
    draft.write_text(json.dumps(copy, ensure_ascii=False))
    draft.replace(place)
    return news


def say(api: Api, conversation: str, content: str) -> Row:
    body = {"client_id": str(uuid.uuid4()), "content": content}
    return api.ask("POST", f"conversations/{conversation}/messages/", json=body)


def listen(api: Api) -> Iterator[Row]:
    """Messages as they come. What came before, or while the line was down, is what `sync` is for."""
    token = api.ask("POST", "auth/ws-connection-token/")["connection_token"]
    address = f"{api.url.replace('http', 'ws', 1)}/ws/dashboard/"
    with connect(address, subprotocols=[Subprotocol("chat.v1"), Subprotocol(f"token.{token}")]) as socket:
        for text in socket:
            frame = json.loads(text)
            if frame["type"] == "connected":
                print("listening", flush=True)
            if frame["type"] == "new_message":
                yield frame["message"]


def main(action: str, *given: str) -> None:
    api = Api(os.environ["CHAT_URL"], os.environ["CHAT_KEY"])
    with api.http:
        if action == "sync":
            print(f"{sync(api, Path(given[0]))} conversations were new or had changed")
        elif action == "answer":
            print(f"sent as {say(api, given[0], given[1])['message']['id']}")
        else:
            for message in listen(api):
                print(f"{message['conversation_id']} {message['role']}: {message['content']}", flush=True)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["listen"]))
