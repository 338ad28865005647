"""The measures as a Markdown table."""

from __future__ import annotations

from assistant.evaluation.measures import Measures, Share

HEADS = ("questions", "hit@1", "hit@3", "MRR@10", "sure", "unsure", "nothing", "right when sure", "quotes it")


def table_of(groups: dict[str, Measures], title: str) -> str:
    rows = [[title, *HEADS], ["---", *["--:"] * len(HEADS)], *[_row(group, its) for group, its in groups.items()]]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(group: str, its: Measures) -> list[str]:
    shares = (its.hit_at_1, its.hit_at_3, its.mrr, its.sure, its.unsure, its.nothing, its.right, its.quoted)
    return [group, str(its.questions), *map(_written, shares)]


def _written(share: Share) -> str:
    return "" if share is None else f"{share:.3f}"
