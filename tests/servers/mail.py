"""A mail server that keeps what it is given: as much of SMTP as is needed to send to it."""

from __future__ import annotations

import email
import email.policy
import socketserver
import time
from email.message import EmailMessage
from threading import Thread
from typing import Self


class MailServer:
    """On a free port of this machine until it is closed. `refuses` makes it answer with an error;
    who is `unknown` has no mailbox here."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.unknown: set[str] = set()
        received = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.say("220 here")
                sender = ""
                while line := self.rfile.readline().decode().strip().upper():
                    if line.startswith("QUIT"):
                        self.say("221 bye")
                        return
                    if line.startswith("MAIL"):
                        sender = address_in(line)
                    if refusal := received.refusal(line):
                        self.say(refusal)
                    elif line == "DATA":
                        self.say("354 go on")
                        self.take(sender)
                        self.say("250 taken")
                    else:
                        self.say("250 ok")

            def take(self, sender: str) -> None:
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line[1:] if line.startswith(b"..") else line)
                found = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                assert isinstance(found, EmailMessage)
                found["X-Envelope-From"] = sender
                received.mails.append(found)

            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()

    def refusal(self, line: str) -> str:
        """What is said to this line instead of yes; empty for nothing."""
        if line.startswith("MAIL") and self.refuses:
            return "451 not now"
        is_unknown = line.startswith("RCPT") and address_in(line) in self.unknown
        return "550 5.1.1 no such mailbox" if is_unknown else ""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def to(self, address: str, number: int = 1, patience: float = 30) -> EmailMessage:
        """The first mail to this address, or a later one, as soon as it has come."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            found = [mail for mail in self.mails if mail["To"] == address]
            if len(found) >= number:
                return found[number - 1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def address_in(line: str) -> str:
    return line.partition("<")[2].partition(">")[0].lower()
