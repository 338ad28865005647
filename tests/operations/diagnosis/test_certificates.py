"""TLS in front of a real server: a certificate that browsers refuse is told apart by why they refuse it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.running import diagnose
from tests.operations.diagnosis.broken_proxy import BrokenProxy
from tests.operations.diagnosis.certificates import Authority
from tests.operations.diagnosis.told import detail_of, told
from tests.servers.stack import Stack

Ends = Callable[[ssl.SSLContext], str]


class TlsProxy(BrokenProxy):
    """Ends TLS, as proxies do."""

    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        try:
            secured = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):  # whoever asks does not like the certificate
            return
        with secured:
            secured.settimeout(None)
            super().finish_request(secured, client_address)


@pytest.fixture
def behind(stack: Stack, core: None, settings: Any) -> Iterator[Ends]:
    """Starts a proxy that ends TLS so, and says where it is reached."""
    settings.PUBLIC_URL = stack.url  # which the server knows; we come past it, by the proxy's own address
    with ExitStack() as started:

        def start(context: ssl.SSLContext) -> str:
            proxy = started.enter_context(TlsProxy(stack.port))
            proxy.context = context
            return proxy.url.replace("http", "https")

        yield start


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts."""
    made = Authority.made()
    monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted_in(tmp_path)))
    return made


async def test_with_a_certificate_that_is_good_everything_is(
    behind: Ends, authority: Authority, tmp_path: Path
) -> None:
    report = await diagnose(behind(authority.server(tmp_path, "127.0.0.1")))
    assert (report.is_well, told(report)) == (True, {})


async def test_a_certificate_that_has_expired(behind: Ends, authority: Authority, tmp_path: Path) -> None:
    context = authority.server(tmp_path, "127.0.0.1", ends=timedelta(days=-1))
    report = await diagnose(behind(context))
    assert told(report) == {"connect": Advice.CERTIFICATE_EXPIRED}
    assert "certificate has expired" in detail_of(report, "connect")


async def test_a_certificate_for_another_name(behind: Ends, authority: Authority, tmp_path: Path) -> None:
    report = await diagnose(behind(authority.server(tmp_path, "192.0.2.7")))
    assert told(report) == {"connect": Advice.CERTIFICATE_NAME}


async def test_a_certificate_that_nobody_vouches_for(behind: Ends, tmp_path: Path) -> None:
    report = await diagnose(behind(Authority.made().server(tmp_path, "127.0.0.1")))
    assert told(report) == {"connect": Advice.CERTIFICATE_UNTRUSTED}


async def test_https_asked_of_a_port_for_http(stack: Stack, core: None, settings: Any) -> None:
    settings.PUBLIC_URL = stack.url
    report = await diagnose(stack.url.replace("http", "https"))
    assert told(report) == {"connect": Advice.NO_TLS}


async def test_http_asked_of_a_port_for_https(behind: Ends, authority: Authority, tmp_path: Path) -> None:
    """A proxy of Go or nginx would answer 400, which has the same advice as a name that is not ours."""
    url = behind(authority.server(tmp_path, "127.0.0.1"))
    report = await diagnose(url.replace("https", "http"))
    assert told(report) == {"connect": Advice.NO_HTTP}
