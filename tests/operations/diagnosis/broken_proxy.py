"""A proxy in front of a web server that is broken in one of the ways that operators meet."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Literal, Self

PATIENCE = 60  # seconds
CLOSE, TEXT = 0x88, 0x81  # first bytes of frames


@dataclass(frozen=True)
class Answers:
    """`status` in place of the server's own answer: to every request, to those for sockets alone, or to those whose
    head begins so."""

    status: int
    only_sockets: bool = False
    only: bytes = b""
    body: bytes = b""
    headers: bytes = b""

    @property
    def answer(self) -> bytes:
        head = b"HTTP/1.1 %d Because\r\nContent-Length: %d\r\nConnection: close\r\n" % (self.status, len(self.body))
        return head + self.headers + b"\r\n" + self.body


@dataclass(frozen=True)
class Closes:
    """Each socket as soon as it is open, with this code; `says`: the detail of an error frame before. 0: no word."""

    code: int
    says: str = ""

    @property
    def frames(self) -> bytes:
        error = json.dumps({"type": "error", "code": "some", "detail": self.says}).encode() if self.says else b""
        said = bytes([TEXT, len(error)]) + error if error else b""
        return said + (bytes([CLOSE, 2]) + struct.pack("!H", self.code) if self.code else b"")


@dataclass(frozen=True)
class Freezes:
    """Takes connections; lets nothing through, or nothing of a socket after this frame."""

    after: Literal["", "connected", "subscribed"] = ""


@dataclass(frozen=True)
class Cuts:
    """The connections of sockets before they are open, or all."""

    only_sockets: bool = True


@dataclass(frozen=True)
class Forwards:
    """As a proxy that speaks HTTP: writes who asks behind what stands in X-Forwarded-For, or in its place (as Caddy
    does of strangers), or takes out what stands there."""

    how: Literal["behind", "in its place", "takes out"] = "behind"

    def rewritten(self, head: bytes, asker: str) -> bytes:
        found = HEADER.search(head)
        before = found.group(1).strip() + b", " if found and self.how == "behind" else b""
        rest = HEADER.sub(b"", head)
        if self.how == "takes out":
            return rest
        line, _, others = rest.partition(b"\r\n")
        return line + b"\r\nX-Forwarded-For: " + before + asker.encode() + b"\r\n" + others


HEADER = re.compile(rb"X-Forwarded-For:([^\r\n]*)\r\n", re.IGNORECASE)
Fault = Answers | Closes | Freezes | Cuts | Forwards | None


class BrokenProxy(ThreadingTCPServer):
    """Forwards to `port`, as far as its `fault` lets it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.target = port
        self.fault: Fault = None
        self.is_asked, self.is_over = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()


class Connection(BaseRequestHandler):
    server: Any
    request: socket.socket

    def handle(self) -> None:
        fault: Fault = self.server.fault
        self.server.is_asked.set()
        if fault == Freezes():
            self.server.is_over.wait(PATIENCE)
            return
        head = self.request.recv(65536)
        is_socket = head.startswith(b"GET /ws/")
        match fault:
            case Answers(only_sockets=only) if head.startswith(fault.only) and (is_socket or not only):
                self.request.sendall(fault.answer)
            case Cuts(only_sockets=only) if is_socket or not only:
                pass
            case Closes() if is_socket:
                self.pass_on(head, until=b"\r\n\r\n")
                self.request.sendall(fault.frames)
            case Freezes(after=frame) if is_socket:
                self.pass_on(head, until=f'"{frame}"'.encode(), then_freeze=True)
            case Forwards():
                self.pass_on(fault.rewritten(head, self.client_address[0]))
            case _:
                self.pass_on(head)

    def pass_on(self, head: bytes, until: bytes = b"", *, then_freeze: bool = False) -> None:
        with socket.create_connection(("127.0.0.1", self.server.target)) as upstream:
            upstream.sendall(head)
            threading.Thread(target=pump, args=(self.request, upstream), daemon=True).start()
            pump(upstream, self.request, until)
            if then_freeze:
                self.server.is_over.wait(PATIENCE)


def pump(source: socket.socket, sink: socket.socket, until: bytes = b"") -> None:
    """Until one of them ends, or until this was forwarded: of the answer to a handshake its head alone."""
    seen = b""
    with suppress(OSError):
        while data := source.recv(65536):
            seen = (seen + data)[-4096:] if until else b""
            if until == b"\r\n\r\n" and until in seen:
                data = data[: data.index(until) + len(until)] if until in data else data
            sink.sendall(data)
            if until and until in seen:
                return
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
