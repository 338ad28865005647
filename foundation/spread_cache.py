"""Django's cache in Redis, each key on the host that it belongs to. Django itself would take the others for copies."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from foundation.redis_hosts import place_of


class SpreadCacheClient(RedisCacheClient):
    # Of the base class, whose types do not name them.
    _servers: list[str]
    _pools: dict[int, Any]
    _pool_class: Any
    _pool_options: dict[str, Any]
    _client: Any

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        place = place_of(str(key or ""), len(self._servers))
        if place not in self._pools:
            self._pools[place] = self._pool_class.from_url(self._servers[place], **self._pool_options)
        return self._client(connection_pool=self._pools[place])


class SpreadCache(RedisCache):
    """Of what asks for many keys at once Django has no use here, and nor have we."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SpreadCacheClient
