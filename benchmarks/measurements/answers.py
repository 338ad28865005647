"""(g) Answers of the built-in assistant a second, with more visitors asking than one worker answers at a time."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.targets import PRODUCT, Plan, Running

QUESTION = "Is the blue tent back in stock?"
WARM_UP = 5  # questions


def measure_answers(bench: Bench) -> list[Figure]:
    """Only the product can. Every question and every answer must be stored, shown to its visitor and to the staff."""
    size = bench.size
    figure = Figure(f"answers/s, {size.askers} visitors asking", "/s", more_is_better=True)
    for target in bench.by_turns(PRODUCT):
        with bench.ground.running(target) as running:
            bench.drive(running, "answers", asking(running, WARM_UP, WARM_UP), when_open=lambda: None)
            plan = asking(running, size.askers * size.questions, size.askers)
            result = bench.drive(running, "answers", plan, when_open=lambda: None)
        figure.rounds[target.name].append(result["answers_per_second"])
    return [figure]


def asking(running: Running, visitors: int, width: int) -> Plan:
    """Each asks once, so many at a time."""
    return running.cast(visitors=visitors, dashboards=1, answered=1) | {"question": QUESTION, "width": width}
