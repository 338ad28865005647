"""The emergency procedures of docs/operators/first-aid.md, tried: people chat on, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import redis

from foundation.db import db
from foundation.supervisor.process import Process
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.own_redis import own_redis
from tests.servers.stack import PROJECT, Stack, start_stack


@dataclass
class Ground:
    stack: Stack
    redis: Process
    redis_url: str
    vera: Visitor
    ben: StaffMember


@pytest.fixture
def ground(people_only: Cast, stack: Stack) -> Iterator[Ground]:
    """With a Redis of its own. The shared stack's worker rests: `doctor` wants a job done by this one."""
    assert stack.worker is not None
    stack.worker.stop()
    try:
        with own_redis() as (url, process), start_stack({"REDIS_URL": url}, name="emergency") as started:
            vera = visit(started, people_only.acme)
            vera.open("Hello")
            yield Ground(started, process, url, vera, log_in(started, people_only.ben))
    finally:
        stack.worker.start()


async def test_redis_is_emptied_while_people_chat(ground: Ground) -> None:
    vera, ben = ground.vera, ground.ben
    old = vera.rest.connection_token()
    async with vera.socket() as chat, ben.socket() as inbox:
        with redis.Redis.from_url(ground.redis_url) as client:
            assert list(client.scan_iter("*ws_conn_token:*")), "the token lies where the docs say"
            client.flushdb()
        said = await chat.say("Still there?")
        assert (await inbox.expect("new_message"))["rev"] == said["rev"]
        await inbox.say("Yes.", conversation_id=vera.conversation_id)
        await chat.expect("new_message")
    async with vera.socket(token=old, greeted=False) as late:
        assert (await late.closed_with())[1] == 4001
    async with vera.socket() as again:
        await again.round_trip()


@pytest.mark.slow
async def test_redis_is_restarted_while_people_chat(ground: Ground) -> None:
    vera, ben = ground.vera, ground.ben
    async with vera.socket() as chat, ben.socket() as inbox:
        ground.redis.stop()
        said = await chat.say("Said without Redis")
        ground.redis.start()
        ground.redis.wait_until_ready()
        await inbox.expect("resync")
        await inbox.send("resume", conversation_id=vera.conversation_id, after=said["rev"] - 1)
        missed = (await inbox.expect("resumed"))["entries"]
        assert [entry["content"] for entry in missed] == ["Said without Redis"]
        await inbox.say("Read after all", conversation_id=vera.conversation_id)
        await chat.expect("new_message")


@pytest.mark.slow
async def test_web_and_worker_are_restarted_while_people_chat(ground: Ground, people_only: Cast) -> None:
    vera, ben = ground.vera, ground.ben
    async with vera.socket() as chat:
        before = await chat.say("Before")
        for process in ground.stack.processes:
            process.stop()
        for process in ground.stack.processes:
            process.start()
        ground.stack.web.wait_until_ready()
    vera.rest.post(vera.path("messages/"), {"client_id": "5d9d7f5e-1f5c-4bd6-8f0e-8a3d2b6a9c11", "content": "By HTTP"})
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.send("resume", after=before["rev"])
        missed = (await chat.expect("resumed"))["entries"]
        assert [entry["content"] for entry in missed] == ["By HTTP"]
        await inbox.say("And on we go", conversation_id=vera.conversation_id)
        await chat.expect("new_message")
    await the_worker_answers(ground, people_only)


async def the_worker_answers(ground: Ground, cast: Cast) -> None:
    cast.acme.ai_enabled = True
    await db(cast.acme.save)
    vera = visit(ground.stack, cast.acme)
    vera.open()
    async with vera.socket() as chat:
        await chat.say("Is anybody there?")
        while (await chat.expect("new_message"))["message"]["role"] != "assistant":
            pass


@pytest.mark.slow
def test_doctor_says_whether_the_channel_layer_carries(ground: Ground) -> None:
    assert part(ground, "channel_layer")["outcome"] == "ok"
    ground.redis.stop()
    assert part(ground, "channel_layer")["outcome"] == "failed"


def part(ground: Ground, key: str) -> dict[str, object]:
    ran = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", "--url", ground.stack.url],
        cwd=PROJECT,
        env=os.environ | dict(ground.stack.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    return next(one for one in json.loads(ran.stdout)["parts"] if one["key"] == key)


def test_every_make_target_of_the_operators_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    pages = "".join(page.read_text() for page in (PROJECT / "docs" / "operators").glob("*.md"))
    named = set(re.findall(r"(?:`|^|&& )make ([a-z][a-z-]*)", pages, re.MULTILINE))
    assert {"redis-reset", "restart-all", "restore", "scale"} <= named
    assert named <= targets
