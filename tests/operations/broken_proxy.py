"""A proxy in front of a web server that is broken in one of the ways that operators meet."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Literal, Self

Fault = Literal["", "502", "no upgrade", "frozen", "frozen after the greeting", "frozen after the subscription"]
LAST_WORD = {"frozen after the greeting": b'"connected"', "frozen after the subscription": b'"subscribed"'}
PATIENCE = 60  # seconds
REFUSALS = {
    "502": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "no upgrade": b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}


class BrokenProxy(ThreadingTCPServer):
    """Forwards to `port`, as far as its `fault` lets it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.target = port
        self.fault: Fault = ""
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()


class Connection(BaseRequestHandler):
    server: Any
    request: socket.socket

    def handle(self) -> None:
        fault = self.server.fault
        if fault == "frozen":
            self.server.is_over.wait(PATIENCE)
            return
        head = self.request.recv(65536)
        is_socket = head.startswith(b"GET /ws/")
        if fault == "502" or (fault == "no upgrade" and is_socket):
            self.request.sendall(REFUSALS[fault])
            return
        with socket.create_connection(("127.0.0.1", self.server.target)) as upstream:
            upstream.sendall(head)
            threading.Thread(target=pump, args=(self.request, upstream, b""), daemon=True).start()
            if pump(upstream, self.request, LAST_WORD.get(fault, b"") if is_socket else b""):
                self.server.is_over.wait(PATIENCE)


def pump(source: socket.socket, sink: socket.socket, last: bytes) -> bool:
    """Until one of them ends: False; or until `last` was forwarded: True."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
            if last and last in data:
                return True
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
    return False
