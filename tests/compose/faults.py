"""What goes wrong on an operator's machine, and what the product says to it. Part of prove.py."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

from tests.compose.chatter import Chatter
from tests.compose.installation import Installation
from tests.compose.windows import two_windows

OURS = ("web", "worker")


def survives_redis(here: Installation) -> None:
    """Redis is removed and brought back"""
    with two_windows(here) as windows, Chatter(here.url) as vera:
        windows.visitor_asks("How do I wash a down jacket?")
        windows.agent_replies("Said with Redis")
        windows.both_show("Said with Redis")
        here.compose("rm", "--stop", "--force", "redis")
        here.wait_until("web is unhealthy", lambda: here.health("web") == "unhealthy")
        here.show_state()
        here.transcript.fact(f"The health check of web says: {here.reason('web')}")
        windows.visitor_asks("Written without Redis")
        bring_back(here, "redis")
        windows.both_show("Written without Redis")
        windows.agent_replies("Redis is back")
        windows.both_show("Redis is back")
        windows.nothing_is_doubled()
    here.transcript.fact(f"Nothing had to be restarted (web: {here.restarts('web')} times); {vera.check()}.")


def survives_postgres(here: Installation) -> None:
    """Postgres is removed and brought back"""
    with two_windows(here) as windows, Chatter(here.url) as vera:
        windows.visitor_asks("How do I wash a down jacket?")
        windows.agent_replies("Said with Postgres")
        windows.both_show("Said with Postgres")
        here.compose("rm", "--stop", "--force", "postgres")
        here.wait_until("both are unhealthy", lambda: all(here.health(name) == "unhealthy" for name in OURS))
        here.show_state()
        for name in OURS:
            here.transcript.fact(f"The health check of {name} says: {here.reason(name)}")
        here.show_log("web", "not ready")
        windows.visitor_asks("Written without Postgres")
        bring_back(here, "postgres")
        windows.both_show("Written without Postgres")
        windows.agent_replies("Postgres is back")
        windows.both_show("Postgres is back")
        windows.nothing_is_doubled()
    restarts = ", ".join(f"{name}: {here.restarts(name)} times" for name in OURS)
    here.transcript.fact(f"Nothing had to be restarted ({restarts}); {vera.check()}.")


def bring_back(here: Installation, service: str) -> None:
    """Without --wait, which gives up on whatever is unhealthy at that moment."""
    here.compose("up", "-d", service)
    seconds = here.wait_until("all are healthy", lambda: all(here.health(name) == "healthy" for name in OURS))
    here.transcript.fact(f"Web and worker are healthy {seconds:.0f} s later.")


def refuses_bad_settings(here: Installation) -> None:
    """Settings that cannot be used, or that are not safe"""
    bad = [
        {"PUBLIC_URL": "chat.example.com"},
        {"PUBLIC_URL": "http://chat.example.com"},
        {"PUBLIC_URL": "https://chat.example.com", "SECRET_KEY": "short"},
        {"LIMIT_VISITOR_BURST": "many"},
    ]
    production = Installation(here.project, here.transcript)
    for settings in bad:
        production.compose("run", "--rm", "-T", "prepare", settings=settings, ok=False, last=2)
    here.transcript.fact("`up` starts neither web nor worker then, for both wait until `prepare` has succeeded.")


def refuses_a_wrong_password(here: Installation) -> None:
    """A wrong database password"""
    wrong = {"DATABASE_URL": "postgresql://chat:wrong@postgres:5432/chatplatform"}
    here.compose("up", "-d", "--wait", settings=wrong, ok=False, last=1)
    here.show_log("prepare")
    here.show_state()
    assert here.restarts("prepare") == 0
    here.transcript.fact("Postgres gets another password, and web and worker have to connect anew:")
    set_password(here, "$(head -c 30 /dev/urandom | base64)")
    here.compose("up", "-d", "--no-deps", *OURS, shown=False)
    here.compose("restart", *OURS)
    here.wait_until("both are unhealthy", lambda: all(here.health(name) == "unhealthy" for name in OURS))
    here.show_state()
    for name in OURS:
        here.show_log(name, "password")
        assert here.restarts(name) == 0
    here.transcript.fact("Both stay, unhealthy, and restart in no circle. Set right, they come back by themselves:")
    set_password(here, "$(cat /run/for-postgres/password)")
    here.wait_until("both are healthy", lambda: all(here.health(name) == "healthy" for name in OURS))
    here.show_state()


def set_password(here: Installation, password: str) -> None:
    statement = f"psql -U chat -d chatplatform -qc \"ALTER USER chat PASSWORD '{password}'\""
    here.compose("exec", "-T", "postgres", "sh", "-c", statement)


def says_that_the_port_is_taken(here: Installation) -> None:
    """The port is taken"""
    here.compose("stop", "web", shown=False)
    with socket.create_server(("127.0.0.1", here.port)):
        said = here.compose("up", "-d", "--wait", shown=False, ok=False)
        here.transcript.shell("docker compose up -d --wait", f"… {said.strip()[-90:]}")
        here.show_state()
    assert "address already in use" in said or "port is already allocated" in said, said
    here.compose("up", "-d", "--wait", shown=False)
    here.transcript.fact("`PORT=8010 docker compose up -d --wait` takes another one.")


def is_restored_from_a_backup(here: Installation) -> None:
    """A backup is restored"""
    with Chatter(here.url, here.trust) as vera:
        here.wait_until("a few messages", lambda: len(vera.sent) >= 3)
    before = vera.entries()
    made = here.compose("exec", "-T", "backup", "python", "manage.py", "backup", shown=False)
    file = re.search(r"/srv/backups/chat-\w+\.zip", made)
    assert file, made
    here.transcript.shell("docker compose exec -T backup python manage.py backup", file[0])
    here.compose("exec", "-T", "postgres", "psql", "-U", "chat", "-d", "chatplatform", "-qc", LOSS)
    here.compose("exec", "-T", "postgres", "psql", "-U", "chat", "-d", "chatplatform", "-qc", NEWER)
    assert vera.entries() == []
    here.compose("stop", "web", "worker", "backup", shown=False)
    restore = ("run", "--rm", "-T", "restore", "python", "manage.py", "restore", file[0])
    assert "There are people or files" in here.compose(*restore, shown=False, ok=False)
    here.compose(*restore, "--force")
    here.compose("up", "-d", "--wait")
    assert vera.entries() == before
    here.transcript.fact(f"The conversation's {len(before)} entries are back.")


LOSS = "DELETE FROM conversations_entry"
# What an upgrade may have added since the backup, and what holds on to the tables that are to be replaced.
NEWER = "CREATE TABLE newer (website bigint REFERENCES accounts_website)"


def says_that_the_disk_is_full(here: Installation) -> None:
    """The disk under Postgres is full (another installation, on a disk of 160 MB)"""
    small = Installation(f"{here.project}-small", here.transcript, [*here.files, "tests/compose/small-disk.yml"])
    try:
        small.compose("up", "-d", "--wait", shown=False)
        with Chatter(small.url) as vera:
            fill_the_disk(small)
            small.wait_until("all are unhealthy", lambda: all(small.health(name) == "unhealthy" for name in ALL))
            small.show_state()
            small.show_log("postgres")
            for name in OURS:
                small.transcript.fact(f"The health check of {name} says: {small.reason(name)}")
            restarts = small.restarts("postgres")
            small.compose("exec", "-T", "postgres", "rm", f"{DISK}/filling")
            small.wait_until("all are healthy", lambda: all(small.health(name) == "healthy" for name in ALL))
        small.transcript.fact(f"With room again all is healthy by itself; {vera.check()}.")
        assert small.restarts("postgres") == restarts <= 2
    finally:
        small.compose("down", "--volumes", shown=False)


def fill_the_disk(small: Installation) -> None:
    """To the last byte; then Postgres is asked for a new part of its log of changes, which has no room."""
    more = "SELECT pg_switch_wal(), pg_logical_emit_message(false, 'more', repeat('x', 30000000))"
    fill = f'head -c 1G /dev/zero > {DISK}/filling; df -h {DISK} | tail -1; psql -U chat -d chatplatform -c "{more}"'
    small.compose("exec", "-T", "postgres", "sh", "-c", fill, shown=False, ok=False)
    used = small.compose("exec", "-T", "worker", "df", "-h", "/disk", shown=False)
    small.transcript.shell("df -h", used)


DISK = "/var/lib/postgresql/data"
ALL = ("postgres", *OURS)

FAULTS: list[Callable[[Installation], None]] = [
    survives_redis,
    survives_postgres,
    refuses_bad_settings,
    refuses_a_wrong_password,
    says_that_the_port_is_taken,
    is_restored_from_a_backup,
    says_that_the_disk_is_full,
]
