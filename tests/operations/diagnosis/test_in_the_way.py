"""What stands between browsers and us, broken in each way that operators meet, in front of a real server: the
diagnosis names it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Report
from dashboard.diagnostics.probe import Probe
from dashboard.diagnostics.road import TITLES, Road
from dashboard.diagnostics.running import diagnose
from dashboard.diagnostics.symptoms import CLOSINGS, STATUSES
from foundation.supervisor.ports import free_port
from tests.cast import Cast
from tests.clients.people import log_in
from tests.operations.diagnosis.broken_proxy import Answers, BrokenProxy, Closes, Cuts, Fault, Freezes
from tests.operations.diagnosis.told import finding_of, skipped, told
from tests.servers.stack import Stack

AFTER = list(TITLES)[1:]
PAGE = b"<!doctype html><title>Parked</title>"
ELSEWHERE = b"Location: https://elsewhere.example.test/\r\n"
OF_STATUS = {
    301: Advice.REDIRECTED,
    302: Advice.REDIRECTED,
    307: Advice.REDIRECTED,
    308: Advice.REDIRECTED,
    400: Advice.HOST_REFUSED,
    401: Advice.PROXY_LOG_IN,
    403: Advice.PROXY_FORBIDS,
    429: Advice.PROXY_LIMITS,
    500: Advice.WEB_FAILS,
    502: Advice.NO_WEB,
    503: Advice.NO_WEB,
    504: Advice.NO_WEB,
}
OF_CLOSING = {
    1001: Advice.RESTARTING,
    1008: Advice.CUT,
    1011: Advice.WEB_FAILS,
    1012: Advice.RESTARTING,
    4001: Advice.TOKEN_UNKNOWN,
    4003: Advice.ORIGIN_REFUSED,
    4012: Advice.RESTARTING,
    4029: Advice.TOO_MANY_SOCKETS,
}


@pytest.fixture(autouse=True)
def at_the_stack(stack: Stack, core: None, settings: Any) -> None:
    settings.PUBLIC_URL = stack.url


@pytest.fixture
def ben(stack: Stack, cast: Cast) -> Probe:
    """In place of a probe, where nothing is written: many proxies are tried quickly."""
    acme = cast.acme
    token = log_in(stack, cast.ben).rest.token
    return Probe(acme.organisation_id, cast.ben.pk, acme.pk, acme.website_key, token)


async def connecting(url: str, ben: Probe) -> Finding:
    way = Road(url, ben)
    try:
        return await finding_of(way.connect)
    finally:
        await way.close()


async def found_through(proxy: BrokenProxy, fault: Fault) -> Report:
    proxy.fault = fault
    return await diagnose(proxy.url)


async def test_through_a_proxy_that_is_well_everything_is(proxy: BrokenProxy) -> None:
    report = await found_through(proxy, None)
    assert (report.is_well, told(report)) == (True, {})


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (Answers(502), Advice.NO_WEB),
        (Answers(426, only_sockets=True), Advice.PROXY_UPGRADE),
        (Closes(4012), Advice.RESTARTING),
    ],
)
async def test_the_first_failure_alone_is_advised_on(proxy: BrokenProxy, fault: Fault, advice: Advice) -> None:
    report = await found_through(proxy, fault)
    assert told(report) == {"connect": advice}
    assert skipped(report) == AFTER
    assert not report.is_well


@pytest.mark.parametrize("status", [*OF_STATUS, 404, 200])
async def test_an_answer_in_place_of_ours(proxy: BrokenProxy, ben: Probe, status: int) -> None:
    """Of anything that is asked, by somebody who is not us."""
    proxy.fault = Answers(status, body=PAGE, headers=ELSEWHERE)
    finding = await connecting(proxy.url, ben)
    assert finding.advice is OF_STATUS.get(status, Advice.NOT_OURS)
    assert str(status) in finding.detail


@pytest.mark.parametrize("status", [*OF_STATUS, 404, 426, 200])
async def test_an_answer_in_place_of_a_socket(proxy: BrokenProxy, ben: Probe, status: int) -> None:
    """The proxy lets requests through, and answers the handshake itself."""
    proxy.fault = Answers(status, only_sockets=True, body=PAGE, headers=ELSEWHERE)
    finding = await connecting(proxy.url, ben)
    assert finding.advice is OF_STATUS.get(status, Advice.PROXY_UPGRADE)
    assert str(status) in finding.detail


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, Advice.OTHER_INSTALLATION),
        (403, Advice.OTHER_INSTALLATION),
        (404, Advice.OTHER_INSTALLATION),
        (429, Advice.LIMITED),
        (503, Advice.STORES_AWAY),
    ],
)
async def test_a_refusal_in_our_own_words(proxy: BrokenProxy, ben: Probe, status: int, advice: Advice) -> None:
    proxy.fault = Answers(status, body=b'{"error": {"code": "some", "detail": "Because it is so."}}')
    finding = await connecting(proxy.url, ben)
    assert finding.advice is advice
    assert finding.detail.endswith(": Because it is so.")


async def test_a_server_that_knows_of_other_rights(stack: Stack, ben: Probe) -> None:
    """It greets who asks, who may not see there what was written here a moment ago."""
    finding = await connecting(stack.url, replace(ben, website_id=0))
    assert finding.advice is Advice.OTHER_RIGHTS


async def test_a_server_with_another_public_address(stack: Stack, ben: Probe, settings: Any) -> None:
    """To whose sockets a browser's origin is a stranger's."""
    settings.PUBLIC_URL = stack.url.replace("http", "https")
    finding = await connecting(stack.url, ben)
    assert finding.advice is Advice.ORIGIN_REFUSED


async def test_a_server_with_another_name(stack: Stack, ben: Probe, settings: Any) -> None:
    settings.PUBLIC_URL = "http://chat.example.test"
    assert (await connecting(stack.url, ben)).advice is Advice.HOST_REFUSED


async def test_json_of_somebody_else(proxy: BrokenProxy, ben: Probe) -> None:
    proxy.fault = Answers(200, body=b'{"hello": "world"}')
    assert (await connecting(proxy.url, ben)).advice is Advice.NOT_OURS


@pytest.mark.parametrize("code", OF_CLOSING)
async def test_a_socket_that_is_closed(proxy: BrokenProxy, ben: Probe, code: int) -> None:
    proxy.fault = Closes(code, says="Because it is so.")
    finding = await connecting(proxy.url, ben)
    assert finding.advice is OF_CLOSING[code]
    assert finding.detail == f"closed with {code}: Because it is so."


async def test_a_socket_that_is_cut_without_a_word(proxy: BrokenProxy, ben: Probe) -> None:
    proxy.fault = Closes(0)
    finding = await connecting(proxy.url, ben)
    assert (finding.advice, finding.detail) == (Advice.CUT, "closed with 1006")


async def test_a_socket_that_is_cut_before_it_is_open(proxy: BrokenProxy, ben: Probe) -> None:
    proxy.fault = Cuts()
    assert (await connecting(proxy.url, ben)).advice is Advice.CUT


async def test_something_that_cuts_every_connection(proxy: BrokenProxy, ben: Probe) -> None:
    proxy.fault = Cuts(only_sockets=False)
    assert (await connecting(proxy.url, ben)).advice is Advice.NO_HTTP


@pytest.mark.parametrize(
    ("after", "fails", "advice"),
    [
        pytest.param("", "connect", Advice.NO_ANSWER, marks=pytest.mark.slow),
        pytest.param("connected", "subscribe", Advice.HELD_BACK, marks=pytest.mark.slow),
        ("subscribed", "receive", Advice.HELD_BACK),
    ],
)
async def test_a_proxy_that_freezes(proxy: BrokenProxy, after: Any, fails: str, advice: Advice) -> None:
    report = await found_through(proxy, Freezes(after))
    assert told(report) == {fails: advice}
    assert skipped(report) == list(TITLES)[list(TITLES).index(fails) + 1 :]


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (500, b"", Advice.WEB_FAILS),
        pytest.param(200, b'{"results": [], "next": null}', Advice.LIST_LACKS, marks=pytest.mark.slow),
    ],
)
async def test_a_dashboard_that_is_told_and_whose_list_is_not_there(
    proxy: BrokenProxy, status: int, body: bytes, advice: Advice
) -> None:
    report = await found_through(proxy, Answers(status, only=b"GET /api/v1/conversations/", body=body))
    assert told(report) == {"receive": advice}


@pytest.mark.parametrize(("scheme", "advice"), [("http", Advice.NOBODY_LISTENS), ("https", Advice.NO_PROXY)])
async def test_nobody_listens_there(ben: Probe, scheme: str, advice: Advice) -> None:
    assert (await connecting(f"{scheme}://127.0.0.1:{free_port()}", ben)).advice is advice


async def test_a_name_that_leads_nowhere(ben: Probe) -> None:
    assert (await connecting("http://no-such-host.invalid", ben)).advice is Advice.NO_SUCH_HOST


def test_every_status_and_code_that_is_told_apart_stands_here() -> None:
    assert OF_STATUS.keys() == STATUSES.keys()
    assert OF_CLOSING.keys() >= CLOSINGS.keys()
