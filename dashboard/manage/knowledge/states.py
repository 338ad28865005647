"""How it is with a source, in the words of the page: once for the template, once for the script that refreshes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime

from assistant.models import Source

LABELS = {
    Source.State.WAITING: ("Waiting", "waiting"),
    Source.State.RUNNING: ("Reading", "waiting"),
    Source.State.READY: ("Ready", "good"),
    Source.State.FAILED: ("Failed", "bad"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """`tone` picks the tag's colour. `detail` is how far it is, or how much there is; `problem` what to know of it."""

    id: int
    label: str
    tone: str
    detail: str
    problem: str
    found: int
    done: int
    is_moving: bool
    synced: str

    @classmethod
    def of(cls, source: Source) -> Shown:
        label, tone = LABELS[Source.State(source.state)]
        return cls(
            id=source.pk,
            label=label,
            tone=tone,
            detail=_detail(source),
            problem="" if source.is_moving else source.error or source.notice,
            found=source.found,
            done=source.done,
            is_moving=source.is_moving,
            synced=str(naturaltime(source.synced_at)) if source.synced_at else "not yet",
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _detail(source: Source) -> str:
    if source.state == Source.State.WAITING:
        return "It is read in a moment."
    if source.is_moving:
        return f"{source.done} of {source.found} pages" if source.found > 1 else "Reading it now"
    if source.kind in (Source.Kind.FILE, Source.Kind.PAGE):
        return ""
    read = source.done - source.skipped
    said = f"{read} {'page' if read == 1 else 'pages'}"
    return f"{said}, {source.skipped} left out" if source.skipped else said
