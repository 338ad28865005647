"""Code that the docs show is run as it stands there, against the real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import PASSWORD, Visitor, log_in, visit
from tests.docs.samples import blocks, only_block
from tests.servers.stack import PROJECT, Stack

NODE = PROJECT / ".venv/node/node"
QUICKSTART = "quickstart.md"
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the pages speak to a bash")


def values_of(stack: Stack, cast: Cast) -> str:
    return f"URL={stack.url}\nEMAIL={cast.ada.email}\nPASSWORD={PASSWORD}\n"


def in_one_shell(script: list[str]) -> list[str]:
    """What they print, one after the other; the first that fails ends it."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl")
def test_who_follows_the_quick_start_has_an_answer_at_its_end(stack: Stack, people_only: Cast) -> None:
    yours, *steps = blocks(QUICKSTART, "sh")
    assert re.findall(r"^(\w+)=", yours, re.MULTILINE) == ["URL", "EMAIL", "PASSWORD"]
    printed = in_one_shell([values_of(stack, people_only), *steps, 'echo "$CONVERSATION" "$KEY"'])
    assert printed[1:3] == ["user Do you ship to Portugal?", "assistant We do, in four days."], printed
    conversation, key = printed[-1].split()
    ben = log_in(stack, people_only.ben).rest
    state = ben.get(f"conversations/{conversation}/").json()
    assert (state["handled_by"], state["message_count"]) == ("human", 2)
    assert key.startswith("cpk_")
    assert log_in(stack, people_only.mallory).rest.get(f"conversations/{conversation}/").status_code == 404


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl")
def test_every_curl_of_the_api_page_is_answered(stack: Stack, people_only: Cast) -> None:
    ben = log_in(stack, people_only.ben)
    page = "".join(blocks("api.md", "sh")).replace("\\\n", "")
    for shown, own in {
        "agent@acme.test": people_only.ben.email,
        "demo-pass-2026": PASSWORD,
        "cpk_…": key_of(stack, people_only),
    }.items():
        assert shown in page
        page = page.replace(shown, own)
    calls = [line for line in page.splitlines() if line.startswith("curl ")]
    assert len(calls) >= 4
    values = f"URL={stack.url} ACCESS={ben.rest.token}"
    for call in calls:
        (status,) = in_one_shell([values, f"{call} --output /dev/null --write-out '%{{http_code}}'"])
        assert status in ("200", "201"), call


@pytest.mark.parametrize(
    ("language", "name", "program"),
    [("python", "listen.py", [sys.executable]), ("javascript", "listen.mjs", [str(NODE)])],
)
def test_the_listeners_of_the_quick_start_hear_what_is_said(
    stack: Stack, people_only: Cast, tmp_path: Path, language: str, name: str, program: list[str]
) -> None:
    (tmp_path / name).write_text(only_block(QUICKSTART, language))
    vera, mallorys = visit(stack, people_only.acme), visit(stack, people_only.globex)
    settings = {"URL": stack.url, "KEY": key_of(stack, people_only)}
    with running([*program, str(tmp_path / name)], settings) as heard:
        assert next(heard) == "listening"
        mallorys.open("For Globex")
        vera.open("Is anybody there?")
        assert next(heard) == "user Is anybody there?"


def test_the_python_program_answers_a_ping(stack: Stack, people_only: Cast, tmp_path: Path) -> None:
    (tmp_path / "pong.py").write_text(only_block("python.md", "python"))
    vera = visit(stack, people_only.acme)
    settings = {"CHAT_URL": stack.url, "CHAT_KEY": key_of(stack, people_only), "PYTHONPATH": str(PROJECT)}
    with running([sys.executable, str(tmp_path / "pong.py")], settings) as heard:
        assert next(heard) == "online"
        vera.open("ping")
        assert [next(heard), next(heard)] == ["user ping", "assistant pong"]
    assert said_to(vera) == ["ping", "pong"]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_who_signs_as_the_page_says_is_known(stack: Stack, people_only: Cast, language: str) -> None:
    secret = people_only.acme.identity_secret
    signed = signed_by(language, secret, "vera-7")
    stranger = visit(stack, people_only.acme).rest

    def session(website: Website, user_id: str) -> int:
        identity = {"user_id": user_id, "hash": signed}
        return stranger.post("widget/sessions/", {"website_key": website.website_key, "identity": identity}).status_code

    assert session(people_only.acme, "vera-7") == 201
    assert session(people_only.acme, "somebody-else") == 403
    assert session(people_only.globex, "vera-7") == 403


def signed_by(language: str, secret: str, user_id: str) -> str:
    code = only_block("embedding.md", language)
    given = json.dumps([secret, user_id])
    if language == "python":
        command = [sys.executable, "-c", f"{code}\nprint(identity_hash(*{given}))"]
    else:
        command = [str(NODE), "--input-type=module", "-e", f"{code}\nconsole.log(identityHash(...{given}));"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def key_of(stack: Stack, cast: Cast) -> str:
    scopes = ["conversations:read", "conversations:write"]
    made = log_in(stack, cast.ada).rest.post("api-keys/", {"name": "Sample", "scopes": scopes})
    key: str = made.json()["key"]
    return key


def said_to(vera: Visitor) -> list[str]:
    entries: list[dict[str, Any]] = vera.rest.get(vera.path("entries/"), after=0).json()["entries"]
    return [one["content"] for one in entries if one["kind"] == "message"]


@contextmanager
def running(command: list[str], settings: dict[str, str]) -> Iterator[Iterator[str]]:
    """The lines that a program prints while it runs."""
    with subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            yield (line.rstrip("\n") for line in program.stdout)
        finally:
            program.terminate()
