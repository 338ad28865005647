"""TRUSTED_PROXIES that is not the number of proxies in front: tried with an address that nobody has, on real servers
behind proxies that write X-Forwarded-For as the usual ones do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Outcome
from dashboard.diagnostics.forwarding import Seen, seen_in
from dashboard.diagnostics.probe import Probe
from dashboard.diagnostics.road import Road
from dashboard.diagnostics.running import diagnose
from tests.cast import Cast
from tests.clients.people import log_in
from tests.operations.diagnosis.broken_proxy import BrokenProxy, Forwards
from tests.operations.diagnosis.told import detail_of, finding_of, told
from tests.servers.stack import Stack, start_stack

BEHIND, IN_PLACE, TAKES_OUT = Forwards(), Forwards("in its place"), Forwards("takes out")


@pytest.fixture(scope="module")
def trusting() -> Iterator[Stack]:
    """It believes one proxy."""
    with start_stack({"TRUSTED_PROXIES": "1"}, worker=False, name="trusting") as started:
        yield started


@pytest.fixture
def through(core: None) -> Iterator[Any]:
    """The address at which a server is reached through these proxies, the outermost first."""
    with ExitStack() as started:

        def chain(server: Stack, *faults: Forwards) -> str:
            port = server.port
            for fault in reversed(faults):
                proxy = started.enter_context(BrokenProxy(port))
                proxy.fault, port = fault, proxy.server_address[1]
            return f"http://127.0.0.1:{port}"

        yield chain


async def asked(url: str, server: Stack, cast: Cast, settings: Any) -> Any:
    """Of a road that is asked this alone: a Finding, or what was seen."""
    settings.PUBLIC_URL = url
    token = log_in(server, cast.ada).rest.token
    road = Road(url, Probe(cast.acme.organisation_id, cast.ada.pk, cast.acme.pk, cast.acme.website_key, token))
    try:
        return await road.addresses()
    finally:
        await road.close()


@pytest.mark.parametrize("proxies", [(BEHIND,), (IN_PLACE,)])
async def test_as_many_proxies_as_are_trusted(
    trusting: Stack, cast: Cast, through: Any, settings: Any, proxies: tuple[Forwards, ...]
) -> None:
    said = await asked(through(trusting, *proxies), trusting, cast, settings)
    assert said == "1 proxy has written there who asked, TRUSTED_PROXIES is 1"


async def test_none_and_none_is_trusted(stack: Stack, cast: Cast, through: Any, settings: Any) -> None:
    said = await asked(through(stack), stack, cast, settings)
    assert said == "nobody has written there who asked, TRUSTED_PROXIES is 0"


@pytest.mark.parametrize("proxy", [BEHIND, IN_PLACE, TAKES_OUT])
async def test_a_proxy_and_none_is_trusted(
    stack: Stack, cast: Cast, through: Any, settings: Any, proxy: Forwards
) -> None:
    finding = await finding_of(lambda: asked(through(stack, proxy), stack, cast, settings))
    assert (finding.advice, finding.outcome) == (Advice.ADDRESSES_SHARED, Outcome.FAILED)
    assert "1 proxy has" in finding.detail


@pytest.mark.parametrize("outermost", [BEHIND, IN_PLACE])
async def test_two_proxies_and_one_is_trusted(
    trusting: Stack, cast: Cast, through: Any, settings: Any, outermost: Forwards
) -> None:
    finding = await finding_of(lambda: asked(through(trusting, outermost, BEHIND), trusting, cast, settings))
    assert (finding.advice, finding.outcome) == (Advice.ADDRESSES_SHARED, Outcome.FAILED)
    assert finding.detail == "2 proxies have written there who asked, TRUSTED_PROXIES is 1"


async def test_no_proxy_and_one_is_trusted(trusting: Stack, cast: Cast, through: Any, settings: Any) -> None:
    finding = await finding_of(lambda: asked(through(trusting), trusting, cast, settings))
    assert (finding.advice, finding.outcome) == (Advice.ADDRESSES_FORGED, Outcome.FAILED)
    assert "made up is believed" in finding.detail


async def test_a_run_says_it_and_the_message_goes_its_way_all_the_same(
    stack: Stack, through: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = stack.url
    report = await diagnose(through(stack, BEHIND))
    assert told(report) == {"addresses": Advice.ADDRESSES_SHARED}
    assert {one.outcome for one in report.steps} == {Outcome.OK}


async def test_past_the_proxy_it_is_not_tried(trusting: Stack, core: None, settings: Any) -> None:
    """Where what the proxy would write is written by us."""
    settings.PUBLIC_URL, settings.TRUSTED_PROXIES = "http://localhost", 1
    report = await diagnose(trusting.url)
    [found] = [one for one in report.parts if one.key == "addresses"]
    assert (found.is_tried, found.outcome) == (False, Outcome.NOTICE)
    assert detail_of(report, "addresses").startswith("asked past the proxy")


def test_fewer_proxies_than_are_trusted_may_be_a_shorter_way_than_visitors_have() -> None:
    seen = seen_in("203.0.113.9", "10.0.0.2", "198.51.100.7", trusted=2)
    assert (seen, seen.outcome) == (Seen(1, 2, is_forged=False), Outcome.NOTICE)
