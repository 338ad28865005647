"""`manage.py chat_client` in processes of its own: two terminals talk, and the client comes back by itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from foundation import server_url
from foundation.supervisor.ports import free_port
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.clients.sockets import PATIENCE
from tests.servers.stack import PROJECT, Stack

CHAT_CLIENT = [sys.executable, "-u", "manage.py", "chat_client"]


class Terminal:
    """`chat_client listen` with what it printed so far."""

    def __init__(self, stack: Stack, token: str, name: str) -> None:
        self.command = [*CHAT_CLIENT, "listen", token, name, "--url", stack.url]

    async def __aenter__(self) -> Terminal:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.communicate()

    async def line_with(self, words: str) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(3 * PATIENCE):
            while True:
                line = (await self.process.stdout.readline()).decode()
                assert line, f"it ended before it said {words!r}"
                if words in line:
                    return line


async def run(*arguments: str) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    done = await asyncio.to_thread(
        subprocess.run, [*CHAT_CLIENT, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(stack, people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.mark.slow
async def test_two_terminals_talk_to_each_other(stack: Stack, vera: Visitor, ben: StaffMember) -> None:
    async with Terminal(stack, ben.rest.token, "Ben") as inbox, Terminal(stack, vera.rest.token, "Vera") as chat:
        await inbox.line_with("Ben is listening")
        await chat.line_with("Vera is listening")
        to = ["--url", stack.url]
        assert await run("send", vera.rest.token, vera.conversation_id, "Is anybody there?", *to) == (
            0,
            "-- stored as number 1\n",
        )
        assert vera.conversation_id in await inbox.line_with("visitor: Is anybody there?")
        assert (await run("send", ben.rest.token, vera.conversation_id, "Yes, Ben.", *to))[0] == 0
        await chat.line_with("Ben: Yes, Ben.")


@pytest.mark.slow
async def test_a_terminal_survives_a_killed_server_and_shows_what_it_missed_once(
    new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    stack = new_stack(worker=False, name="chat-client")
    vera = visit(stack, people_only.acme)
    vera.open()
    async with Terminal(stack, vera.rest.token, "Vera") as chat:
        await chat.line_with("Vera is listening")
        vera.rest.post(vera.path("messages/"), {"client_id": "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d11", "content": "one"})
        await chat.line_with("visitor: one")
        stack.web.kill()
        await chat.line_with("the connection is lost")
        await asyncio.to_thread(start_again, stack)
        vera.rest.post(vera.path("messages/"), {"client_id": "6e1bd4d1-7a5a-4a39-a2ae-6b9b2b6c9d12", "content": "two"})
        lines = [await chat.line_with(":") for _ in range(2)]
        assert ["visitor: two" in line for line in lines].count(True) == 1
        assert not any("visitor: one" in line for line in lines)


@pytest.mark.slow
async def test_what_goes_wrong_is_said_in_a_sentence(stack: Stack, vera: Visitor, people_only: Cast) -> None:
    mallory = log_in(stack, people_only.mallory)
    to = ["--url", stack.url]
    assert await run("listen", "v_nobody", *to) == (
        1,
        "CommandError: The token is not valid, or not any more. Ask for a new one.\n",
    )
    assert await run("send", mallory.rest.token, vera.conversation_id, "Let me in", *to) == (
        1,
        "CommandError: There is no such conversation among those this token may see.\n",
    )
    code, said = await run("listen", vera.rest.token, "--url", "http://127.0.0.1:9")
    assert (code, said) == (1, "CommandError: Nobody answers at http://127.0.0.1:9. Is the server running there?\n")


def start_again(stack: Stack) -> None:
    stack.web.start()
    stack.web.wait_until_ready()


@pytest.mark.slow
def test_in_a_container_it_comes_to_the_server_beside_it(
    stack: Stack, vera: Visitor, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As first aid has it. There `127.0.0.1` is the container, and the port of PUBLIC_URL the machine's."""
    settings.PUBLIC_URL = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setattr(server_url, "CONTAINER", tmp_path)
    monkeypatch.setattr(server_url, "IN_CONTAINER", stack.url)
    said = StringIO()
    call_command("chat_client", "send", vera.rest.token, vera.conversation_id, "Hello", stdout=said)
    assert "stored as number" in said.getvalue()
