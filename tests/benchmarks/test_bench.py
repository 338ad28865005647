"""`make bench` cannot rot: its short form runs, loses nothing and prints its table. The figures mean nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figure, Goals, Losses
from benchmarks.measurements import MEASUREMENTS
from benchmarks.plot import plot
from benchmarks.publish import BEGIN, END, with_table
from benchmarks.report import table

PROJECT = Path(__file__).resolve().parents[2]
OF_ALL_THREE = ["throughput", "fanout"]
OF_OURS = ["resume", "inbox", "answers"]


@pytest.mark.slow
@pytest.mark.parametrize("measurements", [OF_ALL_THREE, OF_OURS], ids=" ".join)
def test_the_short_form_measures_loses_nothing_and_prints_its_table(tmp_path: Path, measurements: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks", "--short", "--output", str(tmp_path), *measurements]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=110, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "tutorial recipe" in ran.stdout
    assert "lost / doubled" in ran.stdout
    results = json.loads((tmp_path / "results.json").read_text())
    assert set(results["lost"].values()) | set(results["doubled"].values()) == {0}
    assert results["sent"]["product"] > 0
    assert all(figure["medians"]["product"] > 0 for figure in results["figures"])
    assert (tmp_path / "plot.svg").read_text().startswith("<svg")


def test_a_measurement_that_does_not_exist_is_refused_by_name() -> None:
    command = [sys.executable, "-m", "benchmarks", "troughput"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert all(name in ran.stderr for name in ("troughput", *MEASUREMENTS))


def figure(product: float, baseline: float, peer: float, *, more_is_better: bool, goals: Goals) -> Figure:
    made = Figure("speed", "ms", more_is_better, goals)
    made.rounds |= {"product": [product], "baseline": [baseline], "peer": [peer]}
    return made


def test_twice_as_good_is_twice_as_many_or_half_the_time() -> None:
    rate = figure(200, 100, 400, more_is_better=True, goals=Goals())
    time = figure(5, 10, 2.5, more_is_better=False, goals=Goals())
    assert rate.advantage("baseline") == time.advantage("baseline") == 2
    assert rate.advantage("peer") == time.advantage("peer") == 0.5


def test_a_goal_is_reached_or_missed_and_the_table_says_which() -> None:
    goals = Goals(times_baseline=2, of_peer=0.8, at_most=4)
    judged = figure(5, 10, 2.5, more_is_better=False, goals=goals)
    assert [reached for _, reached in judged.verdicts()] == [True, False, False]
    printed = table([judged], Losses())
    assert "2× recipe: reached" in printed
    assert "0.8× Node: MISSED" in printed


def test_what_was_not_measured_has_no_ratio_no_verdict_and_no_bar() -> None:
    ours_alone = Figure("resume", "ms", goals=Goals(times_baseline=2))
    ours_alone.rounds["product"].append(5)
    assert ours_alone.advantage("baseline") is None
    assert ours_alone.verdicts() == []
    assert "resume" not in plot([ours_alone])


def test_a_published_table_takes_the_place_of_the_one_before() -> None:
    page = f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n"
    once = with_table(page, "new")
    assert once == f"Before.\n{BEGIN}\n\nnew\n\n{END}\nAfter.\n"
    assert with_table(once, "new") == once


def test_what_is_missing_in_the_store_counts_as_lost_and_a_double_as_doubled() -> None:
    losses = Losses()
    result = {"sent": 10, "lost": 0, "doubled": 0, "misnumbered": 0, "stored": 9}
    losses.note("product", result, stores=True)
    losses.note("peer", result | {"stored": 11, "misnumbered": 1}, stores=True)
    losses.note("baseline", result | {"stored": 0}, stores=False)
    assert (losses.of("product"), losses.of("peer"), losses.of("baseline")) == (1, 2, 0)
