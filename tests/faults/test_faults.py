"""The short form of `make test-faults`: four faults that touch every part."""

from __future__ import annotations

import pytest

from tests.faults.faults import ASLEEP_IN_SHORT, SHORT
from tests.faults.run import run


@pytest.mark.timeout(240)
async def test_whatever_fails_nothing_is_lost_or_doubled_and_all_end_with_the_same_list() -> None:
    verdicts = await run(SHORT, warm_up=1.0, asleep=ASLEEP_IN_SHORT, tell=print)
    assert [str(verdict) for verdict in verdicts if not verdict.is_good] == []
