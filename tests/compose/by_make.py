"""What an operator types on a machine that serves: backup, restore, scale. Part of prove.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.compose.chatter import Chatter
from tests.compose.faults import LOSS, NEWER
from tests.compose.installation import PROJECT, Installation
from tests.compose.production import Production, running

TABLE = "django_session"  # each backup reads it, and chatting does not
HOLD = f"BEGIN; LOCK TABLE {TABLE}; SELECT pg_sleep(300)"
LET_GO = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'"
WAITING = f"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY%{TABLE}%'"


def is_backed_up_beside_its_own(here: Installation) -> None:
    """`make backup` in production, while people chat and the service makes its own"""
    there = running(here)
    there.compose("exec", "-T", "backup", "sh", "-c", "rm -f /srv/backups/chat-*", shown=False)
    with Chatter(there.url, there.trust) as vera, ThreadPoolExecutor() as at_once:
        with held(there, at_once):
            there.compose("restart", "backup", shown=False)  # it has none, so it begins one at once
            typed = at_once.submit(there.make, "backup", shown=False)
            there.wait_until("both are at it", lambda: psql(there, WAITING) == "2")
        said = typed.result()
        there.wait_until("there are two", lambda: len(archives(there)) == 2)
    there.transcript.shell("make backup DEMO=1 PRODUCTION=1", said)
    for file in archives(there):
        there.compose("exec", "-T", "backup", "python", "manage.py", "backup", "--verify", file, shown=False)
    taken_away(said)
    there.transcript.fact(f"Both were at work at the same time, and both archives are whole; {vera.check()}.")


@contextmanager
def held(there: Production, at_once: ThreadPoolExecutor) -> Iterator[None]:
    """Whoever makes a backup gets no further than to this table."""
    holding = at_once.submit(psql, there, HOLD, ok=False)
    there.wait_until("it is held", lambda: psql(there, f"SELECT count(*) FROM pg_locks {HELD}") == "1")
    try:
        yield
    finally:
        psql(there, LET_GO)
        holding.result()


HELD = f"WHERE relation = '{TABLE}'::regclass AND mode = 'AccessExclusiveLock' AND granted"


def psql(there: Production, query: str, ok: bool = True) -> str:
    command = ("exec", "-T", "postgres", "psql", "-U", "chat", "-d", "chatplatform", "-qAtc", query)
    return there.compose(*command, shown=False, ok=ok).strip()


def archives(there: Production) -> list[str]:
    listed = there.compose("exec", "-T", "backup", "sh", "-c", "ls /srv/backups", shown=False)
    return [f"/srv/backups/{name}" for name in listed.split() if name.endswith(".zip")]


def taken_away(said: str) -> None:
    """What `make backup` has put into this checkout: the last line names it, and only we may read it."""
    file = PROJECT / said.splitlines()[-1]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_size > 0
    file.unlink()


def is_restored_by_make(here: Installation) -> None:
    """`make restore` in production"""
    there = running(here)
    with Chatter(there.url, there.trust) as vera:
        there.wait_until("a few messages", lambda: len(vera.sent) >= 3)
    before = vera.entries()
    made = there.make("backup")
    file = made.splitlines()[-1]
    try:
        psql(there, LOSS)
        psql(there, NEWER)
        assert vera.entries() == []
        refused = there.make("restore", f"FILE={file}", ok=False)
        assert "There are people or files" in refused
        assert "Everything is as it was; what served is started again." in refused
        assert vera.entries() == []
        there.make("restore", f"FILE={file}", "FORCE=1")
    finally:
        taken_away(made)
    assert vera.entries() == before
    assert len(there.containers()) == 4
    there.transcript.fact(f"The conversation's {len(before)} entries are back, and what was added since is gone.")


def is_scaled_while_people_chat(here: Installation) -> None:
    """`make scale` in production: more web containers and fewer again, and not one request fails"""
    there = running(here)
    before = there.containers()
    refused = there.make("scale", "WEB=3", ok=False, production=False)
    assert "Nothing was done: add PRODUCTION=1." in refused
    with Chatter(there.url, there.trust) as vera:
        there.make("scale", "WEB=3", shown=False)
        there.transcript.shell("make scale WEB=3 DEMO=1 PRODUCTION=1", state(there))
        more = there.containers()
        assert more > before
        assert len(more) == len(before) + 1
        there.make("scale", "WEB=2", "WORKER=1", shown=False)
        there.transcript.shell("make scale WEB=2 WORKER=1 DEMO=1 PRODUCTION=1", state(there))
    assert there.containers() < more
    assert len(there.containers()) == 3
    assert not vera.resends, f"{vera.resends} messages got no answer at first"
    there.transcript.fact(f"What was not named ran on, the workers too; {vera.check()}.")
    there.compose("up", "-d", "--wait", shown=False)


def state(there: Production) -> str:
    """How many of each serve: lines as `make scale` shows them at its end."""
    shown = there.compose("ps", "--format", "{{.Service}}  {{.Status}}", "web", "worker", shown=False)
    return re.sub(r"Up .*\(", "Up (", shown)


BY_MAKE: list[Callable[[Installation], None]] = [
    is_backed_up_beside_its_own,
    is_restored_by_make,
    is_scaled_while_people_chat,
]
