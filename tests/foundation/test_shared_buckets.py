"""What is used much is added up over all processes; what people use is not, and nobody waits for Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from foundation import shared_buckets
from foundation.redis import waiting_redis
from foundation.shared_buckets import SharedBuckets
from foundation.supervisor.process import Process
from tests.servers.own_redis import own_redis

NAME = "visitor_message"


@dataclass
class Ground:
    url: str
    process: Process
    made: list[SharedBuckets] = field(default_factory=list)

    def process_of(self, per_second: float, burst: float) -> SharedBuckets:
        """The buckets of one process."""
        self.made.append(SharedBuckets(NAME, per_second, burst))
        return self.made[-1]

    def two(self, per_second: float, burst: float) -> list[SharedBuckets]:
        return [self.process_of(per_second, burst) for _ in range(2)]

    def script_calls(self) -> int:
        """How often buckets were asked for. Beside it, this connection's greetings and this question are all."""
        with Redis.from_url(self.url, decode_responses=True) as asking:
            said = asking.info("commandstats")
        return int(said.get("cmdstat_evalsha", {"calls": 0})["calls"])


@pytest.fixture(scope="module")
def redis_here() -> Iterator[tuple[str, Process]]:
    with own_redis() as (url, process):
        yield url, process


@pytest.fixture
def ground(redis_here: tuple[str, Process], settings: Settings) -> Iterator[Ground]:
    """A Redis that nobody else asks."""
    settings.REDIS_URL = redis_here[0]
    made = Ground(*redis_here)
    yield made
    until_told(made.made)
    waiting_redis(redis_here[0]).close()


def granted(buckets: list[SharedBuckets], who: str, seconds: float) -> int:
    """How many who never stops asking gets through."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        count += sum(one.take(who) == 0 for one in buckets)
        time.sleep(0.002)
    return count


def until_told(buckets: list[SharedBuckets]) -> None:
    """Redis, of all that it is to be told of."""
    deadline = time.monotonic() + 20
    while any(use.told < use.used > one.half for one in buckets for use in one.uses.values()):
        assert time.monotonic() < deadline, "nobody told Redis"
        time.sleep(0.01)


def test_who_sends_through_two_processes_gets_the_pace_of_one(ground: Ground) -> None:
    vera, victor, buckets = str(uuid4()), str(uuid4()), ground.two(per_second=20, burst=20)
    assert granted(buckets, vera, 0.5) <= 40 + 20
    assert 0.8 * 50 <= granted(buckets, vera, 2.5) <= 1.2 * 50
    assert [one.take(victor) for one in buckets] == [0, 0]


def test_who_keeps_to_one_process_meets_no_other_limit_than_there_was(ground: Ground) -> None:
    """Half a burst, the rest a moment later when all is full again, and then the pace: all that was allowed before."""
    vera, here = str(uuid4()), ground.process_of(per_second=10, burst=20)
    assert [here.take(vera) for _ in range(10)] == [0] * 10
    time.sleep(1.05)
    assert [here.take(vera) for _ in range(20)] == [0] * 20
    granted([here], vera, 0.5)
    until_told([here])
    assert here.uses[vera].closed_until == 0


def test_a_person_who_types_costs_no_command_in_redis(ground: Ground) -> None:
    vera, buckets = str(uuid4()), ground.two(per_second=5, burst=20)
    before = ground.script_calls()
    assert [one.take(vera) for one in buckets for _ in range(10)] == [0] * 20
    assert not any(one.uses[vera].is_due for one in buckets)
    assert ground.script_calls() == before
    assert buckets[0].take(vera) == 0
    until_told(buckets[:1])
    assert 1 <= ground.script_calls() - before <= 2  # the second where the script had to be told first


def test_after_a_quiet_while_one_is_a_person_again(ground: Ground) -> None:
    vera, here = str(uuid4()), ground.process_of(per_second=5, burst=20)
    for _ in range(11):
        here.take(vera)
    until_told([here])
    here.uses[vera].since -= here.window + 1
    before = ground.script_calls()
    assert here.take(vera) == 0
    assert (here.uses[vera].used, here.uses[vera].is_due) == (1, False)
    assert ground.script_calls() == before


def test_a_redis_that_lost_the_script_is_told_it_again(ground: Ground) -> None:
    vera, buckets = str(uuid4()), [ground.process_of(per_second=0.5, burst=2) for _ in range(3)]
    waiting_redis(ground.url).script_flush()
    for one in buckets * 2:
        one.take(vera)
    until_told(buckets)
    assert max(one.take(vera) for one in buckets) > 2, "alone each would let her in after two seconds"


def test_without_redis_each_process_counts_for_itself(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_buckets, "REST", 0.1)
    vera, buckets = str(uuid4()), ground.two(per_second=50, burst=10)
    ground.process.kill()
    try:
        began = time.monotonic()
        assert all(one.take(vera) == 0 for one in buckets for _ in range(10))
        assert time.monotonic() - began < 1, "it waited for Redis"
        assert 60 < granted(buckets, vera, 1) < 200, "of one process it would be fifty, without a limit a thousand"
    finally:
        ground.process.start()
        ground.process.wait_until_ready()
    back = time.monotonic()
    while not any(one.uses[vera].closed_until > back for one in buckets):
        assert time.monotonic() < back + 20, "Redis is not asked again"
        granted(buckets, vera, 0.1)
