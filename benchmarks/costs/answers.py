"""What an answer of the built-in assistant costs, from the question to the last word, by how many are under way."""

from __future__ import annotations

from typing import Any

from benchmarks.costs.measuring import Size, driven, rounded
from benchmarks.costs.sampling import Sample, Watch
from benchmarks.ground import Ground
from benchmarks.measurements.answers import WARM_UP, asking
from benchmarks.targets import PRODUCT

Found = dict[str, Any]


def measure_answers(ground: Ground, size: Size, idle: Sample) -> Found:
    """With the question's own cost. Under load a process that wakes finds more than one thing to do."""
    return {"by_width": {str(width): measure_width(ground, size, idle, width) for width in size.at_once}}


def measure_width(ground: Ground, size: Size, idle: Sample, width: int) -> Found:
    """Few enough for a worker that is never full."""
    asked = size.asked * width
    with ground.running(PRODUCT) as running, Watch(ground, running) as watch:
        driven(watch, "answers", asking(running, WARM_UP, WARM_UP), idle)
        one = driven(watch, "answers", asking(running, asked, width), idle)
    each = one.used.each(asked)
    cpu = each.cpu | {"client": one.result["client_us"] / asked}
    return {"cpu_us": rounded(cpu), "counts": rounded(each.counts), "chunks": one.result["chunks"] / asked}
