"""Processes of an earlier run whose supervisor was killed before it could stop them.

A pid file names the process *and* when it began, so that a number the system has given to somebody else since is never
touched.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

GRACE_SECONDS = 10.0


def note(pid_file: Path, pid: int) -> None:
    pid_file.write_text(f"{pid} {beginning_of(pid)}\n")


def end(pid_file: Path) -> None:
    """Ends the process that the file names, if it is still the same one, and forgets it."""
    pid, beginning = read(pid_file)
    if pid and beginning and beginning_of(pid) == beginning:
        end_group(pid, beginning)
    pid_file.unlink(missing_ok=True)


def read(pid_file: Path) -> tuple[int, str]:
    try:
        pid, beginning = pid_file.read_text().strip().split(" ", 1)
        return int(pid), beginning
    except (FileNotFoundError, ValueError):
        return 0, ""


def end_group(pid: int, beginning: str) -> None:
    """SIGINT is the one signal by which all our programs, Postgres too, end quickly and in order."""
    for number, seconds in ((signal.SIGINT, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while beginning_of(pid) == beginning and time.monotonic() < deadline:
            time.sleep(0.05)


def beginning_of(pid: int) -> str:
    """When the process began, in whatever form the system tells it; empty when there is no such process."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        state, beginning = after_name[0], after_name[19]
        return "" if state == "Z" else beginning
    listed = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()
