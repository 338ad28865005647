"""One check, timed and caught: whatever it ends with is a result."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Outcome, Result
from dashboard.diagnostics.parts import DOWN
from foundation.logs import log
from foundation.scrubbing import scrubbed

logger = log(__name__)
PATIENCE = 15.0  # seconds for one check, whatever it waits for


async def checked(key: str, title: str, check: Callable[[], Awaitable[str]], websites: tuple[int, ...] = ()) -> Result:
    """`websites`: of which it is, where it is not the installation's."""
    began = time.perf_counter()

    def ended(outcome: Outcome, detail: str, advice: Advice | None = None) -> Result:
        ms = round((time.perf_counter() - began) * 1000, 1)
        return replace(of_advice(key, title, outcome, ms, detail, advice), websites=websites)

    try:
        async with asyncio.timeout(PATIENCE):
            return ended(Outcome.OK, await check())
    except Finding as found:
        return ended(found.outcome, found.detail, found.advice)
    except TimeoutError:
        return ended(Outcome.FAILED, "no answer in time", DOWN.get(key, Advice.UNKNOWN))
    except Exception as error:  # whatever it is, this check has failed and says by what
        logger.warning("a check of the diagnostics failed", check=key, error=repr(error))
        return ended(Outcome.FAILED, type(error).__name__, DOWN.get(key, Advice.UNKNOWN))


def of_advice(key: str, title: str, outcome: Outcome, ms: float | None, detail: str, advice: Advice | None) -> Result:
    cause, fix = (advice.cause, advice.fix) if advice else ("", "")
    return Result(key, title, outcome, ms, scrubbed(detail), cause, fix)
