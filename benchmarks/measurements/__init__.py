"""What is measured, from top to bottom. Each takes a run and gives lines of the table."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.measurements.accepts import measure_accepts
from benchmarks.measurements.answers import measure_answers
from benchmarks.measurements.delivery import measure_delivery
from benchmarks.measurements.fanout import measure_fanout
from benchmarks.measurements.inbox import measure_inbox
from benchmarks.measurements.resume import measure_resume
from benchmarks.measurements.throughput import measure_throughput

MEASUREMENTS: dict[str, Callable[[Bench], list[Figure]]] = {
    "throughput": measure_throughput,
    "delivery": measure_delivery,
    "fanout": measure_fanout,
    "accepts": measure_accepts,
    "resume": measure_resume,
    "inbox": measure_inbox,
    "answers": measure_answers,
}
