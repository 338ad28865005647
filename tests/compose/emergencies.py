"""What first aid has done in production while people chat, and doctor through the proxy. Part of prove.py."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.compose.chatter import Chatter
from tests.compose.first_aid import DOCTOR, MATTERS, all_passed
from tests.compose.installation import Installation
from tests.compose.production import FILES, ROOT, Production, production, remove, running
from tests.compose.talk import Talk

NAME = "chat.local"  # for which Caddy makes a certificate of its own authority
# In place of DNS and of a known authority: the name leads to this machine, and web trusts the root of Caddy.
OVERRIDE = """\
services:
  web:
    extra_hosts: ["{name}:host-gateway"]
    volumes: ["{root}:/etc/ssl/certs/{digest}.0:ro"]
"""


def make_restarts_while_people_chat(here: Installation) -> None:
    """`make restart`, `restart-backend`, `redis-reset` and `restart-all` in production, while people chat"""
    there = running(here)
    for target in ("restart", "restart-backend", "redis-reset", "restart-all"):
        with Talk(there.url, there.trust) as talk, Chatter(there.url, there.trust) as program:
            there.make(target)
            seconds = there.wait_until("all are healthy", lambda: all_are_healthy(there))
        there.transcript.fact(f"All healthy {seconds:.0f} s later. {talk.heard}.")
        there.transcript.fact(f"A program that asks over HTTP: {program.check()}.")
    there.make("ps", shown=False)
    there.transcript.shell("make ps DEMO=1 PRODUCTION=1", health(there))


def all_are_healthy(there: Production) -> bool:
    return all(line.endswith(" healthy") for line in health(there).splitlines())


def health(there: Production) -> str:
    """A line for each that lasts: `prepare` and `secrets` run again, and end."""
    said = there.compose("ps", "--format", "{{.Service}} {{.Health}}", shown=False)
    return "\n".join(line for line in said.splitlines() if line.split()[0] not in ("prepare", "secrets"))


def is_brought_up_again(here: Installation) -> None:
    """`make up` where Redis is gone, as first aid says"""
    there = running(here)
    with Talk(there.url, there.trust) as talk:
        there.compose("rm", "--stop", "--force", "redis")
        there.make("up", shown=False)
    there.transcript.shell("make up DEMO=1 PRODUCTION=1", health(there))
    assert all_are_healthy(there)
    there.transcript.fact(f"{talk.heard}.")


def doctor_comes_by_the_public_name(here: Installation) -> None:
    """`manage.py doctor --url` of the public name: through Caddy and TLS"""
    remove(here)
    there = production(here)
    there.files = [file for file in FILES if "demo" not in file]
    there.always |= {"DOMAIN": NAME}
    there.compose("up", "-d", "--wait", shown=False)
    with TemporaryDirectory() as folder:
        root, override = Path(folder) / "root.crt", Path(folder) / "public-name.yml"
        root.write_text(there.compose("exec", "-T", "caddy", "cat", ROOT, shown=False))
        digest = subprocess.check_output(["openssl", "x509", "-subject_hash", "-noout", "-in", root], text=True).strip()
        override.write_text(OVERRIDE.format(name=NAME, root=root, digest=digest))
        there.files.append(str(override))
        there.compose("up", "-d", "--wait", shown=False)
        try:
            finds_what_is_the_proxys_fault(there)
        finally:
            there.compose("down", "--volumes", shown=False)


def finds_what_is_the_proxys_fault(there: Production) -> None:
    through, past = f"{DOCTOR} --url https://{NAME}", f"{DOCTOR} --url http://127.0.0.1:8000"
    said = there.typed(through, only=MATTERS)
    assert f"Diagnostics of https://{NAME}" in said
    all_passed(said)
    all_passed(there.typed(DOCTOR, shown=False))
    all_passed(there.typed(past, only=r"works\."))
    there.typed("docker compose stop caddy", only="^$")
    said = there.typed(through, ok=False, only=r"FAILED|The proxy does not|Start it|does not work")
    assert "FAILED  1  The socket connects" in said
    assert "The proxy does not run" in said
    all_passed(there.typed(past, only=r"works\."))
    there.transcript.fact(
        "The exit code is 0 by the public name, and 1 where the proxy is away; past the proxy it is 0."
    )


EMERGENCIES: list[Callable[[Installation], None]] = [
    make_restarts_while_people_chat,
    is_brought_up_again,
    doctor_comes_by_the_public_name,
]
