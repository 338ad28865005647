"""`make unit-costs` cannot rot: its short form runs, and what it says of CPU is what was used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.costs.__main__ import COSTS, cpu_in
from benchmarks.costs.sampling import Sample, children_of, cpu_of
from chatplatform.capacity.costs import UnitCosts, distilled

PROJECT = Path(__file__).resolve().parents[2]
SOME = ["statement", "messages", "paced", "hops", "storage", "processes"]
OTHERS = ["unheard", "spread", "fanout", "sockets", "proxied", "answers", "words"]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("costs", [SOME, OTHERS], ids=" ".join)
def test_the_short_form_measures_everything_it_was_asked_for(tmp_path: Path, costs: list[str]) -> None:
    output = tmp_path / "costs.json"
    command = [sys.executable, "-m", "benchmarks.costs", "--short", "--output", str(output), *costs]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=380, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(output.read_text())
    assert set(costs) <= found.keys()
    if costs is SOME:
        assert found["messages"]["5"]["cpu_us"]["web"] > 100
        assert found["storage"]["rows_inserted"] >= 1
        assert found["statement"]["5"]["cpu"] > 50
        assert len(found["hops"]["round_trip_us"]) == 400
    else:
        assert found["sockets"]["counts"]["redis_getdel"] == 1
        assert found["answers"]["by_width"]["2"]["chunks"] >= 1
        assert found["answers"]["by_width"]["1"]["cpu_us"]["worker"] > 1_000
        assert found["words"]["messages"] == 200
        assert found["words"]["cpu_us"]["postgres"] > found["words"]["cpu_us"]["worker"] > 0
        assert found["sockets"]["by_width"].keys() == {"2", "5"}
        assert found["fanout"]["5"]["cpu_us"]["web"] > 0
        assert len(found["spread"]["messages"]) == 5
        assert all(min(used) > 50 for _, *used in found["spread"]["messages"])


def test_of_two_rounds_that_which_took_less_is_told_by_its_cpu_alone() -> None:
    assert cpu_in({"cpu_us": {"web": 3.0, "client": 2.0}, "round_trip_us": [900.0], "counts": {"x": 7.0}}) == 5
    assert cpu_in({"1": {"cpu": 4.0, "caller": 9.0}, "5": {"cpu_us": {"web": 1.0}}, "by": {"2": {"cpu": 2.0}}}) == 7


def test_together_they_are_everything() -> None:
    assert {*SOME, *OTHERS} == COSTS.keys()


def test_cpu_is_counted_to_the_millisecond_and_sleep_is_not() -> None:
    before, own = cpu_of(os.getpid()), time.process_time()
    while time.process_time() - own < 0.05:
        pass
    busy = cpu_of(os.getpid()) - before
    assert 45_000 < busy < 200_000
    before = cpu_of(os.getpid())
    time.sleep(0.2)
    assert cpu_of(os.getpid()) - before < 100_000


def test_processes_are_known_by_who_began_them() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in children_of(os.getpid())
        child.kill()


def test_what_is_used_anyway_is_taken_off_by_the_second() -> None:
    used = Sample(2.0, {"web": 1_000.0}, {"wal_bytes": 500.0})
    idle = Sample(1.0, {"web": 100.0}, {"wal_bytes": 50.0})
    assert used.less(idle).each(10) == Sample(0.2, {"web": 80.0}, {"wal_bytes": 40.0})


def test_what_was_published_is_whole() -> None:
    published = json.loads((PROJECT / "docs" / "unit-costs.json").read_text())
    assert published.keys() >= COSTS.keys()
    units = distilled(published)
    assert units == UnitCosts.read()
    measured = asdict(units)
    nothing = {name for name, value in measured.items() if name != "measured" and not value > 0}
    # What an open socket asks of Redis in a second, a hundredth of a message's part, is as small as the noise.
    assert nothing <= {"redis_rest"}, "lost in the noise"
    assert units.redis_socket_bytes > 50, "each socket is a subscription"
    assert units.web_frame < units.web_message < units.web_socket
