"""Build, start and mistreat the product as an operator runs it, and write down what happened.

python -m tests.compose.prove [--write docs/operators/proof.md]
python -m tests.compose.prove --only 'upgraded|kept_up' [--write docs/operators/proof.md]

Needs a Docker with compose, a Chromium, and for production ports 80 and 443. Everything is made under a project name of
its own and removed at the end.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2

from tests.compose.by_make import BY_MAKE
from tests.compose.chatter import Chatter
from tests.compose.emergencies import EMERGENCIES
from tests.compose.faults import FAULTS
from tests.compose.first_aid import FIRST_AID
from tests.compose.installation import PROJECT, Installation
from tests.compose.production import PRODUCTION, remove
from tests.compose.transcript import Transcript
from tests.compose.upgrading import UPGRADING
from tests.compose.upkeep import UPKEEP
from tests.compose.windows import Windows, two_windows

HEADING = """\
# The proof that it runs

Written by `python -m tests.compose.prove`, which builds the image, starts it, mistreats it and checks every line below.
The browsers of the visitor and of Ben, an agent, are real. Vera is a program: she writes all the while, and sends again
what got no answer. Where it says so, she and the staff talk over sockets, too, by the client that heals. It ran on
Docker engine {engine} with compose {compose}; the base images were stand-ins of the same major versions, made from
Debian's packages: {images}.
"""
LATER = "\nNot all of it ran in one go: some steps were tried again, alone and later, and stand in their places.\n"
IN_BASE_IMAGES = {
    "python:3.13-slim": ["python", "--version"],
    "postgres:17": ["postgres", "--version"],
    "redis:7": ["redis-server", "--version"],
    "caddy:2": ["caddy", "version"],
    "prom/prometheus:v2.53.3": ["prometheus", "--version"],
}
DEMO = ["docker-compose.yml", "docker-compose.demo.yml"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", type=Path)
    options.add_argument(
        "--only",
        help="Steps with such names (a regular expression), after a start of the demo; written among the rest.",
    )
    given = options.parse_args()
    transcript = Transcript("chatproof", given.write)
    here = Installation("chatproof", transcript)
    steps = [step for step in STEPS if re.search(given.only, step.__name__)] if given.only else STEPS
    here.compose("down", "--volumes", shown=False)
    try:
        if given.only and not set(steps) <= {*UPGRADING, *UPKEEP}:  # which have a clone of their own
            here.files = DEMO
            here.compose("up", "-d", "--wait", shown=False)
        for step in steps:
            transcript.title((step.__doc__ or step.__name__).strip().rstrip("."))
            step(here)
    except BaseException:
        sys.stderr.write(here.compose("logs", "--no-color", "--tail=60", "web", "worker", shown=False))
        raise
    finally:
        remove(here)
        here.compose("down", "--volumes", shown=False)
    if given.write:
        transcript.save(heading() + (LATER if given.only else ""), among=bool(given.only))


def heading() -> str:
    """With the versions on which it ran."""
    found = {image: said(["run", "--rm", "--entrypoint", "", image, *asked]) for image, asked in IN_BASE_IMAGES.items()}
    versions = {image: re.search(r"\d+\.\d[\d.]*", text) for image, text in found.items()}
    images = ", ".join(f"{image} was {version[0]}" for image, version in versions.items() if version)
    return HEADING.format(
        engine=said(["version", "--format", "{{.Server.Version}}"]),
        compose=said(["compose", "version", "--short"]),
        images=images,
    )


def said(command: list[str]) -> str:
    return subprocess.check_output(["docker", *command], text=True, stderr=subprocess.STDOUT).strip()


def builds_small(here: Installation) -> None:
    """A fresh checkout is built"""
    here.compose("config", "--quiet")
    here.compose("build")
    size = subprocess.check_output(
        ["docker", "image", "ls", "--format", "{{.Size}}", "chatplatform"], text=True
    ).strip()
    base = subprocess.check_output(["docker", "image", "ls", "--format", "{{.Size}}", "python:3.13-slim"], text=True)
    here.transcript.fact(f"The image has {size}, of which {base.split()[0]} are those of its base.")


def starts_without_an_edited_file(here: Installation) -> None:
    """It starts, and nobody has edited a file"""
    here.compose("up", "-d", "--wait")
    here.show_state()
    here.transcript.fact("No container of ours is root, none can write but to /tmp:")
    here.compose("exec", "-T", "web", "sh", "-c", "id -un; touch /app/x", ok=False, last=2)
    here.show_log("secrets")
    assert all(here.inspect(name, "{{.HostConfig.ReadonlyRootfs}}") == "true" for name in ("web", "worker", "prepare"))


def has_a_first_owner(here: Installation) -> None:
    """The first owner and website"""
    command = ("exec", "-T", "web", "python", "manage.py", "bootstrap", "ada@example.com", "--organisation", "Acme")
    said = here.compose(*command, shown=False)
    password = re.search(r"Password {2}(\S+)", said)
    assert password, said
    here.transcript.shell("docker compose " + " ".join(command), said.replace(password[1], "•" * 20))
    log_in = {"email": "ada@example.com", "password": password[1]}
    assert httpx2.post(f"{here.url}/api/v1/auth/token/", json=log_in, trust_env=False).status_code == 200
    script = re.search(r"src=\"(\S+)\"", said)
    assert script
    assert httpx2.get(script[1], trust_env=False).status_code == 200
    assert "as it was set before" in here.compose(*command, shown=False)
    here.transcript.fact("The log-in works, the script is served, and a second run changes nothing.")


def carries_the_whole_path(here: Installation) -> None:
    """The demo, in two browser windows"""
    here.files = DEMO
    here.compose("up", "-d", "--wait")
    with two_windows(here) as windows:
        whole_path(here, windows)


def whole_path(here: Installation, windows: Windows) -> None:
    windows.visitor_asks("How long does delivery to Portugal take?")
    windows.both_show("4–7 working days")
    here.transcript.fact("Asked in the shop; the AI's answer is in the visitor's window and in Ben's inbox.")
    windows.agent_replies("Hello, Ben here. Your parcel leaves today.")
    windows.both_show("Ben here. Your parcel leaves today.")
    windows.visitor_asks("Thank you! And how do I return my boots?")
    windows.both_show("how do I return my boots?")
    windows.ai_stays_silent()
    here.transcript.fact("Ben replies by simply typing and is read at once; the AI is silent from then on.")


def restarts_while_people_chat(here: Installation) -> None:
    """`docker compose restart web` while they chat"""
    with two_windows(here) as windows, Chatter(here.url) as vera:
        windows.visitor_asks("How do I wash a down jacket?")
        windows.agent_replies("Before the restart")
        windows.both_show("Before the restart")
        here.compose("restart", "web")
        windows.visitor_asks("Written while nobody answers")
        seconds = here.wait_until("ready after the restart", here.is_ready)
        windows.both_show("Written while nobody answers")
        windows.agent_replies("After the restart")
        windows.both_show("After the restart")
        windows.nothing_is_doubled()
    here.transcript.fact(f"Ready again {seconds:.1f} s after the command; both windows come back by themselves.")
    here.transcript.fact(f"Vera, the program: {vera.check()}.")


def keeps_data_over_down_and_up(here: Installation) -> None:
    """`down` and `up`: everything is still there"""
    with Chatter(here.url) as vera:
        here.wait_until("a few messages", lambda: len(vera.sent) >= 3)
    before = vera.entries()
    here.compose("down")
    here.compose("up", "-d", "--wait")
    assert vera.entries() == before
    here.show_log("secrets")
    here.transcript.fact(f"The conversation has the same {len(before)} entries; Vera's token still opens it.")


def runs_as_two_processes(here: Installation) -> None:
    """`WEB=2`: two processes behind one port"""
    here.compose("up", "-d", "--wait", settings={"WEB": "2"})
    assert len(web_processes(here)) == 2
    with two_windows(here) as windows, Chatter(here.url) as vera:
        here.compose("exec", "-T", "web", "sh", "-c", f"kill -9 {web_processes(here)[0]}", shown=False)
        windows.visitor_asks("How long does delivery take?")
        windows.agent_replies("Answered by one of two")
        windows.both_show("Answered by one of two")
        here.wait_until("the killed one is replaced", lambda: len(web_processes(here)) == 2)
    here.show_log("web", "starts again")
    here.transcript.fact(f"One of the two was killed, and replaced; {vera.check()}.")


def web_processes(here: Installation) -> list[str]:
    """Their numbers inside of the container."""
    each = 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline | grep -q "[w]eb_server .*--fd" && basename $p; done; :'
    return here.compose("exec", "-T", "web", "sh", "-c", each, shown=False).split()


def runs_on_daphne(here: Installation) -> None:
    """`ASGI_SERVER=daphne`"""
    here.compose("up", "-d", "--wait", settings={"ASGI_SERVER": "daphne", "WEB": "2"})
    with two_windows(here) as windows:
        whole_path(here, windows)
    here.compose("up", "-d", "--wait", shown=False)


STEPS: list[Callable[[Installation], None]] = [
    builds_small,
    starts_without_an_edited_file,
    has_a_first_owner,
    carries_the_whole_path,
    restarts_while_people_chat,
    keeps_data_over_down_and_up,
    runs_as_two_processes,
    runs_on_daphne,
    *FAULTS,
    *FIRST_AID,
    *PRODUCTION,
    *BY_MAKE,
    *EMERGENCIES,
    *UPGRADING,
    *UPKEEP,
]

if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
