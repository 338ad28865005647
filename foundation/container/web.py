"""The web service of a container: a few server processes on one port, kept running.

python -m foundation.container.web --server uvicorn|daphne --processes 2

The processes share the listening socket. One that ends is started again, after a pause that grows to a minute: what
cannot run leaves an unhealthy container whose log says why, and none that restarts in a circle.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from prometheus_client.multiprocess import mark_process_dead

from foundation.supervisor.stop_request import Stopped, StopRequest

PORT = 8000
WATCH_SECONDS = 0.2
GRACE_SECONDS = 25.0  # less than docker-compose.yml gives the container
FINISH_SECONDS = 15  # that requests get of it; before, sockets are sent away, which takes 8 s at most
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
CALM_SECONDS = 60.0  # a process that ran so long begins with the first pause again
# Daphne: without its log of requests, which would show the tokens in query strings.
DAPHNE = ("-m", "daphne", "-v", "0", "--no-server-name", "--ping-timeout", "60", "chatplatform.asgi:application")
UVICORN = ("-m", "foundation.web_server", "--finish-seconds", str(FINISH_SECONDS))
SERVERS = {"uvicorn": UVICORN, "daphne": DAPHNE}


def main(arguments: Sequence[str] | None = None) -> None:
    options = parser().parse_args(arguments)
    stop_request = StopRequest()
    stop_request.listen()
    with bind(options.host, options.port) as listener, TemporaryDirectory() as counts:
        if options.server == "daphne":  # uvicorn listens itself, as soon as it can serve
            listener.listen(1024)
        if options.processes > 1:  # so that one look at /metrics tells of all of them
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        command = [sys.executable, *SERVERS[options.server], "--fd", str(listener.fileno())]
        kept = [KeptProcess(command, listener, f"web {number}") for number in range(1, options.processes + 1)]
        try:
            keep_running(kept, stop_request)
        except Stopped:
            say("stopping")
        finally:
            listener.close()  # else the system would go on to take in browsers whom nobody serves
            stop(kept)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--server", choices=SERVERS, default="uvicorn", help="ASGI_SERVER in compose")
    made.add_argument("--processes", type=at_least_one, default=1, help="WEB in compose")
    made.add_argument("--host", default="0.0.0.0")
    made.add_argument("--port", type=int, default=PORT)
    return made


def at_least_one(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise ValueError(text)
    return number


def bind(host: str, port: int) -> socket.socket:
    """Nobody is let in before a process serves: a proxy takes another container at once, instead of waiting for it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        sys.exit(f"Port {port} cannot be used: {problem.strerror}.")
    return listener


@dataclass
class KeptProcess:
    """One server process, and when it may be started again."""

    command: Sequence[str]
    listener: socket.socket
    name: str
    running: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    started_at: float = 0.0
    pause: float = FIRST_PAUSE

    def look_after(self, now: float) -> None:
        if self.running is None:
            if now >= self.start_at:
                self._start(now)
        elif self.running.poll() is not None:
            self._plan_restart(now, self.running.returncode)

    def _start(self, now: float) -> None:
        self.running = subprocess.Popen(self.command, pass_fds=[self.listener.fileno()])
        self.started_at = now

    def _plan_restart(self, now: float, code: int) -> None:
        if self.running is not None and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            mark_process_dead(self.running.pid)  # type: ignore[no-untyped-call]  # its open sockets are none any more
        if now - self.started_at > CALM_SECONDS:
            self.pause = FIRST_PAUSE
        say(f"{self.name} ended with {code}; it starts again in {self.pause:g} s")
        self.running, self.start_at = None, now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)


def keep_running(kept: Sequence[KeptProcess], stop_request: StopRequest) -> None:
    """Never returns: raises Stopped."""
    while True:
        for process in kept:
            process.look_after(time.monotonic())
        stop_request.pause(WATCH_SECONDS)


def stop(kept: Sequence[KeptProcess]) -> None:
    """All at once; what does not end in time is killed."""
    running = [process.running for process in kept if process.running is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def say(text: str, write: Callable[[str], object] = sys.stderr.write) -> None:
    """In the form of the log that the server processes write beside it."""
    if os.environ.get("LOG_FORMAT") == "json":
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        text = json.dumps({"event": text, "level": "warning", "logger": "foundation.container.web", "timestamp": now})
    write(f"{text}\n")


if __name__ == "__main__":
    main()
