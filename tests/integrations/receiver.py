"""A program that is told: it keeps what it gets, and behaves as well or as badly as a test wishes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self

PATIENCE = 20.0  # seconds


@dataclass(frozen=True)
class Told:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Receiver:
    """On a free port of this machine until it is closed. `answer` writes the whole answer of a request."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.visits: list[str] = []  # every request, whatever it asks for
        self.answer: Callable[[BaseHTTPRequestHandler], None] = well
        self.closing = Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                receiver.visits.append(f"GET {self.path}")
                say(self, 200)

            def do_POST(self) -> None:
                receiver.visits.append(f"POST {self.path}")
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append(Told(dict(self.headers.items()), body))
                try:
                    receiver.answer(self)
                except OSError:  # hung up on us
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def of(self, event: str) -> list[Told]:
        return [one for one in self.told if one.json["event"] == event]

    def wait(self, event: str, number: int = 1, patience: float = PATIENCE) -> list[Told]:
        """What it was told of an event, once there are so many."""
        until(lambda: len(self.of(event)) >= number, patience)
        found = self.of(event)
        assert len(found) >= number, [one.json["event"] for one in self.told]
        return found


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    ends = time.monotonic() + patience
    while time.monotonic() < ends and not condition():
        time.sleep(0.05)
    return condition()


def well(request: BaseHTTPRequestHandler) -> None:
    say(request, 200, b"thanks")


def say(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def failing(status: int = 500, *, times: int = 1_000_000) -> Callable[[BaseHTTPRequestHandler], None]:
    """So often, then well."""
    left = [times]

    def answer(request: BaseHTTPRequestHandler) -> None:
        left[0] -= 1
        say(request, status, b"not today") if left[0] >= 0 else well(request)

    return answer


def redirecting(request: BaseHTTPRequestHandler) -> None:
    say(request, 302, Location="http://127.0.0.1:5432/")


def lying_about_length(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000000")
    request.end_headers()
    request.wfile.write(b"short")
    request.close_connection = True


def speaking_nonsense(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\0\xff not http at all\r\n\r\n")
    request.close_connection = True
