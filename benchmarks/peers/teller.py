"""A thread that tells many what one has said and does nothing else: what the system takes to send to so many sockets.

`python benchmarks/peers/teller.py PORT`. Nothing is checked, stored or published; there is no event loop between the
socket and the system. A server with one thread for its sockets cannot tell the last of them earlier than this.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
from base64 import b64encode
from hashlib import sha1

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455
GREETING = json.dumps({"type": "connected", "connection_id": "0" * 32}).encode()
UP = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
CONTENT = "x" * 400  # in bytes, about what the product's frame has beside the client_id


def main() -> None:
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024) as server:
        Teller(server).run()


class Teller:
    def __init__(self, server: socket.socket) -> None:
        self.server, self.selector = server, selectors.DefaultSelector()
        self.dashboards: list[socket.socket] = []
        self.selector.register(server, selectors.EVENT_READ, self.accept)

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select():
                key.data(key.fileobj)

    def accept(self, server: socket.socket) -> None:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(connection, selectors.EVENT_READ, self.shake)

    def shake(self, connection: socket.socket) -> None:
        """A request is small enough to come as one."""
        request = connection.recv(65536)
        found = re.search(rb"Sec-WebSocket-Key: *(\S+)", request, re.IGNORECASE)
        if not found:  # the question whether we are up
            connection.sendall(UP)
            self.close(connection)
            return
        answer = b64encode(sha1(found[1] + GUID, usedforsecurity=False).digest())
        upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        connection.sendall(upgrade + b"Sec-WebSocket-Accept: " + answer + b"\r\n\r\n" + frame(GREETING))
        if b" /ws/dashboard/" in request:
            self.dashboards.append(connection)
        self.selector.modify(connection, selectors.EVENT_READ, self.hear)

    def hear(self, connection: socket.socket) -> None:
        masked = connection.recv(65536)
        if len(masked) < 64:  # closed, or about to be
            self.close(connection)
            return
        said = frame(message_of(json.loads(unmasked(masked))["client_id"]))
        connection.send(said)
        for one in self.dashboards:
            one.send(said)

    def close(self, connection: socket.socket) -> None:
        self.selector.unregister(connection)
        connection.close()


def frame(text: bytes) -> bytes:
    """A whole text frame of the server's."""
    size = bytes([len(text)]) if len(text) < 126 else b"\x7e" + len(text).to_bytes(2, "big")
    return b"\x81" + size + text


def unmasked(data: bytes) -> bytes:
    """The text of a client's frame of 126 bytes or more, or fewer."""
    start = 4 if data[1] & 0x7F == 126 else 2
    mask, text = data[start : start + 4], data[start + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))


def message_of(client_id: str) -> bytes:
    return json.dumps({"type": "new_message", "client_id": client_id, "content": CONTENT}).encode()


if __name__ == "__main__":
    main()
