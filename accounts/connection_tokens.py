"""Single-use tokens with which a socket is opened: random, hashed in Redis, gone after 60 seconds or one attempt."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.actors import Actor, Staff
from foundation.batching import Batches
from foundation.logs import log
from foundation.metrics import TOKENS
from foundation.rate_limits import attempt, taken
from foundation.redis import Question, RedisError, ask_hosts, key, redis, redis_hosts
from foundation.redis_hosts import failed_lately, url_of, urls

logger = log(__name__)
LIFETIME = 60  # seconds
PATIENCE = 2.0  # seconds for a round trip: who comes next waits for it
TRIED = 30  # tokens, to find one that a living host keeps
Connect = tuple[str, str]  # the token's key, and who is counted
Taken = tuple[str | None, Any]  # what the token grants, and what the limit's script has answered


@dataclass(frozen=True, slots=True)
class Grant:
    """Who asked for the token: a member of the staff (by which log-in of a browser, or which API key), or a visitor."""

    user_id: int | None = None
    visitor_id: UUID | None = None
    website_id: int | None = None
    session_id: int | None = None
    key_id: int | None = None
    key_organisation_id: int | None = None


async def issue(actor: Actor, session_id: int | None = None) -> str:
    """A new token for this actor. Raises RedisError while Redis is away."""
    if isinstance(actor, Staff):
        grant: dict[str, object] = {"user_id": actor.user_id, "session_id": session_id}
        if actor.key is not None:
            grant |= {"key_id": actor.key.id, "key_organisation_id": actor.key.organisation_id}
    else:
        grant = {"visitor_id": str(actor.visitor_id), "website_id": actor.website_id}
    try:
        token = await _kept(json.dumps(grant))
    except (RedisError, OSError):
        TOKENS.labels(outcome="unavailable").inc()
        raise
    TOKENS.labels(outcome="issued").inc()
    logger.info("[WS_TOKEN] issued", **grant)
    return token


async def _kept(grant: str) -> str:
    """A token that a Redis host keeps. The token itself says on which, so while one is away others are made."""
    for place in range(len(urls())):
        token = _new_token()
        try:
            await redis(_key(token)).set(_key(token), grant, ex=LIFETIME)
        except (RedisError, OSError):
            if place == len(urls()) - 1:
                raise
        else:
            return token
    raise RedisError("there is no Redis host")


def _new_token() -> str:
    """One for a host that has not failed just now, where there is such a host."""
    some = [secrets.token_urlsafe(32) for _ in range(1 if len(urls()) == 1 else TRIED)]
    return next((one for one in some if not failed_lately(url_of(_key(one)))), some[0])


class ConnectsTooOften(Exception):
    """So many sockets were opened from this address in the last minute. The token is used up all the same."""


async def consume(token: str, address: str) -> Grant | None:
    """Who the token was given to; None when unknown, used or expired. It is gone afterwards.

    Raises RedisError, and ConnectsTooOften: the address it comes from is counted in the same round trip.
    """
    if not 20 <= len(token) <= 100:
        TOKENS.labels(outcome="refused").inc()
        logger.info("[WS_TOKEN] refused: not of the right length")
        return None
    try:
        found, counted = await _takes.call((_key(token), f"connect:{address}"))
        wait = await taken(counted, f"connect:{address}", _limit())
    except (RedisError, OSError):
        TOKENS.labels(outcome="unavailable").inc()
        raise
    if wait:
        TOKENS.labels(outcome="too_often").inc()
        raise ConnectsTooOften
    if found is None:
        TOKENS.labels(outcome="refused").inc()
        logger.info("[WS_TOKEN] refused: unknown, used or expired")
        return None
    grant = json.loads(found)
    TOKENS.labels(outcome="consumed").inc()
    logger.info("[WS_TOKEN] consumed", **grant)
    visitor_id = grant.pop("visitor_id", None)
    return Grant(visitor_id=UUID(visitor_id) if visitor_id else None, **grant)


async def forget_visitor(visitor_id: UUID) -> None:
    """Those that were given to a visitor who is no more. Raises RedisError. It looks through every key."""
    failures = []
    for client in redis_hosts().values():
        try:
            async for name in client.scan_iter(match=key("ws_conn_token:*"), count=500):
                found = await client.get(name)
                if found and json.loads(found).get("visitor_id") == str(visitor_id):
                    await client.delete(name)
        except RedisError as error:
            failures.append(error)
    if failures:
        raise failures[0]


async def _take(connects: list[Connect]) -> Sequence[Taken | Exception]:
    """After a restart everybody comes at once: one round trip for all who wait, and one error while Redis is away."""
    answers = await ask_hosts(
        [question for name, subject in connects for question in (_taking(name), attempt(subject, _limit()))],
        PATIENCE,
    )
    plain = [answer if isinstance(answer, Exception) else answer[0] for answer in answers]
    return [
        found if isinstance(found, Exception) else (found, counted)
        for found, counted in zip(plain[::2], plain[1::2], strict=True)
    ]


def _taking(name: str) -> Question:
    return name, lambda pipeline: pipeline.getdel(name)


_takes: Batches[Connect, Taken] = Batches(_take)


def _limit() -> int:
    return settings.ENVIRONMENT.limit_connects_per_minute


def _key(token: str) -> str:
    return key("ws_conn_token:" + hashlib.sha256(token.encode()).hexdigest())
