"""One run: the parts side by side, then the five steps one after the other, each with its time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from django.db import ProgrammingError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Website
from assistant.models import AssistantSettings
from conversations import presence
from conversations.models import Conversation
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.checking import checked, of_advice
from dashboard.diagnostics.dependencies import OWN, OWN_TITLE, ask_endpoints_of, ask_services
from dashboard.diagnostics.findings import Outcome, Report, Result, WebsiteFigures
from dashboard.diagnostics.forwarding import HEADER
from dashboard.diagnostics.forwarding import TITLE as FORWARDING
from dashboard.diagnostics.parts import CHECKS
from dashboard.diagnostics.probe import probe
from dashboard.diagnostics.road import TITLES, Road
from foundation.db import db
from foundation.logs import log
from foundation.server_url import usual_url

logger = log(__name__)
NEEDED = ("postgres", "redis")  # without which no step can begin
NEEDS = {"worker": ("postgres",), "clocks": NEEDED, OWN: ("postgres",)}  # what else they ask
ADDRESSES = "addresses"
MOST_WEBSITES = 50  # for which figures are given
MOST_OWN = 1000  # websites whose endpoints are compared
Websites = QuerySet[Website] | None


async def diagnose(url: str = "", websites: Websites = None, are_customers: bool = False) -> Report:
    """`url`: where the server is reached; unless told PUBLIC_URL, or in a container that only this machine reaches the
    server beside us. Figures are given for the first of `websites`, and the endpoints of all of them are asked; they
    are looked up here, after it is known that Postgres answers. `are_customers`: what fails of a website's own is a
    notice, since the installation does well without it. Never raises."""
    url = (url or usual_url()).rstrip("/")
    at = timezone.now()
    parts = await _Parts(websites, are_customers).all()
    down = [one.title for one in parts if one.key in NEEDED and one.outcome is Outcome.FAILED]
    steps, addresses = _skipped(_silent(down)) if down else await _walk(url)
    figures, more = ([], 0) if down else await _figures(websites)
    return Report(at, url, steps, [*parts, addresses], figures, more)


class _Parts:
    """All at once, but for those that could only repeat that what they need is down: they wait, and are skipped."""

    def __init__(self, websites: Websites, are_customers: bool) -> None:
        self.websites, self.are_customers = websites, are_customers
        self.running: dict[str, asyncio.Task[Result]] = {}

    async def all(self) -> list[Result]:
        self.running = {key: asyncio.create_task(self._part(key)) for key in CHECKS}
        services, own = await asyncio.gather(ask_services(), self._own_endpoints())
        parts = {key: await task for key, task in self.running.items()}
        address = parts.pop("address")
        return [*parts.values(), *services, *own, address]

    async def _part(self, key: str) -> Result:
        title, check = CHECKS[key]
        down = await self._down(key)
        return _not_tried(key, title, down) if down else await checked(key, title, check)

    async def _own_endpoints(self) -> list[Result]:
        if self.websites is None:
            return []
        down = await self._down(OWN)
        if down:
            return [_not_tried(OWN, OWN_TITLE, down)]
        try:
            found = await ask_endpoints_of(await db(_with_own_endpoint, self.websites))
            return [_for_information(one) for one in found] if self.are_customers else found
        except ProgrammingError:  # the worker's own line says what is wrong with the tables
            return [Result(OWN, OWN_TITLE, Outcome.SKIPPED, detail="the database has other tables than ours")]
        except Exception as error:  # the database fails in the middle
            logger.warning("the diagnostics have no endpoints", error=repr(error))
            return [of_advice(OWN, OWN_TITLE, Outcome.FAILED, None, type(error).__name__, Advice.UNKNOWN)]

    async def _down(self, key: str) -> list[str]:
        """Titles of what it needs and has failed."""
        needed = [await self.running[other] for other in NEEDS.get(key, ())]
        return [one.title for one in needed if one.outcome is Outcome.FAILED]


def _with_own_endpoint(websites: QuerySet[Website]) -> list[int]:
    own = AssistantSettings.objects.for_system().filter(provider=AssistantSettings.Provider.OWN)
    found = own.filter(website__in=websites.order_by().values("pk")).order_by("website")
    return list(found.values_list("website", flat=True)[:MOST_OWN])


def _for_information(one: Result) -> Result:
    return replace(one, outcome=Outcome.NOTICE) if one.outcome is Outcome.FAILED else one


def _not_tried(key: str, title: str, down: Sequence[str]) -> Result:
    return Result(key, title, Outcome.SKIPPED, detail=_silent(down))


def _silent(titles: Iterable[str]) -> str:
    return f"{' and '.join(titles)} did not answer"


Walked = tuple[list[Result], Result]  # the steps, and whose addresses the server believes


async def _walk(url: str) -> Walked:
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
                results.append(await checked(key, title, step))
        return results, await _addresses(road, results[0])


async def _addresses(road: Road, first: Result) -> Result:
    if HEADER in road.headers:
        return _addresses_left(Outcome.NOTICE, "asked past the proxy: by the public address it is tried")
    if first.outcome is not Outcome.OK:
        return _addresses_left(Outcome.SKIPPED, "the first step has failed")
    return await checked(ADDRESSES, FORWARDING, road.addresses)


def _addresses_left(outcome: Outcome, why: str) -> Result:
    return Result(ADDRESSES, FORWARDING, outcome, detail=why)


def _without_probe(error: str) -> Walked:
    """The first step fails, though nobody has tried it: it needs somebody who connects."""
    (first, *others), addresses = _skipped("the step before could not be tried")
    said = f"no probe could be made: {error}"
    failed = of_advice(first.key, first.title, Outcome.FAILED, None, said, Advice.NO_PROBE)
    return [failed, *others], replace(addresses, detail=said)


def _skipped(why: str) -> Walked:
    steps = [Result(key, title, Outcome.SKIPPED, detail=why) for key, title in TITLES.items()]
    return steps, _addresses_left(Outcome.SKIPPED, why)


async def _figures(websites: Websites) -> tuple[list[WebsiteFigures], int]:
    """With how many more there are."""
    if websites is None:
        return [], 0
    try:
        shown, number = await db(_first, websites)
        return await db(_with_counts, shown, await presence.counts([one.pk for one in shown])), number - len(shown)
    except Exception as error:
        logger.warning("the diagnostics have no figures", error=repr(error))
        return [], 0


def _first(websites: QuerySet[Website]) -> tuple[list[Website], int]:
    return list(websites.order_by("name", "pk")[:MOST_WEBSITES]), websites.count()


def _with_counts(websites: list[Website], counts: dict[int, int]) -> list[WebsiteFigures]:
    is_open = Q(status=Conversation.Status.OPEN)
    found = Conversation.objects.for_system().filter(is_open, website__in=websites).order_by().values_list("website")
    opened = dict(found.annotate(number=Count("pk")))
    return [
        WebsiteFigures(one.pk, one.name, one.is_active, counts.get(one.pk, 0), opened.get(one.pk, 0))
        for one in websites
    ]
