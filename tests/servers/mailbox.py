"""A mailbox on a real IMAP server, pymap, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from imapclient import IMAPClient

from foundation.supervisor.ports import free_port

NAME, PASSWORD = "reply", "a-mailbox-password"


class MailboxServer:
    """On a free port of this machine until it is closed; its mails are gone with it."""

    def __init__(self) -> None:
        self.port = free_port()
        program = Path(sys.executable).with_name("pymap")
        given = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "--no-service", "managesieve"]
        user = ["dict", "--demo-data", "--demo-user", NAME, "--demo-password", PASSWORD]
        self.process = subprocess.Popen([program, *given, *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    @property
    def url(self) -> str:
        return f"imap://{NAME}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def put(self, mail: bytes) -> None:
        with self.opened() as server:
            server.append("INBOX", mail)

    def opened(self) -> IMAPClient:
        server = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        server.login(NAME, PASSWORD)
        return server

    def _wait(self) -> None:
        ends = time.monotonic() + 30
        while True:
            try:
                self.opened().logout()
                return
            except OSError:
                assert self.process.poll() is None, "the IMAP server has ended"
                assert time.monotonic() < ends, "the IMAP server does not answer"
                time.sleep(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
