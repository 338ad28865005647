"""One program that runs beside us: its start, its log, its end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foundation.supervisor import launch, leftovers
from foundation.supervisor.accounts import Account
from foundation.supervisor.failure import StartFailure

POLL_SECONDS = 0.05
# What a killed process's children need to vanish; where nobody collects the dead (no init), they stay as names only.
LAST_BREATH_SECONDS = 1.0


@dataclass(frozen=True)
class ProcessSpec:
    """What to run. `log` receives everything it prints; beside it lies `<log>.pid` while it runs."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path | None = None
    account: Account | None = None
    file_descriptors: Sequence[int] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 8
    ready_seconds: float = 60
    is_ready: Callable[[], bool] | None = None


class Process:
    """Runs a spec in a session of its own, so that Ctrl-C reaches us alone and nothing of it can be left behind."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.spec = spec
        self.running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Process":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self.running is None:
            raise RuntimeError(f"{self.spec.name} was never started")
        return self.running.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs (or before it was started)."""
        return None if self.running is None else self.running.poll()

    @property
    def is_running(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def start(self) -> None:
        """Starts it without waiting; see `wait_until_ready`."""
        spec = self.spec
        if self.is_running:
            raise RuntimeError(f"{spec.name} is running already")
        self.kill()  # what a crash has left of its session
        leftovers.end(self._pid_file)
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        with spec.log.open("ab") as log:
            self.running = subprocess.Popen(
                self._launch_command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=spec.folder,
                env=dict(spec.environment),
                pass_fds=spec.file_descriptors,
                start_new_session=True,
            )
        leftovers.note(self._pid_file, self.running.pid)

    def wait_until_ready(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Returns when it answers; raises StartFailure, with the end of its log, when it ends or takes too long."""
        deadline = time.monotonic() + self.spec.ready_seconds
        while not self._answers():
            if not self.is_running:
                raise self._failure(f"ended with {self.how_it_ended()} while starting")
            if time.monotonic() > deadline:
                raise self._failure(f"was not ready within {self.spec.ready_seconds:.0f} s")
            pause(POLL_SECONDS)

    def stop(self, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Asks it to end; after `stop_seconds`, or when it is urgent, makes it end. Nothing of its session is left."""
        if self.running is None:
            return
        self.running.send_signal(self.spec.stop_signal)
        deadline = time.monotonic() + self.spec.stop_seconds
        while self.is_running and time.monotonic() < deadline and not is_urgent():
            time.sleep(POLL_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Ends it and every child in its session at once (`kill -9`), as a crash would."""
        if self.running is None:
            return
        self._signal_group(signal.SIGKILL)
        self.running.wait()
        deadline = time.monotonic() + LAST_BREATH_SECONDS
        while self._signal_group(0) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait_until_ready()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines it printed."""
        if not self.spec.log.exists():
            return ""
        return "\n".join(self.spec.log.read_text(errors="replace").splitlines()[-lines:])

    def how_it_ended(self) -> str:
        code = self.exit_code
        if code is not None and code < 0:
            return signal.Signals(-code).name
        return f"exit code {code}"

    def _signal_group(self, number: int) -> bool:
        """Whether there was anybody to hear it. macOS says "not permitted" when all members have ended."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _failure(self, what: str) -> StartFailure:
        return StartFailure(f"{self.spec.name} {what}; all it said is in {self.spec.log}.", self.log_tail())

    def _answers(self) -> bool:
        return self.is_running and (self.spec.is_ready is None or self.spec.is_ready())

    @property
    def _pid_file(self) -> Path:
        return self.spec.log.with_suffix(".pid")

    def _launch_command(self) -> list[str]:
        spec = self.spec
        account = (str(spec.account.uid), str(spec.account.gid)) if spec.account else ("", "")
        python = (sys.executable, "-I", "-S", launch.__file__)
        program, *arguments = map(str, spec.command)
        found = shutil.which(program, path=spec.environment.get("PATH")) or program
        return [*python, str(os.getpid()), str(int(spec.stop_signal)), *account, found, *arguments]
