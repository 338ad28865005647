"""The program of docs/examples keeps a copy, answers once and hears what is said, against the real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from conversations.models import Entry
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.servers.stack import Stack

PROGRAM = Path(__file__).resolve().parents[2] / "docs/examples/sync_conversations.py"


def example() -> Any:
    spec = spec_from_file_location("sync_conversations", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def key_for(stack: Stack, user: Any) -> str:
    scopes = ["conversations:read", "conversations:write"]
    made = log_in(stack, user).rest.post("api-keys/", {"name": "Copy", "scopes": scopes})
    key: str = made.json()["key"]
    return key


def environment(stack: Stack, key: str) -> dict[str, str]:
    return os.environ | {"CHAT_URL": stack.url, "CHAT_KEY": key}


def run(stack: Stack, key: str, *arguments: str) -> str:
    command = [sys.executable, str(PROGRAM), *arguments]
    done = subprocess.run(command, env=environment(stack, key), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def said(copy: dict[str, Any], vera: Visitor) -> list[str]:
    return [one["content"] for one in copy["entries"][vera.conversation_id].values() if one["kind"] == "message"]


def test_a_copy_is_kept_and_an_answer_is_sent(stack: Stack, people_only: Cast, tmp_path: Path) -> None:
    key, place = key_for(stack, people_only.ada), tmp_path / "copy.json"
    vera, other, elsewhere = (visit(stack, one) for one in (people_only.acme, people_only.acme, people_only.globex))
    for number, one in enumerate([vera, other, elsewhere]):
        one.open(f"Question {number}")
    assert run(stack, key, "sync", str(place)) == "2 conversations were new or had changed\n"
    assert run(stack, key, "answer", vera.conversation_id, "It is on its way.").startswith("sent as ")
    assert run(stack, key, "sync", str(place)) == "1 conversations were new or had changed\n"
    copy = json.loads(place.read_text())
    assert set(copy["conversations"]) == {vera.conversation_id, other.conversation_id}
    assert said(copy, vera) == ["Question 0", "It is on its way."]
    assert run(stack, key, "sync", str(place)) == "0 conversations were new or had changed\n"


def test_what_is_said_is_heard(stack: Stack, people_only: Cast) -> None:
    key = key_for(stack, people_only.ada)
    vera = visit(stack, people_only.acme)
    command = [sys.executable, str(PROGRAM), "listen"]
    with subprocess.Popen(command, env=environment(stack, key), stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline() == "listening\n"
            vera.open("Is anybody there?")
            assert program.stdout.readline() == f"{vera.conversation_id} user: Is anybody there?\n"
        finally:
            program.terminate()


def test_who_is_too_fast_waits_and_says_everything_once(strict_stack: Stack, people_only: Cast) -> None:
    vera = visit(strict_stack, people_only.acme)
    vera.open()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        time.sleep(seconds)

    module = example()
    api = module.Api(strict_stack.url, key_for(strict_stack, people_only.ada), pause)
    sent = 0
    with api.http:
        while not pauses and sent < 50:
            module.say(api, vera.conversation_id, f"Answer {sent}")
            sent += 1
    assert pauses, "nobody was too fast"
    texts = Entry.objects.for_system().filter(conversation__id=vera.conversation_id, kind="message").order_by("seq")
    assert list(texts.values_list("content", flat=True)) == [f"Answer {number}" for number in range(sent)]


def test_mallorys_program_copies_nothing_of_acme(stack: Stack, people_only: Cast, tmp_path: Path) -> None:
    visit(stack, people_only.acme).open("For Acme")
    place = tmp_path / "copy.json"
    run(stack, key_for(stack, people_only.mallory), "sync", str(place))
    assert json.loads(place.read_text())["conversations"] == {}
