"""A newcomer's path, from nothing: `git clone`, `make demo`. Slow, so only `make test-fresh` runs it."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from foundation.supervisor.ports import free_port
from tests.servers.clones import Clone, clone_of
from tests.servers.demos import READY, processes_of

pytestmark = [pytest.mark.fresh, pytest.mark.timeout(600)]

FIRST_START_SECONDS = 120
NEXT_START_SECONDS = 8


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
