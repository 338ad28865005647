"""Runs chosen faults one after the other on one ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.faults.crowd import Crowd
from tests.faults.faults import FAULTS
from tests.faults.ground import Ground
from tests.faults.memory import Memory
from tests.faults.proxy import Proxy
from tests.faults.verdict import Verdict, judge


async def run(
    names: Iterable[str], warm_up: float, asleep: float, tell: Callable[[Verdict], None], weigh: bool = True
) -> list[Verdict]:
    """`warm_up` seconds of talk go before each fault; `tell` hears of each verdict as it is found.

    With `weigh` memory is compared, too, for which a long history is made first.
    """
    found: list[Verdict] = []
    with Ground() as ground:
        async with Proxy(ground.port) as proxy, Crowd(ground, proxy, asleep) as crowd:
            memory = Memory(crowd, warm_up) if weigh else None
            if memory:
                await crowd.fill()
            for name in names:
                found.append(await judge(name, crowd, FAULTS[name], warm_up, memory))
                tell(found[-1])
    return found
