"""`make test-rolling`, and a shorter form with one worker, whose answers do not outlast its patience."""

from __future__ import annotations

import sys

import pytest

from tests.rolling.rolling import roll
from tests.servers.caddy import CADDY, NO_CADDY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CADDY is None, reason=NO_CADDY),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback has one address, and each web needs one"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("workers", "at_length"), [pytest.param(1, False, marks=pytest.mark.longest), (2, True)])
async def test_while_web_and_workers_are_replaced_nothing_is_lost_doubled_or_refused_and_nobody_waits_long(
    workers: int, at_length: bool
) -> None:
    verdict = await roll(webs=2, workers=workers, at_length=at_length)
    print(verdict)
    assert verdict.is_good, str(verdict)
