"""A mail server in a process of its own: aiosmtpd as it comes, which lays every mail into a Maildir."""

from __future__ import annotations

import email
import email.policy
import socket
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from foundation.supervisor.ports import free_port
from tests.servers.mail import Mails


class MailProcess(Mails):
    """On a free port of this machine until it is closed; its mails are gone with it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        given = ["-n", "-l", f"127.0.0.1:{self.port}", "-c", "aiosmtpd.handlers.Mailbox", f"{self.folder.name}/mails"]
        self.process = subprocess.Popen([sys.executable, "-m", "aiosmtpd", *given], stderr=subprocess.DEVNULL)
        self._wait()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """The oldest first."""
        files = sorted(Path(self.folder.name, "mails", "new").glob("*"), key=lambda one: one.stat().st_mtime_ns)
        return [_read(one.read_bytes()) for one in files]

    def _wait(self) -> None:
        ends = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the mail server has ended"
                assert time.monotonic() < ends, "the mail server does not answer"
                time.sleep(0.1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()


def _read(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found
