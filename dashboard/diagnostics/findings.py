"""What a check has found, and all of it as a table that can be copied into a ticket: no secrets, nobody's words."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import django
from django.conf import settings

from dashboard.diagnostics.advice import Advice
from foundation.scrubbing import scrubbed


class Outcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    NOTICE = "notice"  # works, or is switched off; somebody should know
    SKIPPED = "skipped"  # what it needs has failed


@dataclass(frozen=True, slots=True)
class Result:
    """`ms`: milliseconds it took, None where it was not tried; `detail` says why. `cause` and `fix` are filled where
    somebody has to do something. `websites`: of which it is, where it is not the installation's."""

    key: str
    title: str
    outcome: Outcome
    ms: float | None = None
    detail: str = ""
    cause: str = ""
    fix: str = ""
    websites: tuple[int, ...] = ()

    @property
    def is_tried(self) -> bool:
        return self.ms is not None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"websites": list(self.websites), "tried": self.is_tried}

    def for_owners(self) -> Result:
        """What stands there of the installation is the operator's: hosts, versions, how much is free or waits."""
        return self if self.websites or self.outcome is Outcome.SKIPPED else replace(self, detail="")


class Finding(Exception):
    """How a check ends that has something to say. Raised by checks, caught where they are timed."""

    def __init__(self, detail: str, advice: Advice, outcome: Outcome = Outcome.FAILED) -> None:
        super().__init__(detail)
        self.detail, self.advice, self.outcome = detail, advice, outcome


def notice(detail: str, advice: Advice) -> Finding:
    return Finding(detail, advice, Outcome.NOTICE)


@dataclass(frozen=True, slots=True)
class WebsiteFigures:
    """`subscribers`: dashboards that hear this website now, over all processes."""

    id: int
    name: str
    is_active: bool
    subscribers: int
    open_conversations: int


def _versions() -> str:
    return f"Python {platform.python_version()}, Django {django.get_version()}, {settings.ENVIRONMENT.asgi_server}"


@dataclass(frozen=True, slots=True)
class Report:
    """`steps`: the five tests; `parts`: what they stand on; `websites`: the first of them by name, and `more_websites`
    how many there are besides; `versions`: of what it runs on, for a ticket."""

    at: datetime
    url: str
    steps: list[Result]
    parts: list[Result]
    websites: list[WebsiteFigures] = field(default_factory=list)
    more_websites: int = 0
    versions: str = field(default_factory=_versions)

    def for_owners(self) -> Report:
        """Without what only concerns who runs the installation: hosts, versions, how much is free or waits."""
        return replace(self, parts=[one.for_owners() for one in self.parts], versions="")

    @property
    def results(self) -> list[Result]:
        return [*self.steps, *self.parts]

    @property
    def first_failure(self) -> Result | None:
        """What to look at first: what it all stands on before the way of a message."""
        return next((one for one in [*self.parts, *self.steps] if one.outcome is Outcome.FAILED), None)

    @property
    def is_well(self) -> bool:
        return not any(one.outcome in (Outcome.FAILED, Outcome.SKIPPED) for one in self.results)

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.is_well,
            "at": self.at.isoformat(),
            "url": self.url,
            "steps": [one.as_json() for one in self.steps],
            "parts": [one.as_json() for one in self.parts],
            "websites": [asdict(one) for one in self.websites],
            "more_websites": self.more_websites,
        }

    def as_text(self) -> str:
        """For a terminal and for a ticket."""
        lines = [f"Diagnostics of {self.url}, {self.at:%Y-%m-%d %H:%M:%S} UTC", ""]
        for title, results in (("The way of a message", self.steps), ("What it stands on", self.parts)):
            lines += [title, *(line for one in results for line in _lines(one)), ""]
        if self.websites:
            lines += ["Websites"]
            lines += [
                f"  {one.id:>8}  {one.subscribers} dashboards, {one.open_conversations} open conversations"
                + ("" if one.is_active else ", switched off")
                for one in self.websites
            ]
            lines += [f"  and {self.more_websites} more, not shown: `--website ID` shows one"] * bool(
                self.more_websites
            )
            lines += [""]
        lines += [self.versions] if self.versions else []
        lines += ["Everything works." if self.is_well else "Something does not work: see above."]
        return str(scrubbed("\n".join(lines)))


MARKS = {Outcome.OK: "ok    ", Outcome.FAILED: "FAILED", Outcome.NOTICE: "notice", Outcome.SKIPPED: "-     "}


def _lines(one: Result) -> list[str]:
    time = "not tried" if one.ms is None else f"{one.ms:.0f} ms"
    lines = [f"  {MARKS[one.outcome]}  {one.title:<46} {time:>9}  {one.detail}".rstrip()]
    lines += [f"{'':10}Likely cause: {one.cause}"] if one.cause else []
    lines += [f"{'':10}What to do:   {one.fix}"] if one.fix else []
    return lines
