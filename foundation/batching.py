"""Calls that arrive while one batch runs go together in the next: the load sets the size, no timer does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from foundation.logs import for_nobody

In = TypeVar("In")
Out = TypeVar("Out")
Run = Callable[[list[In]], Awaitable[Sequence["Out | Exception"]]]


class Batches(Generic[In, Out]):
    """`call(item)` for many, `run(items)` for few. `run` answers one result or exception per item, in order.

    When a whole batch raises, its items are run one by one, so that a bad one fails alone.
    """

    def __init__(self, run: Run[In, Out], *, most: int = 200, in_flight: int = 1) -> None:
        self._run, self._most, self._in_flight = run, most, in_flight
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Waiting[In, Out]] = WeakKeyDictionary()

    async def call(self, item: In) -> Out:
        loop = asyncio.get_running_loop()
        waiting = self._loops.get(loop)
        if waiting is None:
            waiting = self._loops[loop] = _Waiting()
        done: asyncio.Future[Out] = loop.create_future()
        waiting.items.append((item, done))
        if len(waiting.workers) < self._in_flight:
            self._start(waiting)
        return await done

    def _start(self, waiting: _Waiting[In, Out]) -> None:
        def ended(worker: asyncio.Task[None]) -> None:
            waiting.workers.discard(worker)
            if waiting.items:  # from those whom it has just answered: they run before this
                self._start(waiting)

        worker = asyncio.create_task(self._work(waiting), context=for_nobody())
        waiting.workers.add(worker)
        worker.add_done_callback(ended)

    async def _work(self, waiting: _Waiting[In, Out]) -> None:
        while waiting.items:
            batch, waiting.items = waiting.items[: self._most], waiting.items[self._most :]
            try:
                await self._finish(batch)
            finally:
                for _, done in batch:
                    done.cancel()  # without effect on those that have a result

    async def _finish(self, batch: list[tuple[In, asyncio.Future[Out]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _settle(batch[0][1], error)
            else:
                for one in batch:
                    await self._finish([one])
            return
        for (_, done), result in zip(batch, results, strict=True):
            _settle(done, result)


class _Waiting(Generic[In, Out]):
    def __init__(self) -> None:
        self.items: list[tuple[In, asyncio.Future[Out]]] = []
        self.workers: set[asyncio.Task[None]] = set()


def _settle(done: asyncio.Future[Out], result: Out | Exception) -> None:
    if done.done():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
