"""A name server that knows one thing: at which addresses there is web just now, in any order, as Docker's knows it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Sequence
from random import sample
from typing import Self

HEADER = 12  # bytes
TYPE_A, CLASS_IN, SECONDS = 1, 1, 1
TO_THE_NAME_ASKED = 0xC000 | HEADER
# In the Caddyfile, where it is said how web is reached; and the same with us in place of the system's name server.
TRANSPORT = "keepalive off"
RESOLVERS = f"{TRANSPORT}\n\t\t\tresolvers udp/127.0.0.1:{{port}}"
ANSWER = 0x8580  # a response, with authority, to a question that wished for recursion


class Names:
    """`with Names(addresses) as names:` it answers at `names.port`; each address is an IPv4 one, as of that moment."""

    def __init__(self, addresses: Callable[[], Sequence[str]]) -> None:
        self._addresses = addresses

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="names")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(4096)
            if not question:
                return
            addresses = self._addresses()
            self._socket.sendto(answer_to(question, sample(addresses, len(addresses))), asker)


def answer_to(question: bytes, addresses: Sequence[str]) -> bytes:
    """Whatever name is asked for is web's. It has no IPv6 addresses, and that is an answer, too."""
    end = question.index(b"\0", HEADER) + 5  # after the name come its type and class, two bytes each
    (kind,) = struct.unpack_from("!H", question, end - 4)
    found = addresses if kind == TYPE_A else []
    head = question[:2] + struct.pack("!5H", ANSWER, 1, len(found), 0, 0)
    records = [
        struct.pack("!3HIH", TO_THE_NAME_ASKED, TYPE_A, CLASS_IN, SECONDS, 4) + socket.inet_aton(one) for one in found
    ]
    return head + question[HEADER:end] + b"".join(records)
