"""The mailbox of answers by e-mail, on a real IMAP server: what is wrong with MAIL_IN_URL is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from pydantic import SecretStr

from dashboard.diagnostics import mail
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.dependencies import ask_services
from dashboard.diagnostics.findings import Outcome
from foundation import parts as foundation_parts
from foundation.supervisor.ports import free_port
from tests.operations.diagnosis.certificates import Authority
from tests.operations.diagnosis.told import finding_of
from tests.servers.mailbox import NAME, PASSWORD, MailboxServer

SetUrl = Callable[[str], None]
SECRET = "hunter2"


@pytest.fixture(scope="module")
def server() -> Iterator[MailboxServer]:
    with MailboxServer() as started:
        yield started


@pytest.fixture
def mail_in(settings: Any) -> SetUrl:
    def point(url: str) -> None:
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mail_in_url": SecretStr(url)})

    return point


async def told() -> Advice:
    finding = await finding_of(mail.mailbox)
    assert finding.outcome is Outcome.FAILED
    assert not {SECRET, PASSWORD} & set(finding.detail.split())
    return finding.advice


async def test_a_mailbox_is_looked_at_where_one_is_set(mail_in: SetUrl, server: MailboxServer) -> None:
    mail_in("")
    assert [one for one in await ask_services() if one.key == "mailbox"] == []
    mail_in(server.url)
    [found] = [one for one in await ask_services() if one.key == "mailbox"]
    assert (found.outcome, found.cause) == (Outcome.OK, "")
    assert found.detail == f"127.0.0.1:{server.port} lets us in; nothing was fetched"


async def test_a_password_that_the_mailbox_refuses(mail_in: SetUrl, server: MailboxServer) -> None:
    mail_in(f"imap://{NAME}:{SECRET}@127.0.0.1:{server.port}")
    assert await told() is Advice.MAILBOX_LOG_IN


async def test_a_folder_that_is_not_there(mail_in: SetUrl, server: MailboxServer) -> None:
    mail_in(f"imap://{NAME}:{PASSWORD}@127.0.0.1:{server.port}/Nowhere")
    assert await told() is Advice.MAILBOX_FOLDER


async def test_a_mailbox_that_offers_no_tls(mail_in: SetUrl, server: MailboxServer) -> None:
    mail_in(f"imap://{NAME}:{PASSWORD}@127.0.0.1:{server.port}?tls=1")
    assert await told() is Advice.MAILBOX_NO_TLS


async def test_tls_asked_of_a_mailbox_that_begins_in_the_clear(mail_in: SetUrl, server: MailboxServer) -> None:
    mail_in(f"imaps://{NAME}:{SECRET}@127.0.0.1:{server.port}")
    assert await told() is Advice.MAILBOX_OTHERWISE


async def test_nobody_listens_for_the_mailbox(mail_in: SetUrl) -> None:
    mail_in(f"imap://{NAME}:{SECRET}@127.0.0.1:{free_port()}")
    assert await told() is Advice.MAILBOX_AWAY


async def test_a_mailbox_that_never_greets(mail_in: SetUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundation_parts, "PATIENCE", 0.5)
    with listening(lambda connection: connection.recv(1)) as port:
        mail_in(f"imap://{NAME}:{SECRET}@127.0.0.1:{port}")
        assert await told() is Advice.MAILBOX_AWAY


async def test_what_listens_is_no_mailbox(mail_in: SetUrl) -> None:
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        mail_in(f"imap://{NAME}:{SECRET}@127.0.0.1:{port}")
        assert await told() is Advice.MAILBOX_OTHERWISE


async def test_a_mailbox_whose_certificate_nobody_knows(mail_in: SetUrl, tmp_path: Path) -> None:
    context = Authority.made().server(tmp_path, "127.0.0.1")

    def greet(connection: Any) -> None:
        with pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(connection, server_side=True).recv(1)

    with listening(greet) as port:
        mail_in(f"imaps://{NAME}:{SECRET}@127.0.0.1:{port}")
        assert await told() is Advice.MAILBOX_CERTIFICATE


@contextmanager
def listening(meet: Callable[[Any], object]) -> Iterator[int]:
    """Somebody else at a port, who does this with each connection."""

    class Meeting(StreamRequestHandler):
        def handle(self) -> None:
            meet(self.connection)

    with ThreadingTCPServer(("127.0.0.1", 0), Meeting) as started:
        started.daemon_threads = True
        threading.Thread(target=started.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield started.server_address[1]
        finally:
            started.shutdown()
