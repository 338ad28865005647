"""A newcomer's path, from nothing: `git clone`, `make demo`. Slow, so only `make test-fresh` runs it."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundation.supervisor.ports import free_port
from tests.servers.demos import READY, processes_of
from tests.servers.stack import PROJECT

pytestmark = [pytest.mark.fresh, pytest.mark.timeout(600)]

FIRST_START_SECONDS = 120
NEXT_START_SECONDS = 8


@dataclass(frozen=True)
class Clone:
    folder: Path
    uid: int | None

    def make(self, target: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """As a shell does: make and all it starts in one process group."""
        return subprocess.Popen(
            ["make", "-C", str(self.folder), target],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder.parent), **way_to_the_registries(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            user=self.uid,
            cwd="/",
        )


def way_to_the_registries() -> dict[str, str]:
    """How this machine reaches the package indexes, if it must be told."""
    return {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_config_", "NODE_", "SSL_"))
    }


def clone_of(owner: pwd.struct_passwd | None) -> Iterator[Clone]:
    """In a folder that nobody else may enter, with a space in its name."""
    parent = Path(tempfile.mkdtemp(prefix="fresh clone "))
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(parent / "live chat")], check=True)
    if owner:
        subprocess.run(["chown", "-R", str(owner.pw_uid), str(parent)], check=True)
    yield Clone(parent / "live chat", owner.pw_uid if owner else None)
    for link in (parent / "live chat" / ".data").glob("*"):
        if link.is_symlink():
            shutil.rmtree(link.readlink())
    shutil.rmtree(parent)


@pytest.fixture
def clone() -> Iterator[Clone]:
    yield from clone_of(None)


@pytest.fixture
def clone_of_an_ordinary_user() -> Iterator[Clone]:
    if os.geteuid() != 0:
        pytest.skip("we are an ordinary user already")
    yield from clone_of(pwd.getpwnam("nobody"))


def seconds_until_ready(clone: Clone) -> float:
    began = time.monotonic()
    making = clone.make("demo", {"PORT": str(free_port())})
    try:
        printed = wait_for(READY, making)
        assert READY in printed, printed
        return time.monotonic() - began
    finally:
        os.killpg(making.pid, signal.SIGINT)
        making.communicate(timeout=60)
        assert processes_of(clone.folder) == {}


def wait_for(words: str, making: subprocess.Popen[str]) -> str:
    assert making.stdout is not None
    printed = ""
    for line in making.stdout:
        printed += line
        sys.stdout.write(line)
        if words in line:
            break
    return printed


def test_a_fresh_clone_is_ready_within_two_minutes_and_again_within_seconds(clone: Clone) -> None:
    assert seconds_until_ready(clone) < FIRST_START_SECONDS
    assert seconds_until_ready(clone) < NEXT_START_SECONDS


def test_the_same_as_an_ordinary_user(clone_of_an_ordinary_user: Clone) -> None:
    assert seconds_until_ready(clone_of_an_ordinary_user) < FIRST_START_SECONDS
    assert seconds_until_ready(clone_of_an_ordinary_user) < NEXT_START_SECONDS
