"""The rules of deploy/prometheus/alerts.yml, played by `promtool test rules` with alerts/: when each calls."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from chatplatform.management.commands.write_metrics import series_names
from tests.observability.known_values import KNOWN_VALUES
from tests.observability.queries import ALERTS, OF_PROMETHEUS, asked, rules

CASES = sorted(Path(__file__).with_name("alerts").glob("*.yml"))
UNITS = {"h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True)
class Case:
    """What Prometheus would have read, and of one rule at each of some moments, in seconds, whether it calls."""

    name: str
    alert: str
    series: tuple[str, ...]
    calls: tuple[tuple[int, bool], ...]

    @property
    def course(self) -> list[bool]:
        """Whether it calls, one after the other; what stays the same is there once."""
        said = [calls for _, calls in sorted(self.calls)]
        return [now for before, now in zip([None, *said], said, strict=False) if now is not before]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool here; the other tests read the cases")
@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_alerts_call_when_something_is_wrong_not_just_below_and_no_longer_when_it_is_over(
    cases: Path, tmp_path: Path
) -> None:
    shutil.copy(ALERTS, tmp_path / "rules.yml")
    shutil.copy(cases, tmp_path)
    command = ["promtool", "test", "rules", str(tmp_path / cases.name)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_has_a_case_in_which_it_is_silent_calls_and_is_silent_again(rule: dict[str, Any]) -> None:
    own = set(asked(rule["alert"], rule["expr"]).labels)
    courses = [
        case.course
        for case in all_cases()
        if case.alert == rule["alert"] and own <= {taken_apart(series)[0] for series in case.series}
    ]
    assert [False, True, False] in courses, f"tests/observability/alerts/ plays {rule['alert']} only {courses}"


def test_no_case_is_of_an_alert_that_there_is_not() -> None:
    assert {case.alert for case in all_cases()} <= {rule["alert"] for rule in rules()}


def test_what_the_cases_play_are_series_as_web_and_worker_show_them() -> None:
    known = {name: set(labels) for name, labels in series_names().items()} | {"up": set()}
    for text in {series for case in all_cases() for series in case.series}:
        name, labels = taken_apart(text)
        assert set(labels) == known[name] | OF_PROMETHEUS, text
        for label in labels.keys() & KNOWN_VALUES.keys():
            assert labels[label] in KNOWN_VALUES[label], f"{text}: {label} is never {labels[label]!r}"


def all_cases() -> Iterator[Case]:
    for path in CASES:
        for test in yaml.safe_load(path.read_text())["tests"]:
            series = tuple(one["series"] for one in test["input_series"])
            asked_for = test["alert_rule_test"]
            for alert in dict.fromkeys(one["alertname"] for one in asked_for):
                calls = [
                    (seconds(one["eval_time"]), bool(one.get("exp_alerts")))
                    for one in asked_for
                    if one["alertname"] == alert
                ]
                yield Case(test["name"], alert, series, tuple(calls))


def seconds(duration: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([hms])", duration))


def taken_apart(series: str) -> tuple[str, dict[str, str]]:
    """Its name, and its labels with their values."""
    found = promql_parser.parse(series)
    assert isinstance(found, promql_parser.VectorSelector), series
    return found.name or "", {one.name: one.value for one in found.matchers.matchers}
