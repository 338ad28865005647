"""The Redis hosts of tokens, limits and presence: which of them keeps a key, and which could not be reached lately."""

from __future__ import annotations

import threading
import time

from channels_redis.utils import _consistent_hash
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from foundation.metrics import redis_error_at, redis_is_away
from foundation.redis_urls import host_name, urls_in

REST = 2.0  # seconds in which a host that has failed is asked after all others
LOOK_AGAIN = 5.0  # seconds between two looks whether a host that has failed is back, though nobody asks it anything

_failed_at: dict[str, float] = {}  # URLs that failed when they were asked last
_looking = threading.Lock()  # held by the thread that looks after them


def urls() -> tuple[str, ...]:
    return urls_in(settings.REDIS_URL)


def url_of(name: str) -> str:
    """That of the host which keeps this key. All processes agree as long as they have the same list."""
    hosts = urls()
    return hosts[place_of(name, len(hosts))]


def place_of(name: str, hosts: int) -> int:
    """The number of its host, of so many."""
    return int(_consistent_hash(name, hosts))


def urls_for(name: str) -> list[str]:
    """The same first, then the others, for what may lie on any; but last those that failed a moment ago."""
    hosts = urls()
    place = place_of(name, len(hosts))
    return sorted(hosts[place:] + hosts[:place], key=failed_lately)


def failed_lately(url: str) -> bool:
    return time.monotonic() - _failed_at.get(url, float("-inf")) < REST


def note_failure(url: str) -> None:
    _failed_at[url] = time.monotonic()
    redis_error_at("commands", host_name(url)).inc()
    redis_is_away("commands", host_name(url)).set(1)
    if not _looking.locked():
        threading.Thread(target=_look_again, name="redis-hosts", daemon=True).start()


def _look_again() -> None:
    """Until all answer: a process that has nothing to ask would otherwise call a host away that is long back."""
    while _failed_at and _looking.acquire(blocking=False):
        try:
            time.sleep(LOOK_AGAIN)
            for url in list(_failed_at):
                _look_at(url)
        finally:
            _looking.release()


def _look_at(url: str) -> None:
    try:
        with Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1) as client:
            client.ping()
    except (RedisError, OSError):
        return
    note_answer(url)


def note_answer(url: str) -> None:
    """Asked after every command, so it looks before it does anything."""
    if url in _failed_at:
        _failed_at.pop(url, None)
        redis_is_away("commands", host_name(url)).set(0)
