"""The ratios as a picture: how many times better we are than each of the others, on a logarithmic scale."""

from __future__ import annotations

import math
from html import escape

from benchmarks.figures import Figure

WIDTH, ROW, LEFT, TOP = 760, 44, 270, 56
SCALE = (0.5, 100.0)
COLOURS = {"baseline": "#2563eb", "peer": "#d97706"}
NAMES = {"baseline": "tutorial recipe", "peer": "bare Node"}
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100)


def plot(figures: list[Figure]) -> str:
    compared = [figure for figure in figures if figure.advantage("baseline") or figure.advantage("peer")]
    height = TOP + ROW * len(compared) + 40
    parts = [*heading(), *grid(height)]
    for number, figure in enumerate(compared):
        parts += bars(figure, TOP + number * ROW)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13">\n'
        f"<title>How many times better the product is</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def heading() -> list[str]:
    parts = [text(16, 24, "How many times better the product is than …", size=15, weight=600)]
    for number, (other, name) in enumerate(NAMES.items()):
        x = LEFT + 150 + number * 150
        parts.append(f'<rect x="{x}" y="13" width="13" height="13" rx="2" fill="{COLOURS[other]}"/>')
        parts.append(text(x + 19, 24, name))
    return parts


def grid(height: int) -> list[str]:
    parts = []
    for tick in TICKS:
        x, colour = place(tick), "#111827" if tick == 1 else "#e5e7eb"
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 10}" x2="{x:.1f}" y2="{height - 30}" stroke="{colour}"/>')
        parts.append(text(x, height - 12, f"{tick:g}×", anchor="middle", colour="#4b5563"))
    return parts


def bars(figure: Figure, y: int) -> list[str]:
    parts = [text(LEFT - 12, y + 20, figure.name, anchor="end")]
    for number, other in enumerate(NAMES):
        advantage = figure.advantage(other)
        if advantage is None:
            continue
        start, end = sorted((place(1), place(advantage)))
        top = y + 3 + number * 16
        parts.append(
            f'<rect x="{start:.1f}" y="{top}" width="{max(end - start, 1.5):.1f}" height="13" rx="2" '
            f'fill="{COLOURS[other]}"/>'
        )
        parts.append(text(end + 5, top + 11, f"{advantage:.3g}×", colour="#111827"))
    return parts


def place(value: float) -> float:
    low, high = (math.log(one) for one in SCALE)
    share = (math.log(min(max(value, SCALE[0]), SCALE[1])) - low) / (high - low)
    return LEFT + share * (WIDTH - LEFT - 60)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#111827", size: int = 13, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
