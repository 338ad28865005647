"""The short form of `make test-faults`: four faults that touch every part, one of them in `make test`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.faults.faults import ASLEEP_IN_SHORT, SHORT
from tests.faults.run import run


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("names", "weigh"),
    [
        (SHORT[:1], False),
        pytest.param(SHORT[1:2], False, marks=pytest.mark.slow),
        pytest.param(SHORT[2:], True, marks=[pytest.mark.slow, pytest.mark.longest]),
    ],
)
async def test_whatever_fails_nothing_is_lost_or_doubled_and_all_end_with_the_same_list(
    names: Sequence[str], weigh: bool
) -> None:
    verdicts = await run(names, warm_up=1.0, asleep=ASLEEP_IN_SHORT, tell=print, weigh=weigh)
    assert [str(verdict) for verdict in verdicts if not verdict.is_good] == []
