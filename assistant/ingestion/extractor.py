"""The other end of `assistant/extraction`: its process is started when needed and killed when it takes too long."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from django.conf import settings

from assistant.extraction.documents import Document, Unreadable

SECONDS = 30.0  # for one document
# Of our environment only what a Python needs to start: no secret is where a document could be made to read it.
KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "PYTHONDONTWRITEBYTECODE")
DIED = "It could not be read: it is broken, or too complex."


class Extractor:
    """`async with Extractor() as extractor:`; documents one after the other."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def read(self, content: bytes, kind: str = "", url: str = "", charset: str = "") -> Document:
        """Raises Unreadable."""
        request = {"kind": kind, "url": url, "charset": charset, "length": len(content)}
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._ask(json.dumps(request).encode() + b"\n" + content)
        except TimeoutError:
            await self._end()
            raise Unreadable(f"It took more than {self.seconds:g} seconds to read.") from None
        except (OSError, asyncio.IncompleteReadError):
            await self._end()
            raise Unreadable(DIED) from None
        except asyncio.CancelledError:
            await self._end()  # else the next would get this one's answer
            raise
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        return Document(**answer)

    async def _ask(self, request: bytes) -> dict[str, Any]:
        process = self._process = self._process or await _started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(request)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(8), "big")
        answer: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
        return answer

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "assistant.extraction"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
    )
