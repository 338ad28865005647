"""A mail server and an AI endpoint that are away, refuse us, or are not what the settings say."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from dashboard.diagnostics import endpoints, mail
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Outcome
from foundation import parts as foundation_parts
from foundation.supervisor.ports import free_port
from tests.operations.diagnosis.broken_proxy import Answers, BrokenProxy, Cuts, Fault, Freezes
from tests.operations.diagnosis.certificates import Authority
from tests.operations.diagnosis.told import finding_of

USER = {"EMAIL_HOST_USER": "ada", "EMAIL_HOST_PASSWORD": "hunter2"}


class Mailbox:
    """Keeps nothing: nothing is to be sent."""


@contextmanager
def mail_server(**options: Any) -> Iterator[int]:
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=free_port(), ready_timeout=30, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture
def to_port(settings: Any) -> Any:
    """Has mails go to a port of this machine, with what else is set."""

    def point(port: int, **more: Any) -> None:
        usual = {"EMAIL_HOST_USER": "", "EMAIL_HOST_PASSWORD": "", "EMAIL_USE_TLS": False}
        for name, value in (usual | more).items():
            setattr(settings, name, value)
        settings.SENDS_MAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    return point


def takes(name: str, password: str) -> Any:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: Any, given: Any) -> AuthResult:
        is_right = (given.login, given.password) == (name.encode(), password.encode())
        return AuthResult(success=is_right, handled=is_right)

    return {"authenticator": authenticate, "auth_require_tls": False}


async def mail_advice() -> tuple[Advice, Outcome]:
    finding = await finding_of(mail.email)
    assert "hunter2" not in finding.detail
    return finding.advice, finding.outcome


async def test_no_mail_server_is_set(settings: Any) -> None:
    settings.SENDS_MAIL = False
    assert await mail_advice() == (Advice.MAIL_OFF, Outcome.NOTICE)


async def test_a_mail_server_that_lets_us_in(to_port: Any) -> None:
    with mail_server(**takes("ada", "hunter2")) as port:
        to_port(port, **USER)
        assert (await mail.email()).endswith("lets us in; nothing was sent")


async def test_nobody_listens_for_mails(to_port: Any) -> None:
    to_port(free_port())
    assert await mail_advice() == (Advice.MAIL_AWAY, Outcome.FAILED)


async def test_a_mail_server_that_never_greets(to_port: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a port does that waits for TLS to begin."""
    monkeypatch.setattr(foundation_parts, "PATIENCE", 0.3)
    with endpoint(Freezes()) as server:
        to_port(server.server_address[1])
        assert await mail_advice() == (Advice.MAIL_AWAY, Outcome.FAILED)


@pytest.mark.parametrize("fault", [Answers(200), Cuts(only_sockets=False)])
async def test_what_listens_is_no_mail_server(to_port: Any, fault: Fault) -> None:
    with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n" if isinstance(fault, Answers) else b"") as port:
        to_port(port)
        assert await mail_advice() == (Advice.MAIL_OTHERWISE, Outcome.FAILED)


async def test_a_mail_server_that_takes_nobody_now(to_port: Any) -> None:
    with speaking(b"421 4.3.2 too busy\r\n") as port:
        to_port(port)
        assert await mail_advice() == (Advice.MAIL_OTHERWISE, Outcome.FAILED)


async def test_a_password_that_the_mail_server_refuses(to_port: Any) -> None:
    with mail_server(**takes("ada", "another")) as port:
        to_port(port, **USER)
        assert await mail_advice() == (Advice.MAIL_LOG_IN, Outcome.FAILED)


async def test_a_mail_server_without_starttls(to_port: Any) -> None:
    with mail_server() as port:
        to_port(port, EMAIL_USE_TLS=True)
        assert await mail_advice() == (Advice.MAIL_NO_TLS, Outcome.FAILED)


async def test_a_mail_server_that_wants_tls_before_a_log_in(to_port: Any, tmp_path: Path) -> None:
    secured = server_side(Authority.made(), tmp_path)
    with mail_server(tls_context=secured, authenticator=takes("ada", "hunter2")["authenticator"]) as port:
        to_port(port, **USER)
        assert await mail_advice() == (Advice.MAIL_WANTS_TLS, Outcome.FAILED)


async def test_a_mail_server_whose_certificate_nobody_knows(to_port: Any, tmp_path: Path) -> None:
    with mail_server(tls_context=server_side(Authority.made(), tmp_path)) as port:
        to_port(port, EMAIL_USE_TLS=True)
        assert await mail_advice() == (Advice.MAIL_CERTIFICATE, Outcome.FAILED)


def server_side(authority: Authority, folder: Path) -> ssl.SSLContext:
    return authority.server(folder, "127.0.0.1")


# --- the AI endpoint ---


@contextmanager
def endpoint(fault: Fault) -> Iterator[BrokenProxy]:
    """With nobody behind."""
    with BrokenProxy(free_port()) as server:
        server.fault = fault
        yield server


@contextmanager
def speaking(words: bytes) -> Iterator[int]:
    """A server that says this to everybody and hangs up."""

    class Speaker(BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(words)

    with ThreadingTCPServer(("127.0.0.1", 0), Speaker) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


async def ai_advice(settings: Any, url: str) -> tuple[Advice, Outcome]:
    settings.AI_BASE_URL, settings.AI_MODEL, settings.AI_API_KEY = f"{url}/v1", "small-one", "sk-abcdefgh12345678"
    finding = await finding_of(endpoints.ai)
    assert settings.AI_API_KEY not in finding.detail
    return finding.advice, finding.outcome


async def test_no_endpoint_is_set(settings: Any) -> None:
    settings.AI_BASE_URL = ""
    finding = await finding_of(endpoints.ai)
    assert (finding.advice, finding.outcome) == (Advice.AI_OFF, Outcome.NOTICE)


@pytest.mark.parametrize("listed", ["small-one", "small-one:latest", "models/small-one"])
async def test_an_endpoint_that_has_the_model(settings: Any, listed: str) -> None:
    settings.AI_MODEL = "small-one"
    with endpoint(Answers(200, body=b'{"data": [{"id": "%s"}]}' % listed.encode())) as server:
        settings.AI_BASE_URL = f"{server.url}/v1"
        assert (await endpoints.ai()).endswith("lists small-one")


@pytest.mark.parametrize(
    ("fault", "advice", "outcome"),
    [
        (Answers(401), Advice.AI_KEY, Outcome.FAILED),
        (Answers(403), Advice.AI_KEY, Outcome.FAILED),
        (Answers(402), Advice.AI_LIMITED, Outcome.FAILED),
        (Answers(429), Advice.AI_LIMITED, Outcome.FAILED),
        (Answers(500), Advice.AI_TROUBLE, Outcome.FAILED),
        (Answers(503), Advice.AI_TROUBLE, Outcome.FAILED),
        (Answers(404), Advice.AI_NO_LIST, Outcome.NOTICE),
        (Answers(301), Advice.AI_NO_LIST, Outcome.NOTICE),
        (Answers(200, body=b'{"data": [{"id": "big-one"}]}'), Advice.AI_MODEL, Outcome.NOTICE),
        (Answers(200, body=b'{"data": [{"id": "small-one-v2"}]}'), Advice.AI_MODEL, Outcome.NOTICE),
        (Cuts(only_sockets=False), Advice.AI_AWAY, Outcome.FAILED),
    ],
)
async def test_an_endpoint_that_is_not_well(settings: Any, fault: Fault, advice: Advice, outcome: Outcome) -> None:
    with endpoint(fault) as server:
        assert await ai_advice(settings, server.url) == (advice, outcome)


async def test_nobody_is_at_the_endpoint(settings: Any) -> None:
    assert await ai_advice(settings, f"http://127.0.0.1:{free_port()}") == (Advice.AI_AWAY, Outcome.FAILED)


async def test_an_endpoint_that_says_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundation_parts, "PATIENCE", 0.5)
    with endpoint(Freezes()) as server:
        assert await ai_advice(settings, server.url) == (Advice.AI_SLOW, Outcome.FAILED)
