"""One run: the parts side by side, then the five steps one after the other, each with its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import AsyncExitStack

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Website
from conversations import presence
from conversations.models import Conversation
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Outcome, Report, Result, WebsiteFigures
from dashboard.diagnostics.parts import CHECKS, DOWN
from dashboard.diagnostics.probe import probe
from dashboard.diagnostics.road import TITLES, Road
from foundation.db import db
from foundation.logs import log
from foundation.scrubbing import scrubbed
from foundation.server_url import usual_url

logger = log(__name__)
PATIENCE = 15.0  # seconds for one check, whatever it waits for
NEEDED = ("postgres", "redis")  # without which no step can begin
NEEDS = {"worker": {"postgres"}, "clocks": {"postgres", "redis"}}  # of the parts, what else they ask


async def diagnose(url: str = "", websites: Collection[int] = ()) -> Report:
    """`url`: where the server is reached; unless told PUBLIC_URL, or in a container that only this machine reaches the
    server beside us. Figures are given for `websites`. Never raises."""
    url = (url or usual_url()).rstrip("/")
    at = timezone.now()
    parts = await asyncio.gather(*[_checked(key, title, check) for key, (title, check) in CHECKS.items()])
    down = {one.key: one.title for one in parts if one.key in NEEDED and one.outcome is Outcome.FAILED}
    steps = _skipped(_silent(down.values())) if down else await _walk(url)
    figures = [] if down else await _figures(websites)
    return Report(at, url, steps, [_unless_down(one, down) for one in parts], figures)


def _unless_down(part: Result, down: dict[str, str]) -> Result:
    """A part that could only repeat that another one is down is skipped."""
    missing = [title for key, title in down.items() if key in NEEDS.get(part.key, ())]
    if part.outcome is Outcome.OK or not missing:
        return part
    return Result(part.key, part.title, Outcome.SKIPPED, detail=_silent(missing))


def _silent(titles: Iterable[str]) -> str:
    return f"{' and '.join(titles)} did not answer"


async def _walk(url: str) -> list[Result]:
    """What follows a step that failed is skipped: it could only repeat the same."""
    results: list[Result] = []
    async with AsyncExitStack() as stack:
        try:
            road = Road(url, await stack.enter_async_context(probe()))
        except Exception as error:  # the database takes nothing: one finding, not a traceback
            logger.warning("the diagnostics have no probe", error=repr(error))
            return _without_probe(type(error).__name__)
        stack.push_async_callback(road.close)
        for key, step in road.steps.items():
            title = TITLES[key]
            if results and results[-1].outcome is not Outcome.OK:
                results.append(Result(key, title, Outcome.SKIPPED, detail="the step before has failed"))
            else:
                results.append(await _checked(key, title, step))
    return results


def _without_probe(error: str) -> list[Result]:
    """The first step has failed: it needs somebody who connects."""
    first, *others = _skipped("the step before has failed")
    said = f"no probe could be made: {error}"
    return [_of_advice(first.key, first.title, Outcome.FAILED, None, said, Advice.NO_PROBE), *others]


def _skipped(why: str) -> list[Result]:
    return [Result(key, title, Outcome.SKIPPED, detail=why) for key, title in TITLES.items()]


async def _checked(key: str, title: str, check: Callable[[], Awaitable[str]]) -> Result:
    began = time.perf_counter()

    def ended(outcome: Outcome, detail: str, advice: Advice | None = None) -> Result:
        ms = round((time.perf_counter() - began) * 1000, 1)
        return _of_advice(key, title, outcome, ms, detail, advice)

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


def _of_advice(key: str, title: str, outcome: Outcome, ms: float | None, detail: str, advice: Advice | None) -> Result:
    cause, fix = (advice.cause, advice.fix) if advice else ("", "")
    return Result(key, title, outcome, ms, scrubbed(detail), cause, fix)


async def _figures(websites: Collection[int]) -> list[WebsiteFigures]:
    ids = sorted(websites)
    try:
        return await db(_with_counts, ids, await presence.counts(ids))
    except Exception as error:
        logger.warning("the diagnostics have no figures", error=repr(error))
        return []


def _with_counts(ids: list[int], counts: dict[int, int]) -> list[WebsiteFigures]:
    is_open = Q(status=Conversation.Status.OPEN)
    found = Conversation.objects.for_system().filter(is_open, website__in=ids).order_by().values_list("website")
    opened = dict(found.annotate(number=Count("pk")))
    return [
        WebsiteFigures(one.pk, one.name, one.is_active, counts.get(one.pk, 0), opened.get(one.pk, 0))
        for one in Website.objects.filter(pk__in=ids).order_by("name", "pk")
    ]
