"""`make scale` and `make restore` touch nothing that was not named, and nothing of a Caddy that they do not know."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.stack import PROJECT

# CADDY is the container that runs, SERVICES what the compose files know. RESTORED is how a restore
# ends.
DOCKER = """#!/bin/sh
echo "WEB=${WEB:-} $*" >> "$CALLS"
case "$*" in
*" config --services") echo "$SERVICES" | tr ' ' '\\n' ;;
*" config") echo "name: chat" ;;
"ps --quiet --filter "*service=caddy) echo "$CADDY" ;;
*" run --rm "*) exit "${RESTORED:-1}" ;;
esac
"""
BEHIND_CADDY = {"SERVICES": "web worker caddy", "CADDY": "caddy"}
OF_MAKE = {"WEB", "WORKER", "DEMO", "PRODUCTION", "OBSERVABILITY", "MAKEFLAGS"}
Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def make(tmp_path: Path, calls: Path) -> Make:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)

    def run(*typed: str, **around: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
        given = {"CALLS": str(calls), "SERVICES": "web worker", "CADDY": "", "LOCK": str(tmp_path / "lock")} | around
        given["PATH"] = f"{tmp_path}:{kept['PATH']}"
        return subprocess.run(
            ["make", *typed], cwd=PROJECT, env=kept | given, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def ups(calls: Path) -> list[str]:
    """What was brought up: WEB as compose sees it, and what comes after `up`."""
    lines = [line for line in calls.read_text().splitlines() if " up " in line]
    return [f"{line.partition(' ')[0]}{line.partition(' up')[2]}" for line in lines]


@pytest.mark.parametrize(
    ("typed", "scaled"),
    [
        (["WEB=3"], "--scale web=3 web"),
        (["WORKER=2"], "--scale worker=2 worker"),
        (["WEB=3", "WORKER=2"], "--scale web=3 --scale worker=2 web worker"),
    ],
)
def test_behind_caddy_what_is_not_named_stays_as_it_is(make: Make, calls: Path, typed: list[str], scaled: str) -> None:
    assert make("scale", "PRODUCTION=1", *typed, **BEHIND_CADDY).returncode == 0
    assert ups(calls) == [f"WEB= --detach --wait --no-deps --no-recreate {scaled}"]


def test_without_caddy_web_gets_more_processes_and_only_when_it_is_named(make: Make, calls: Path) -> None:
    assert make("scale", "WORKER=2").returncode == 0
    assert ups(calls) == ["WEB= --detach --wait --no-deps --no-recreate --scale worker=2 worker"]
    calls.write_text("")
    assert make("scale", "WEB=3").returncode == 0
    assert ups(calls) == ["WEB=3 --detach --wait --no-deps web"]


def test_who_does_not_say_how_many_is_asked(make: Make, calls: Path) -> None:
    done = make("scale", "PRODUCTION=1", **BEHIND_CADDY)
    assert done.returncode != 0
    assert "How many? make scale WEB=3 WORKER=2" in done.stdout
    assert calls.read_text() == ""


@pytest.mark.parametrize("typed", [["up"], ["scale", "WEB=3"], ["restore", "FILE=Makefile"]])
def test_where_caddy_runs_nothing_is_replaced_by_what_does_not_know_it(
    make: Make, calls: Path, typed: list[str]
) -> None:
    """Else the web containers of production would become one that does not know its name or its proxy."""
    done = make(*typed, CADDY="caddy")
    assert done.returncode != 0
    assert "Nothing was done: add PRODUCTION=1." in done.stderr
    asked = calls.read_text()
    assert not [word for word in (" up ", " stop ", " run ") if word in asked]


def test_a_restore_that_fails_says_how_to_go_on_with_the_same_files(make: Make) -> None:
    done = make("restore", "FILE=Makefile", "PRODUCTION=1", **BEHIND_CADDY)
    assert done.returncode != 0
    assert "To go on with what is there: make up PRODUCTION=1\n" in done.stdout


def test_a_restore_that_has_changed_nothing_starts_what_served(make: Make, calls: Path) -> None:
    done = make("restore", "FILE=Makefile", "PRODUCTION=1", RESTORED="3", **BEHIND_CADDY)
    assert done.returncode != 0
    assert "Everything is as it was" in done.stdout
    assert len(ups(calls)) == 1


def test_what_an_override_says_holds_beside_named_files_too(make: Make, calls: Path) -> None:
    """Compose reads it by itself only where no file is named."""
    override = PROJECT / "docker-compose.override.yml"
    assert not override.exists()
    try:
        override.write_text("services: {}\n")
        make("ps", "PRODUCTION=1")
    finally:
        override.unlink()
    assert "-f docker-compose.production.yml -f docker-compose.override.yml ps" in calls.read_text()
