"""What has become better and what worse between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.models import QuestionResult, QuestionRun
from assistant.questions.runs import previous_run

Change = Literal["newly_failing", "newly_passing", "failing", "passing", "new"]
ORDER: tuple[Change, ...] = ("newly_failing", "failing", "newly_passing", "new", "passing")


@dataclass(frozen=True, slots=True)
class Compared:
    """A result beside that of the run before, if the question was in it."""

    result: QuestionResult
    before: QuestionResult | None

    @property
    def change(self) -> Change:
        if self.before is None:
            return "failing" if self.result.failures else "new"
        was, now = bool(self.before.failures), bool(self.result.failures)
        if was == now:
            return "failing" if now else "passing"
        return "newly_failing" if now else "newly_passing"

    @property
    def answers_differently(self) -> bool:
        return self.before is not None and self.before.answer != self.result.answer


@dataclass(frozen=True, slots=True)
class Comparison:
    """The worst first."""

    run: QuestionRun
    before: QuestionRun | None
    rows: Sequence[Compared]

    def count(self, *changes: Change) -> int:
        return sum(row.change in changes for row in self.rows)

    @property
    def right(self) -> int:
        return sum(not row.result.failures for row in self.rows)

    @property
    def newly_failing(self) -> int:
        return self.count("newly_failing")

    @property
    def newly_passing(self) -> int:
        return self.count("newly_passing")


def compare(run: QuestionRun) -> Comparison:
    before = previous_run(run)
    earlier = {one.question: one for one in _results(before)} if before else {}
    rows = [Compared(one, earlier.get(one.question)) for one in _results(run)]
    return Comparison(run, before, sorted(rows, key=lambda row: ORDER.index(row.change)))


def _results(run: QuestionRun) -> list[QuestionResult]:
    return list(QuestionResult.objects.for_website(run.website_id).filter(run=run).order_by("pk"))
