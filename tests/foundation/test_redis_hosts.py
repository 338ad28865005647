"""Tokens, limits and presence on two Redis hosts: each keeps its share, and goes on without the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from redis import Redis

from accounts.actors import Staff, VisitorActor
from accounts.connection_tokens import consume, forget_visitor, issue
from conversations import presence
from conversations.cards import members
from foundation import redis_hosts
from foundation.metrics import REDIS_AWAY, REDIS_ERRORS
from foundation.rate_limits import bucket_key, seconds_to_wait, seconds_to_wait_now
from foundation.redis import RedisError, close_redis
from foundation.redis_hosts import note_answer, note_failure, place_of, url_of, urls_for
from foundation.redis_urls import host_name, urls_in
from foundation.shared_buckets import SharedBuckets
from foundation.supervisor.process import Process
from tests.clients.sockets import PATIENCE
from tests.foundation.test_shared_buckets import granted, until_told
from tests.servers.own_redis import own_redis


@dataclass
class Hosts:
    urls: list[str]
    second: Process

    def keys_on(self, url: str) -> list[str]:
        with Redis.from_url(url, decode_responses=True) as client:
            return list(client.scan_iter(match="*"))

    def lose_the_second(self) -> None:
        self.second.kill()

    def bring_it_back(self) -> None:
        self.second.start()
        self.second.wait_until_ready()


@pytest.fixture
def hosts(settings: Settings) -> Iterator[Hosts]:
    with own_redis() as (first, _), own_redis() as (second, process):
        settings.REDIS_URL = f"{first}, {second}"
        yield Hosts([first, second], process)


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    await close_redis()


def figure(metric: object, **labels: str) -> float:
    child = metric.labels(**labels)  # type: ignore[attr-defined]
    return float(child._value.get())


def vera() -> VisitorActor:
    return VisitorActor(uuid4(), 7)


async def test_each_host_keeps_its_share_of_tokens_and_every_token_opens_once(hosts: Hosts) -> None:
    visitors = {await issue(one): one for one in (vera() for _ in range(40))}
    for url in hosts.urls:
        assert 8 <= len(hosts.keys_on(url)) <= 32
    for token, one in visitors.items():
        grant = await consume(token, "203.0.113.7")
        assert grant is not None
        assert grant.visitor_id == one.visitor_id
        assert await consume(token, "203.0.113.7") is None


async def test_with_one_host_gone_new_tokens_open_sockets_and_old_ones_of_the_other_do(hosts: Hosts) -> None:
    before = [await issue(vera()) for _ in range(30)]
    hosts.lose_the_second()
    fresh = [await issue(vera()) for _ in range(20)]
    assert all([await consume(token, f"2001:db8:{number:x}::") for number, token in enumerate(fresh)])
    opened, lost = 0, 0
    for token in before:
        try:
            opened += await consume(token, "203.0.113.7") is not None
        except RedisError:
            lost += 1
    assert opened + lost == 30
    assert opened >= 5
    assert lost >= 5


async def test_a_limit_whose_host_is_gone_is_counted_at_the_other(hosts: Hosts) -> None:
    subjects = [f"session:{uuid4()}" for _ in range(12)]
    hosts.lose_the_second()
    for subject in subjects[:6]:
        assert [await seconds_to_wait(subject, 3) == 0 for _ in range(5)] == [True] * 3 + [False] * 2
    for subject in subjects[6:]:
        assert [seconds_to_wait_now(subject, 3) == 0 for _ in range(5)] == [True] * 3 + [False] * 2
    assert len([name for name in hosts.keys_on(hosts.urls[0]) if "limit" in name]) == 12, "over all processes"


def test_what_is_used_much_is_told_to_the_host_that_is_there(hosts: Hosts) -> None:
    """Of two people one belongs to the host that is gone: her buckets are counted by each process for itself."""
    buckets = [SharedBuckets("visitor_message", 20, 20) for _ in range(2)]
    hosts.lose_the_second()
    who = {
        url: next(one for one in names() if url_of(bucket_key(f"visitor_message:{one}")) == url) for url in hosts.urls
    }
    for somebody in who.values():
        granted(buckets, somebody, 0.6)
    for one in buckets:
        one.uses.pop(who[hosts.urls[1]])  # nobody can be told
    until_told(buckets)
    assert bucket_key(f"visitor_message:{who[hosts.urls[0]]}") in hosts.keys_on(hosts.urls[0])


def names() -> Iterator[str]:
    while True:
        yield str(uuid4())


@pytest.mark.slow
async def test_presence_of_websites_whose_host_is_there_goes_on(hosts: Hosts) -> None:
    of_host = {url: next(one for one in range(1, 999) if url_of(members(one)) == url) for url in hosts.urls}
    first, second = of_host.values()
    place = presence.Place(ben(), uuid4().hex, websites={first, second})
    await presence.enter(place, tell=False)
    assert await presence.counts([first, second]) == {first: 1, second: 1}
    hosts.lose_the_second()
    assert await presence.counts([first, second]) == {first: 1, second: 0}
    await presence.leave(place, {first})
    assert await presence.counts([first]) == {first: 0}
    hosts.bring_it_back()
    await until_noted(place, {first: 1, second: 1})


async def until_noted(place: presence.Place, counts: dict[int, int]) -> None:
    """As heartbeats do it."""
    async with asyncio.timeout(PATIENCE):
        while await presence.counts(list(counts)) != counts:
            await presence.enter(place, tell=False)
            await asyncio.sleep(0.1)


def ben() -> Staff:
    return Staff(5, uuid4(), "Ben", "", "ben@acme.test", {})


@pytest.mark.slow
async def test_figures_name_the_host_that_is_gone_and_then_that_it_is_back(hosts: Hosts) -> None:
    gone = host_name(hosts.urls[1])
    on_it = next(one for one in (f"session:{uuid4()}" for _ in range(99)) if url_of(bucket_key(one)) == hosts.urls[1])
    await seconds_to_wait(on_it, 99)
    hosts.lose_the_second()
    await seconds_to_wait(on_it, 99)
    assert figure(REDIS_AWAY, where="commands", host=gone) == 1
    assert figure(REDIS_ERRORS, where="commands", host=gone) >= 1
    assert figure(REDIS_AWAY, where="commands", host=host_name(hosts.urls[0])) == 0
    hosts.bring_it_back()
    await until_noted(presence.Place(ben(), "x", websites=set(range(1, 20))), dict.fromkeys(range(1, 20), 1))
    assert figure(REDIS_AWAY, where="commands", host=gone) == 0


async def test_of_an_erased_visitor_no_host_keeps_a_token(hosts: Hosts) -> None:
    one, other = vera(), vera()
    for _ in range(12):
        await issue(one)
    kept = await issue(other)
    await forget_visitor(one.visitor_id)
    assert sum(len(hosts.keys_on(url)) for url in hosts.urls) == 1
    assert await consume(kept, "203.0.113.7") is not None
    hosts.lose_the_second()
    with pytest.raises(RedisError):
        await forget_visitor(one.visitor_id)


def test_every_process_of_every_release_looks_for_a_key_on_the_same_host() -> None:
    assert [place_of(f"chat:{number}", 3) for number in range(12)] == [2, 2, 2, 2, 2, 1, 2, 2, 1, 1, 1, 2]
    assert [place_of(f"chat:{number}", 1) for number in range(12)] == [0] * 12


def test_a_host_that_failed_a_moment_ago_is_asked_last(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = "redis://one.test:6379", "redis://other.test:6379"
    settings.REDIS_URL = f"{one},{other}"
    monkeypatch.setattr(redis_hosts, "REST", 600.0)
    name = next(name for name in names() if url_of(name) == one)
    assert urls_for(name) == [one, other]
    note_failure(one)
    assert urls_for(name) == [other, one]
    monkeypatch.setattr(redis_hosts, "REST", 0.0)
    assert urls_for(name) == [one, other], "after a rest it is tried again"
    monkeypatch.setattr(redis_hosts, "REST", 600.0)
    assert urls_for(name) == [other, one]
    note_answer(one)
    assert urls_for(name) == [one, other]


def test_a_comma_in_a_password_does_not_part_a_url() -> None:
    urls = ("redis://:a,b@one:6379/0", "rediss://:c@two:6380/0", "unix:///run/redis.sock")
    assert urls_in(" , ".join(urls)) == urls
    assert [host_name(url) for url in urls] == ["one:6379", "two:6380", "/run/redis.sock"]
