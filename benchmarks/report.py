"""The table, and the same as JSON."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from typing import Any

from benchmarks.figures import Figure, Losses
from benchmarks.targets import ALL

OTHERS = {"baseline": "× recipe", "peer": "× Node", "batching": "× batches"}
HEADS = ("", *(target.title for target in ALL), *OTHERS.values(), "to reach")
WORDS = (0, len(HEADS) - 1)  # columns of words, where the others hold numbers


def table(figures: list[Figure], losses: Losses) -> str:
    """In Markdown, aligned, so that it can be read here and put into docs/performance.md."""
    rows = [HEADS, *[row_of(figure) for figure in figures], row_of_losses(losses)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [aligned(row, widths) for row in rows]
    rule = (
        "|"
        + "|".join(f"{'-' * (width + 1)}{'-' if column in WORDS else ':'}" for column, width in enumerate(widths))
        + "|"
    )
    return "\n".join([lines[0], rule, *lines[1:]])


def row_of(figure: Figure) -> tuple[str, ...]:
    medians = [shown(figure.median(target.name)) for target in ALL]
    advantages = [figure.advantage(other) for other in OTHERS]
    goals = "; ".join(f"{words}: {'reached' if reached else 'MISSED'}" for words, reached in figure.verdicts())
    name = f"{figure.name}, {figure.unit}" if figure.unit not in ("", "/s") else figure.name
    return (name, *medians, *[shown(one) for one in advantages], goals)


def row_of_losses(losses: Losses) -> tuple[str, ...]:
    counts = [
        f"{losses.lost[target.name]:,} / {losses.doubled[target.name]:,} of {losses.sent[target.name]:,}"
        if losses.sent[target.name]
        else "–"
        for target in ALL
    ]
    return ("lost / doubled", *counts, *[""] * len(OTHERS), f"0: {'MISSED' if losses.of('product') else 'reached'}")


def aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.ljust(width) if column in WORDS else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def as_json(figures: list[Figure], losses: Losses) -> dict[str, Any]:
    return {
        "moment": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()},
        "figures": [figure.as_json() for figure in figures],
        "sent": dict(losses.sent),
        "lost": dict(losses.lost),
        "doubled": dict(losses.doubled),
    }
