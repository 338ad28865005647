"""A TCP proxy that can break links in the ways that networks do: deaf without a word, or unbearably slow."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

CHUNK = 16 * 1024
CRAWL, BREATH = 4 * 1024, 0.2  # bytes at a time, and seconds between them, of a reader that is slow


class Pipe:
    """One connection through the proxy."""

    def __init__(self) -> None:
        self.is_deaf = False
        self.crawls = False


class Proxy:
    """Forwards to `port`. `cut` and `slow_down` concern the connections of that moment; later ones are sound."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._pipes: dict[asyncio.Task[None], Pipe] = {}

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._pipes):
            task.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> int:
        """Half-open: nothing is forwarded any more in either direction, and neither end is told. How many."""
        sound = self._sound()
        for pipe in sound:
            pipe.is_deaf = True
        return len(sound)

    def slow_down(self) -> int:
        """20 KB/s of what the server sends arrive, until `flow`; what clients send is as fast as ever. How many."""
        sound = self._sound()
        for pipe in sound:
            pipe.crawls = True
        return len(sound)

    def _sound(self) -> list[Pipe]:
        return [pipe for pipe in self._pipes.values() if not pipe.is_deaf]

    def flow(self) -> None:
        for pipe in self._pipes.values():
            pipe.crawls = False

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, pipe = asyncio.current_task(), Pipe()
        assert task is not None
        self._pipes[task] = pipe
        try:
            await self._forward(reader, writer, pipe)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            del self._pipes[task]
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: Pipe) -> None:
        upstream = socket.socket()
        upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024)  # a slow reader is noticed soon
        upstream.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(upstream, ("127.0.0.1", self._target))
        except OSError:
            upstream.close()
            raise
        up_reader, up_writer = await asyncio.open_connection(sock=upstream, limit=CHUNK)
        ways = [asyncio.create_task(_pump(reader, up_writer, pipe, False))]
        ways.append(asyncio.create_task(_pump(up_reader, writer, pipe, True)))
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            up_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: Pipe, downwards: bool) -> None:
    with suppress(OSError):
        while True:
            crawls = downwards and pipe.crawls
            if crawls:
                await asyncio.sleep(BREATH)
            data = await reader.read(CRAWL if crawls else CHUNK)
            if pipe.is_deaf:
                await asyncio.Event().wait()  # even its end is not passed on
            if not data:
                return
            writer.write(data)
            await writer.drain()
