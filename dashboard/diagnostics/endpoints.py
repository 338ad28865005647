"""The AI endpoints: the installation's, what websites have of their own, and what says what texts mean. Each is asked
for its list of models, which costs nothing."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from django.conf import settings

from assistant.embeddings.local import problem_of
from assistant.models import AssistantSettings
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, notice
from foundation import parts
from foundation.encryption import Unreadable
from foundation.outgoing import AddressRefused, new_client

Check = Callable[[], Awaitable[str]]
MOST = 20  # distinct endpoints of websites that one run asks
MOST_BYTES = 2_000_000  # of a list of models


@dataclass(frozen=True, slots=True)
class Said:
    """The advice that differs by whose endpoint it is."""

    away: Advice
    key: Advice
    no_list: Advice
    model: Advice


OF_INSTALLATION = Said(Advice.AI_AWAY, Advice.AI_KEY, Advice.AI_NO_LIST, Advice.AI_MODEL)
OF_WEBSITE = Said(Advice.OWN_AI_AWAY, Advice.OWN_AI_KEY, Advice.OWN_AI_NO_LIST, Advice.OWN_AI_MODEL)
OF_EMBEDDINGS = Said(Advice.EMBEDDINGS_AWAY, Advice.EMBEDDINGS_KEY, Advice.EMBEDDINGS_NO_LIST, Advice.EMBEDDINGS_MODEL)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`public_only`: it was named by a customer, who must not have us call what only we can reach."""

    base_url: str
    model: str
    key: str = field(repr=False)
    public_only: bool
    said: Said

    async def asked(self) -> str:
        status, listed = await self._models()
        if status in (401, 403):
            raise Finding(f"it answers {status}", self.said.key)
        if status in (402, 429):
            raise Finding(f"it answers {status}", Advice.AI_LIMITED)
        if status >= 500:
            raise Finding(f"it answers {status}", Advice.AI_TROUBLE)
        if not 200 <= status < 300:
            raise notice(f"it answers, but lists no models ({status})", self.said.no_list)
        if self.model and not is_listed(self.model, listed):
            raise notice(f"it answers, but does not list {self.model}", self.said.model)
        return f"{urlsplit(self.base_url).netloc} lists {self.model or 'its models'}"

    async def _models(self) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        url, content = self.base_url.rstrip("/") + "/models", bytearray()
        host = urlsplit(self.base_url).netloc
        client = new_client(public_only=self.public_only)
        try:
            async with client.stream("GET", url, headers=headers, timeout=parts.PATIENCE) as answer:
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > MOST_BYTES:
                        break
                return answer.status_code, content.decode(errors="replace")
        except AddressRefused:
            raise Finding(f"{host}: a private address", Advice.OWN_AI_PRIVATE) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            advice = Advice.AI_SLOW if isinstance(error, httpx2.ReadTimeout) else self.said.away
            raise Finding(f"{host}: {type(error).__name__}", advice) from None
        finally:
            await client.aclose()


def is_listed(model: str, answer: str) -> bool:
    """Whole, for gpt-4 is not gpt-4o; but Ollama lists `small:latest` and others `models/small`, and take `small`."""
    name = json.dumps(model)[1:-1]
    return any(form in answer for form in (f'"{name}"', f'"{name}:latest"', f'/{name}"'))


async def ai() -> str:
    if not settings.AI_BASE_URL:
        raise notice("no endpoint configured: the built-in assistant answers", Advice.AI_OFF)
    return await Endpoint(settings.AI_BASE_URL, settings.AI_MODEL, settings.AI_API_KEY, False, OF_INSTALLATION).asked()


def are_embeddings_set() -> bool:
    return bool(settings.EMBEDDING_MODEL_DIR or settings.AI_EMBEDDING_MODEL)


async def embeddings() -> str:
    if settings.EMBEDDING_MODEL_DIR:
        problem = problem_of(Path(settings.EMBEDDING_MODEL_DIR))
        if problem:
            raise Finding(problem, Advice.EMBEDDINGS_FOLDER)
        return "a model on this machine"
    url, key = settings.AI_EMBEDDING_BASE_URL, settings.AI_EMBEDDING_API_KEY
    if not url:
        url, key = settings.AI_BASE_URL, settings.AI_API_KEY
    return await Endpoint(url, settings.AI_EMBEDDING_MODEL, key, False, OF_EMBEDDINGS).asked()


@dataclass(frozen=True, slots=True)
class OfWebsites:
    """An endpoint, and the websites that have it."""

    websites: tuple[int, ...]
    check: Check


def endpoints_of(found: Sequence[AssistantSettings]) -> list[OfWebsites]:
    """Each distinct one once, whichever websites have it."""
    whose: dict[Endpoint | None, list[int]] = {}
    for one in found:
        whose.setdefault(_endpoint(one), []).append(one.website_id)
    return [OfWebsites(tuple(ids), end.asked if end else _unreadable) for end, ids in whose.items()]


def _endpoint(chosen: AssistantSettings) -> Endpoint | None:
    """None: its key cannot be read."""
    try:
        key = chosen.key()
    except Unreadable:
        return None
    return Endpoint(chosen.base_url, chosen.model, key, not settings.AI_PRIVATE_ADDRESSES, OF_WEBSITE)


async def _unreadable() -> str:
    raise Finding("its key cannot be read", Advice.OWN_AI_UNREADABLE)
