"""A name server that knows one name, as compose's own does for a service of several containers."""

from __future__ import annotations

import socket
import struct
from threading import Thread
from types import TracebackType
from typing import Self

HEADER = struct.Struct("!6H")
ADDRESS, CLASS = 1, 1
LIFETIME = 1  # seconds
ANSWERED = 0x8580  # an answer, from who knows, without an error


class Names:
    """Answers every question for an address with all of these; for anything else with nothing."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = Thread(target=self._answer_for_ever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", ("127.0.0.1", self.port))  # wakes it, and ends it
        self._thread.join(5)
        self._socket.close()

    def _answer_for_ever(self) -> None:
        while True:
            asked, where = self._socket.recvfrom(4096)
            if not asked:
                return
            self._socket.sendto(self._answer(asked), where)

    def _answer(self, asked: bytes) -> bytes:
        number, _, questions, *_ = HEADER.unpack_from(asked)
        end = asked.index(b"\0", HEADER.size) + 5  # the name, its type and its class
        question = asked[HEADER.size : end]
        (kind,) = struct.unpack("!H", question[-4:-2])
        found = self.addresses if kind == ADDRESS else ()
        answers = [struct.pack("!HHHIH", 0xC00C, ADDRESS, CLASS, LIFETIME, 4) + socket.inet_aton(one) for one in found]
        return HEADER.pack(number, ANSWERED, questions, len(found), 0, 0) + question + b"".join(answers)
