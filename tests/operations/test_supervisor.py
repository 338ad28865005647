"""The supervisor: order of starts and stops, crashes, and patience that ends."""

import io
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from foundation.supervisor import leftovers
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.log_view import LogView
from foundation.supervisor.process import Process, ProcessSpec
from foundation.supervisor.stop_request import Stopped, StopRequest
from foundation.supervisor.supervisor import Supervisor, Watched

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
PARENT = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', *sys.argv[1:]]); "
PARENT += "print('child', child.pid)"
WAITS_FOR_A_STOP = """
import pathlib, sys
from foundation.supervisor.stop_request import Stopped, StopRequest
mark, request = pathlib.Path(sys.argv[1]), StopRequest(stop_with_parent=True)
mark.write_text("waiting")
try:
    while True:
        request.pause(0.05)
except Stopped:
    mark.write_text("stopped")
"""
# Ends differently each time, counting its starts in a file.
CRASHER = """
import os, pathlib, sys
starts = pathlib.Path(sys.argv[1])
starts.write_text(starts.read_text() + "x" if starts.exists() else "x")
sys.exit(3) if starts.read_text() == "x" else os.kill(os.getpid(), 9)
"""


def python(folder: Path, name: str, code: str, *arguments: str, **options: Any) -> Process:
    log = folder / f"{name}.log"
    command = [sys.executable, "-c", code, *arguments]
    options = {"is_ready": lambda: "up" in log.read_text(), "ready_seconds": 10, **options}
    return Process(ProcessSpec(name, command, log, **options))


class AskedAfter(StopRequest):
    """A stop that is asked for as soon as something has been seen."""

    def __init__(self, *signs: str) -> None:
        super().__init__()
        self.waiting_for = list(signs)

    def hear(self, said: str) -> None:
        self.waiting_for = [sign for sign in self.waiting_for if sign not in said]
        self.times_asked = 0 if self.waiting_for else 1


def test_what_crashes_is_started_again(folder: Path) -> None:
    asked = AskedAfter("crasher ended with exit code 3", "crasher ended with SIGKILL")
    crasher = python(folder, "crasher", CRASHER, str(folder / "starts"))
    supervisor = Supervisor(asked, asked.hear, [Watched(crasher)])
    crasher.start()
    with pytest.raises(Stopped):
        supervisor.watch()
    supervisor.stop()
    assert (folder / "starts").read_text() == "xx"


def test_what_crashes_again_and_again_is_given_up_with_the_end_of_its_log(folder: Path) -> None:
    watched = Watched(python(folder, "crasher", "print('no such file'); raise SystemExit(3)"))
    watched.process.start()
    with pytest.raises(StartFailure, match="ended with exit code 3"):
        watched.process.wait_until_ready()
    pauses = [watched.next_pause(float(second)) for second in range(5)]
    assert pauses == [0.5, 1, 2, 4, 8]
    with pytest.raises(StartFailure, match="6 times within a minute") as given_up:
        watched.next_pause(5.0)
    assert "no such file" in given_up.value.log_tail


def test_an_old_crash_is_forgiven(folder: Path) -> None:
    watched = Watched(python(folder, "crasher", FOREVER))
    assert [watched.next_pause(now) for now in (0.0, 1.0, 100.0)] == [0.5, 1, 0.5]


def test_the_last_one_started_is_stopped_first(folder: Path) -> None:
    supervisor = Supervisor(StopRequest(), print)
    order = folder / "order"
    for name in ("database", "web"):
        say = f"open({str(order)!r}, 'a').write('{name} ')"
        code = f"import signal, sys; signal.signal(15, lambda *_: ({say}, sys.exit(0))); {FOREVER}"
        supervisor.start(python(folder, name, code))
    supervisor.stop()
    assert order.read_text() == "web database "


def test_a_start_that_fails_shows_why(folder: Path) -> None:
    process = python(folder, "web", "raise SystemExit('no such setting')")
    process.start()
    with pytest.raises(StartFailure, match="web ended with exit code 1 while starting") as failure:
        process.wait_until_ready()
    assert "no such setting" in failure.value.log_tail


def test_a_start_that_takes_too_long_fails(folder: Path) -> None:
    never = python(folder, "web", FOREVER, is_ready=lambda: False, ready_seconds=0.2)
    with never, pytest.raises(StartFailure, match="web was not ready within"):
        never.wait_until_ready()


def test_who_ignores_a_stop_is_killed_with_all_its_children(folder: Path) -> None:
    process = python(folder, "stubborn", f"{PARENT}; {STUBBORN}", FOREVER, stop_seconds=0.3)
    process.start()
    process.wait_until_ready()
    child = int(process.log_tail().split("child ")[1].split()[0])
    assert leftovers.beginning_of(child)
    process.stop()
    assert process.exit_code == -signal.SIGKILL
    assert [pid for pid in (process.pid, child) if leftovers.beginning_of(pid)] == []


def test_a_second_request_to_stop_ends_all_patience(folder: Path) -> None:
    asked = StopRequest()
    supervisor = Supervisor(asked, print)
    supervisor.start(python(folder, "stubborn", STUBBORN, stop_seconds=60))
    asked.times_asked = 1
    threading.Timer(0.2, lambda: setattr(asked, "times_asked", 2)).start()
    supervisor.stop()
    assert supervisor.watched[0].process.exit_code == -signal.SIGKILL


def test_a_process_number_given_to_somebody_else_is_not_touched(folder: Path) -> None:
    with python(folder, "bystander", FOREVER) as bystander:
        (folder / "old.pid").write_text(f"{bystander.pid} 12345\n")
        leftovers.end(folder / "old.pid")
        assert bystander.is_running
        assert not (folder / "old.pid").exists()


def test_it_stops_when_the_make_that_started_it_is_killed(folder: Path) -> None:
    make = python(folder, "make", f"{PARENT}; {FOREVER}", WAITS_FOR_A_STOP, str(folder / "mark"))
    with make:
        wait_for(folder / "mark", "waiting")
        os.kill(make.pid, signal.SIGKILL)
        wait_for(folder / "mark", "stopped")


def wait_for(file: Path, words: str) -> None:
    deadline = time.monotonic() + 20
    while not file.exists() or words not in file.read_text():
        assert time.monotonic() < deadline, f"{file.name} never said {words!r}"
        time.sleep(0.05)


def test_log_lines_are_shown_with_the_name_of_their_process(folder: Path) -> None:
    terminal = io.StringIO()
    web, worker = folder / "web.log", folder / "worker.log"
    web.write_text("from an earlier run\n")
    with LogView([("web", web), ("worker", worker)], terminal):
        with web.open("a") as log:
            log.write("listening\nunfinished")
        worker.write_text("ready for jobs\n")
    assert sorted(terminal.getvalue().splitlines()) == ["web     | listening", "worker  | ready for jobs"]
