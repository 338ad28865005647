"""`make frames` cannot rot: its short form loads, records and loses nothing; and a goal that is missed is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.frames import figures
from benchmarks.ground import RESULTS

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_short_form_loads_an_inbox_and_records_its_frames() -> None:
    command = [sys.executable, "-m", "benchmarks.frames", "--short"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=110, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "300 conversations loaded, 100 messages heard at 50/s" in ran.stdout
    assert "no verdict" in ran.stdout
    written = json.loads((RESULTS / "frames.json").read_text())
    assert written["frames"] > 30


def test_one_slow_frame_in_fifty_or_one_long_task_misses_the_goal() -> None:
    smooth = figures(5000, {"frames": [16.7] * 999 + [40], "tasks": [], "updates": 1})
    assert (smooth.p99, smooth.longest, smooth.missed) == (16.7, 40, [])
    janky = figures(5000, {"frames": [16.7] * 98 + [40] * 2, "tasks": [61.2], "updates": 1})
    assert janky.missed == ["p99 of 40.0 ms is over 20 ms", "1 tasks over 50 ms, the longest 61 ms"]
