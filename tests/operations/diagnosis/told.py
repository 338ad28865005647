"""What a report advises, by the part that it says it of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import pytest

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Report

BY_TEXT = {(one.cause, one.fix): one for one in Advice}
# Of every stack of ours: mails go to the log, and nobody's endpoint is asked.
USUAL = {"email": Advice.MAIL_OFF, "ai": Advice.AI_OFF}


def told(report: Report | Mapping[str, Any]) -> dict[str, Advice]:
    """All that has a cause, failures and notices, without what is usual. Fails the test where a failure has none."""
    whole = report.as_json() if isinstance(report, Report) else report
    results = [*whole["steps"], *whole["parts"]]
    assert [one for one in results if one["outcome"] == "failed" and not one["fix"]] == []
    found = {one["key"]: BY_TEXT[one["cause"], one["fix"]] for one in results if one["cause"]}
    return {key: advice for key, advice in found.items() if USUAL.get(key) is not advice}


def detail_of(report: Report | Mapping[str, Any], key: str) -> str:
    whole = report.as_json() if isinstance(report, Report) else report
    return next(str(one["detail"]) for one in [*whole["steps"], *whole["parts"]] if one["key"] == key)


def skipped(report: Report) -> Iterable[str]:
    return [one.key for one in report.steps if one.outcome == "skipped"]


async def finding_of(check: Callable[[], Awaitable[str]]) -> Finding:
    with pytest.raises(Finding) as raised:
        await check()
    return raised.value
