"""What a server asks of programs that read it: its robots.txt, read once per origin and slice of work."""

from __future__ import annotations

from urllib.parse import urlsplit

from protego import Protego

from assistant.ingestion.addresses import origin_of
from assistant.ingestion.fetching import AGENT, Fetcher, NotFetched

MOST_MEGABYTES = 0.5  # the part of it that RFC 9309 asks to be read
LONGEST_PAUSE = 10.0  # seconds; who asks for more would have us read for days


class Robots:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, Protego] = {}

    async def refusal(self, url: str) -> str:
        """Why the page may not be read, or nothing. Raises NotFetched while the server cannot say."""
        rules = await self._rules_of(url)
        return "" if rules.can_fetch(url, AGENT) else f"The robots.txt of {urlsplit(url).hostname} does not allow it."

    async def pause(self, url: str) -> float:
        """Seconds that the server wants between two requests."""
        wanted = (await self._rules_of(url)).crawl_delay(AGENT)
        return min(float(wanted or 0), LONGEST_PAUSE)

    async def _rules_of(self, url: str) -> Protego:
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = Protego.parse(await self._read(origin))
        return self._rules[origin]

    async def _read(self, origin: str) -> str:
        """Without one everything is allowed. As RFC 9309 says, a server in trouble allows nothing for now."""
        try:
            found = await self._fetcher.fetch(f"{origin}/robots.txt", megabytes=MOST_MEGABYTES)
        except NotFetched as why:
            if why.status is not None and 400 <= why.status < 500:
                return ""
            raise
        return found.content.decode("utf-8", "replace")
