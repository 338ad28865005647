"""What docs/operators/first-aid.md names, typed as it stands there, in an installation without Caddy. Part of prove.py.

tests/compose/test_typed.py holds that every command of that page was typed in the proof.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT
from subprocess import PIPE, STDOUT

import httpx2

from tests.compose.installation import NOTHING, PATIENCE, PROJECT, Installation, filled
from tests.compose.talk import Talk

PAGE = PROJECT / "docs" / "operators" / "first-aid.md"
REDIS_CLI = "docker compose exec redis sh -c 'REDISCLI_AUTH=$(cat /run/for-redis/password) redis-cli"
DOCTOR = "docker compose exec web python manage.py doctor"
STEPS_OF_DOCTOR = 5
MATTERS = r"^Diagnostics|^  (ok|FAILED|notice|- ) |Likely cause|What to do|works\.|does not work"
NEW_PASSWORD = "a-new-one-for-ada-2026"


def written(beginning: str, page: Path = PAGE) -> str:
    """The command of the page that begins so, as it stands there."""
    found = {one for one in re.findall(r"`([^`\n]+)`", page.read_text()) if one.startswith(beginning)}
    assert len(found) == 1, f"{beginning!r} begins {sorted(found)}"
    return str(found.pop())


def doctor_finds_all_well(here: Installation) -> None:
    """`manage.py doctor`, on another port than 8000"""
    assert here.port != 8000
    said = here.typed(written(DOCTOR), only=MATTERS)
    assert f"Diagnostics of {'http://127.0.0.1:8000'}" in said
    all_passed(said)
    here.compose("stop", "worker")
    here.wait_until("its heartbeat is missed", lambda: "FAILED" in here.typed(f"{DOCTOR}; :", shown=False))
    said = here.typed(f"{DOCTOR}", ok=False, only=r"FAILED|The worker does not|Start it|does not work")
    failed = [line for line in said.splitlines() if "FAILED" in line]
    assert len(failed) == 1, failed
    assert failed[0].startswith("  FAILED  Worker")
    here.compose("up", "-d", "--wait", "worker")
    here.wait_until("it is heard of", lambda: "Everything works." in here.typed(f"{DOCTOR}; :", shown=False))
    here.transcript.fact("The exit code is 0, then 1 while the worker is stopped, and 0 again.")


def all_passed(said: str) -> None:
    """Nothing failed or was left out; notices are what is not configured."""
    assert len(re.findall(r"^  ok      [1-5]  ", said, re.MULTILINE)) == STEPS_OF_DOCTOR, said
    assert not re.findall(r"^  (?:FAILED|-     )  ", said, re.MULTILINE), said
    assert "Everything works." in said


def shows_where_to_look(here: Installation) -> None:
    """What first aid looks at first"""
    here.show_state()
    for service in ("prepare", "postgres", "worker"):
        assert here.typed(written(f"docker compose logs {service}"), only="^$")
    assert here.typed(written("docker compose logs --tail"), only="^$", placeholders={"<service>": "redis"})
    container = here.compose("ps", "--quiet", "web", shown=False).strip()
    checks = here.typed(written("docker inspect"), only="^$", placeholders={"<container>": container})
    assert json.loads(checks)[-1]["ExitCode"] == 0
    for line in [f"make logs S={name}" for name in ("web", "worker", "postgres", "redis", "backup")]:
        assert f"`{line}`" in PAGE.read_text()
        with followed(here, line) as waits_for:  # backup has nothing to tell until it makes one
            waits_for("logs --follow" if "backup" in line else "  | ")
    with followed(here, written("docker stats")) as waits_for:
        waits_for(f"{here.project}-postgres")
    here.transcript.fact("Each says something.")


@contextmanager
def followed(
    here: Installation, line: str, placeholders: Mapping[str, str] = NOTHING
) -> Iterator[Callable[[str], None]]:
    """A command that does not end by itself; what is given waits until it says these words."""
    here.transcript.shell(line)
    command, said = ["sh", "-c", f"exec {filled(line, placeholders)}"], bytearray()
    with subprocess.Popen(
        command, cwd=here.folder, env=here.around(), stdout=PIPE, stderr=STDOUT, start_new_session=True
    ) as running:
        assert running.stdout is not None
        end = running.stdout.fileno()

        def waits_for(words: str) -> None:
            deadline = time.monotonic() + PATIENCE
            while words not in said.decode(errors="replace"):
                assert time.monotonic() < deadline, f"never said {words!r}, but {said.decode(errors='replace')}"
                if select.select([end], [], [], 1)[0]:
                    more = os.read(end, 4096)
                    assert more, f"it ended without {words!r}: {said.decode(errors='replace')}"
                    said.extend(more)

        try:
            yield waits_for
        finally:
            os.killpg(running.pid, SIGINT)  # as Ctrl-C does


def empties_redis_while_people_chat(here: Installation) -> None:
    """Connection tokens, and Redis emptied without a restart"""
    look, flush = (written(f"{REDIS_CLI} {what}") for what in ("--scan", "flushdb"))
    with Talk(here.url) as talk:
        headers = {"Authorization": f"Bearer {talk.visitor_token}"}
        asked = f"{here.url}/api/v1/auth/ws-connection-token/"
        assert httpx2.post(asked, headers=headers, trust_env=False).is_success
        tokens = here.typed(look, only="^$").split()
        assert tokens
        assert all(one.startswith("chat:ws_conn_token:") for one in tokens)
        here.typed(flush)
        assert not here.typed(look, shown=False).split()
        assert "there and back" in here.typed(DOCTOR, only="Channel layer, there and back")
    here.transcript.fact(f"{len(tokens)} before, none after it; {talk.heard}.")


def talks_from_a_terminal(here: Installation) -> None:
    """Is it the browser, the proxy or we?"""
    client = "docker compose exec web python manage.py chat_client"
    listen, send = (written(f"{client} {what}") for what in ("listen", "send"))
    with Talk(here.url) as talk:
        pass
    given = {"TOKEN": talk.key, "CONVERSATION": talk.conversation}
    with followed(here, listen, given) as waits_for:
        waits_for("-- staff is listening at")
        here.typed(send, placeholders=given)
        waits_for(": Hello")
    here.transcript.fact("The first terminal shows what was said in the second.")


def changes_passwords(here: Installation) -> None:
    """A password that is lost, and that of Postgres"""
    change = written("docker compose exec web python manage.py changepassword")
    bootstrap = "docker compose exec -T web python manage.py bootstrap ada@example.com --organisation Acme"
    here.typed(bootstrap, shown=False)
    said = at_a_terminal(here, change, {"Password:": NEW_PASSWORD, "Password (again):": NEW_PASSWORD})
    here.transcript.shell(change, "\n".join(line for line in said.splitlines() if "changed" in line))
    log_in = {"email": "ada@example.com", "password": NEW_PASSWORD}
    assert httpx2.post(f"{here.url}/api/v1/auth/token/", json=log_in, trust_env=False).status_code == 200
    block = next(one for one in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if "ALTER USER" in one)
    here.typed(block.replace("$(cat /run/for-postgres/password)", "another"), shown=False)
    assert "password authentication failed" in here.typed("docker compose run --rm -T prepare", ok=False, shown=False)
    here.typed(block.strip())
    here.typed("docker compose run --rm -T prepare", only="^$")
    here.transcript.fact("The new password logs in; a wrong one of Postgres is set right.")


def at_a_terminal(here: Installation, line: str, answers: dict[str, str]) -> str:
    """What a person sees who answers what is asked."""
    ours, theirs = pty.openpty()
    open_ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "start_new_session": True}
    running = subprocess.Popen(["sh", "-c", line], cwd=here.folder, env=here.around(), **open_ends)  # type: ignore[call-overload]
    os.close(theirs)
    said, left = "", dict(answers)
    try:
        while True:
            try:
                said += os.read(ours, 4096).decode(errors="replace")
            except OSError:  # the other end is closed
                break
            if left and next(iter(left)) in said.rpartition("\n")[2]:
                os.write(ours, f"{left.pop(next(iter(left)))}\n".encode())
        assert running.wait(PATIENCE) == 0, said
    finally:
        os.close(ours)
        running.kill()
        running.wait()
    assert not left, said
    return said


def gets_another_key(here: Installation) -> None:
    """A key has leaked"""
    with Talk(here.url) as talk:
        pass
    log_in = {"email": "agent@acme.test", "password": "demo-pass-2026"}
    access = httpx2.post(f"{here.url}/api/v1/auth/token/", json=log_in, trust_env=False).json()["access"]
    new = subprocess.check_output(["openssl", "rand", "-base64", "48"], text=True).strip()
    here.always["SECRET_KEY"] = new
    try:
        here.typed(written("docker compose up -d --wait"))
        staff = {"Authorization": f"Bearer {access}"}
        assert httpx2.get(f"{here.url}/api/v1/conversations/", headers=staff, trust_env=False).status_code == 401
        visitor = {"Authorization": f"Bearer {talk.visitor_token}"}
        entries = f"{here.url}/api/v1/widget/conversations/{talk.conversation}/entries/"
        assert len(httpx2.get(entries, headers=visitor, trust_env=False).json()["entries"]) >= talk.heard.messages
    finally:
        del here.always["SECRET_KEY"]
        here.compose("up", "-d", "--wait", shown=False)
    here.transcript.fact("The staff's log-in has ended, the visitor's conversation opens as before.")


FIRST_AID: list[Callable[[Installation], None]] = [
    doctor_finds_all_well,
    shows_where_to_look,
    empties_redis_while_people_chat,
    talks_from_a_terminal,
    changes_passwords,
    gets_another_key,
]
