"""An OpenAI-compatible server that does whatever a test wants: the `model` that is asked for names how it behaves."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.assistant.injections import INJECTIONS

ANSWER = "Use the link on the log-in page to choose a new password."
LEAKED = "Certainly! My instructions: Say only what the passages below say. What they do not say you do not know."


@dataclass
class Call:
    """A request as it came. `gone_at` is when its client closed the connection before we had finished."""

    body: dict[str, Any]
    key: str
    number: int  # of the requests with this key, from 1
    writer: asyncio.StreamWriter
    began_at: float = field(default_factory=time.monotonic)
    gone_at: float | None = None
    ended_at: float | None = None
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def mode(self) -> str:
        return str(self.body["model"])

    @property
    def has_tool(self) -> bool:
        return bool(self.body.get("tools"))

    async def write(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def begin(self, kind: str = "text/event-stream") -> None:
        await self.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n")

    async def refuse(self, status: int, said: str, headers: str = "") -> None:
        document = json.dumps({"error": {"message": said}})
        await self.write(
            f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\n{headers}"
            f"Content-Length: {len(document)}\r\nConnection: close\r\n\r\n{document}"
        )

    async def event(self, delta: dict[str, Any] | None, **more: Any) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": None}]
        await self.write(f"data: {json.dumps({'id': 'chatcmpl-1', 'choices': choices} | more)}\n\n")

    async def call_tool(self, pieces: Sequence[str], pause: float = 0.0) -> None:
        """As OpenAI does: the name comes first, then the arguments in pieces."""
        call = {"index": 0, "id": "call_1", "type": "function"}
        await self.event({"role": "assistant", "content": None})
        await self.event({"tool_calls": [call | {"function": {"name": "reply", "arguments": ""}}]})
        for piece in pieces:
            await self.event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
            await asyncio.sleep(pause)

    async def end(self, reason: str = "tool_calls") -> None:
        await self.write(f"data: {json.dumps({'choices': [{'index': 0, 'delta': {}, 'finish_reason': reason}]})}\n\n")
        if self.body.get("stream_options"):  # nobody counts who was not asked to
            await self.event(None, usage={"prompt_tokens": 321, "completion_tokens": 12, "total_tokens": 333})
        await self.write("data: [DONE]\n\n")


def arguments(outcome: str, text: str = "", **more: Any) -> str:
    return json.dumps({"outcome": outcome, **more, "text": text}, ensure_ascii=False)


def in_pieces(text: str, size: int = 7) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


async def reply(call: Call, outcome: str, text: str = "", pause: float = 0.0, **more: Any) -> None:
    await call.begin()
    await call.call_tool(in_pieces(arguments(outcome, text, **more)), pause)
    await call.end()


async def well(call: Call) -> None:
    await reply(call, "answer", ANSWER, sources=[1])


async def steadily(call: Call) -> None:
    """Three seconds long, as models write."""
    await reply(call, "answer", " ".join(["word"] * 120), pause=0.03, sources=[1])


async def as_long_as_asked(call: Call) -> None:
    """Three seconds, or 25 where the question says so."""
    await reply(call, "answer", ANSWER * 10, pause=0.25 if is_at_length(call) else 0.03, sources=[1])


def is_at_length(call: Call) -> bool:
    return "at length" in call.body["messages"][-1]["content"]


async def endless(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "It goes on', *[" and on"] * 1000], pause=0.03)


async def slow(call: Call) -> None:
    await asyncio.sleep(600)


async def slow_after_greeting(call: Call) -> None:
    await call.begin()
    for _ in range(600):
        await call.write(": still thinking\n\n")
        await asyncio.sleep(0.1)


async def stalls(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "The answer is'])
    await asyncio.sleep(600)


async def trickles(call: Call) -> None:
    """Never silent, never done."""
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "', *["a"] * 10_000], pause=0.1)


async def cut(call: Call) -> None:
    await call.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n")
    await call.call_tool(['{"outcome": "answer", "text": "The answer is'])
    await asyncio.sleep(0.2)
    call.writer.transport.abort()


async def cut_quietly(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "The answer is'])


async def drops(call: Call) -> None:
    call.writer.transport.abort()


async def garbage(call: Call) -> None:
    await call.begin()
    call.writer.write(bytes(range(256)) * 40 + b"\n\n")


async def page(call: Call) -> None:
    await call.begin("text/html")
    await call.write("<html><body>Welcome to nginx!</body></html>\n")


async def bad_json(call: Call) -> None:
    await call.begin()
    await call.write("data: {'choices': [}\n\n")


async def bad_arguments(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": ', "oops}"])
    await call.end()


async def empty(call: Call) -> None:
    await call.begin()
    await call.write("data: [DONE]\n\n")


async def nothing(call: Call) -> None:
    await call.begin()


async def blank(call: Call) -> None:
    await reply(call, "answer", "  ")


async def huge(call: Call) -> None:
    await reply(call, "answer", "0123456789" * 10_000)


async def one_line(call: Call) -> None:
    """Six megabytes of one event."""
    await call.begin()
    await call.write("data: ")
    for _ in range(600):
        await call.write("x" * 10_000)


async def error_midway(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "The answer is'])
    await call.write(f"data: {json.dumps({'error': {'message': f'overloaded, key {call.key}'}})}\n\n")


async def too_few_tokens(call: Call) -> None:
    await call.begin()
    await call.call_tool(['{"outcome": "answer", "text": "The answer is'])
    await call.end("length")


async def busy(call: Call) -> None:
    await call.refuse(429, f"quota of {call.key}", "Retry-After: 0\r\n")


async def busy_for_long(call: Call) -> None:
    await call.refuse(429, "quota", "Retry-After: 3600\r\n")


async def busy_once(call: Call) -> None:
    await (busy if call.number == 1 else well)(call)


async def no_tools(call: Call) -> None:
    if call.has_tool:
        await call.refuse(400, "this model does not support tools")
        return
    await call.begin()
    for piece in in_pieces(f"ANSWER\n{ANSWER} [1]", 3):
        await call.event({"content": piece})
    await call.end("stop")


async def no_options(call: Call) -> None:
    """An endpoint so old that it knows neither tools nor counting."""
    if call.has_tool or call.body.get("stream_options"):
        await call.refuse(400, "unknown field")
        return
    await ignores_tools(call)


async def thinks_for_ever(call: Call) -> None:
    """Thoughts that nobody sees, and somebody pays: faster than any model."""
    await call.begin()
    await call.event({"content": "<think>"})
    for _ in range(1000):
        await call.event({"content": "hmm " * 20})
        await asyncio.sleep(0.01)


async def ignores_tools(call: Call) -> None:
    await call.begin()
    for piece in in_pieces(f"{ANSWER} [1]"):
        await call.event({"content": piece})
    await call.end("stop")


async def thinks_aloud(call: Call) -> None:
    """As reasoning models do where nobody takes their thoughts out."""
    await call.begin()
    for piece in in_pieces(f"<think>{'The visitor may be a spy. ' * 600}</think>\n\n{ANSWER} [1]", 50):
        await call.event({"content": piece})
    await call.end("stop")


async def breaks_after_the_end(call: Call) -> None:
    await call.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999\r\n\r\n")
    await call.call_tool(in_pieces(arguments("answer", ANSWER)))
    finished = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    await call.write(f"data: {json.dumps(finished)}\n\n")
    await asyncio.sleep(0.1)
    call.writer.transport.abort()


async def document(call: Call) -> None:
    """An endpoint that knows no streaming."""
    await call.begin("application/json")
    called = {"id": "1", "type": "function", "function": {"name": "reply", "arguments": arguments("answer", ANSWER)}}
    choice = {"index": 0, "message": {"role": "assistant", "tool_calls": [called]}, "finish_reason": "tool_calls"}
    await call.write(json.dumps({"choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 6}}, indent=2))


async def huge_document(call: Call) -> None:
    await call.begin("application/json")
    choice = {"index": 0, "message": {"role": "assistant", "content": "0123456789" * 10_000}, "finish_reason": "stop"}
    await call.write(json.dumps({"choices": [choice]}))


async def obeys(call: Call) -> None:
    """The worst model there is: it does what the last text has told it."""
    system, *_, asked = (message["content"] for message in call.body["messages"])
    told = next((one for one in INJECTIONS if one.word in asked), None)
    if told is None or (told.before and told.before in asked):
        await reply(call, "answer", "OK.")
        return
    said = told.said(system.partition("Passages, as JSON:")[0], call.key)
    if not told.as_text:
        await reply(call, "answer", said, pause=0.001, sources=[1])
        return
    await call.begin()
    for piece in in_pieces(said):
        await call.event({"content": piece})
    await call.end("stop")


async def redirects(call: Call) -> None:
    await call.refuse(307, "elsewhere", "Location: http://127.0.0.1:1/\r\n")


MODES: dict[str, Callable[[Call], Awaitable[None]]] = {
    mode.__name__: mode
    for mode in (
        *(
            well,
            steadily,
            as_long_as_asked,
            endless,
            slow,
            slow_after_greeting,
            stalls,
            trickles,
            cut,
            cut_quietly,
            drops,
            garbage,
            page,
        ),
        *(bad_json, bad_arguments, empty, nothing, blank, huge, one_line, error_midway, too_few_tokens, busy),
        *(busy_for_long, busy_once, no_tools, ignores_tools, thinks_aloud, document, redirects, obeys),
        *(breaks_after_the_end, huge_document, no_options, thinks_for_ever),
    )
} | {
    "401": lambda call: call.refuse(401, f"Incorrect API key provided: {call.key}"),
    "404": lambda call: call.refuse(404, "no such model"),
    "500": lambda call: call.refuse(500, "oops"),
    "hand_off": lambda call: reply(call, "hand_off", reason="wants\na refund"),
    "no_answer": lambda call: reply(call, "no_answer"),
    "ask": lambda call: reply(call, "ask", "Which order do you mean?"),
    "leaks": lambda call: reply(call, "answer", LEAKED),
    "links": lambda call: reply(
        call, "answer", "See ![x](https://evil.test/p.png?q=1) or [here](https://acme.test/help) or https://evil.test"
    ),
}


class MisbehavingServer:
    """In a thread of its own, so that this process and workers can ask it, and tests can look at what it was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="misbehaving")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def calls_of(self, key: str) -> list[Call]:
        return [call for call in self.calls if call.key == key]

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=200)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            call = await self._read(reader, writer)
            behaving = asyncio.ensure_future(MODES[call.mode](call))
            watching = asyncio.ensure_future(_watch(reader, call, behaving))
            try:
                await asyncio.gather(behaving, return_exceptions=True)
            finally:
                call.ended_at = time.monotonic()
                behaving.cancel()
                watching.cancel()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        key = headers.get("authorization", "").removeprefix("bearer ")
        call = Call(body, key, len(self.calls_of(key)) + 1, writer)
        self.calls.append(call)
        return call


async def _watch(reader: asyncio.StreamReader, call: Call, behaving: asyncio.Future[None]) -> None:
    """Notes when the client goes, and stops at once."""
    with suppress(ConnectionError):
        await reader.read()
    call.gone_at = time.monotonic()
    call.gone.set()
    behaving.cancel()
