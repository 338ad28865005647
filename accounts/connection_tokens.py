"""Single-use tokens with which a socket is opened: random, hashed in Redis, gone after 60 seconds or one attempt."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.actors import Actor, Staff
from foundation.batching import Batches
from foundation.logs import log
from foundation.redis import RedisError, key, redis

logger = log(__name__)
LIFETIME = 60  # seconds


@dataclass(frozen=True, slots=True)
class Grant:
    """Who asked for the token: a member of the staff, or a visitor of a website."""

    user_id: int | None = None
    visitor_id: UUID | None = None
    website_id: int | None = None


async def issue(actor: Actor) -> str:
    """A new token for this actor. Raises RedisError while Redis is away."""
    token = secrets.token_urlsafe(32)
    if isinstance(actor, Staff):
        grant: dict[str, object] = {"user_id": actor.user_id}
    else:
        grant = {"visitor_id": str(actor.visitor_id), "website_id": actor.website_id}
    await redis().set(_key(token), json.dumps(grant), ex=LIFETIME)
    logger.info("[WS_TOKEN] issued", **grant)
    return token


async def consume(token: str) -> Grant | None:
    """Who the token was given to; None when unknown, used or expired. It is gone afterwards. Raises RedisError."""
    if not 20 <= len(token) <= 100:
        return None
    found = await _takes.call(_key(token))
    if found is None:
        logger.info("[WS_TOKEN] refused: unknown, used or expired")
        return None
    grant = json.loads(found)
    logger.info("[WS_TOKEN] consumed", **grant)
    visitor_id = grant.get("visitor_id")
    return Grant(grant.get("user_id"), UUID(visitor_id) if visitor_id else None, grant.get("website_id"))


async def _take(keys: list[str]) -> Sequence[str | Exception | None]:
    """After a restart everybody comes at once: one round trip for all who wait, and one error while Redis is away."""
    try:
        async with redis().pipeline(transaction=False) as pipeline:
            for one in keys:
                pipeline.getdel(one)
            found: list[str | None] = await pipeline.execute()
    except (RedisError, OSError) as error:
        return [error for _ in keys]
    return found


_takes: Batches[str, str | None] = Batches(_take)


def _key(token: str) -> str:
    return key("ws_conn_token:" + hashlib.sha256(token.encode()).hexdigest())
