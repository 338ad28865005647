"""How much is measured: everything, or so little that a test can do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: float
    warm_up_seconds: float
    crowds: tuple[int, ...]  # visitors in closed loop
    rate: int  # messages per second
    rate_visitors: int
    dashboards: int
    settle_seconds: float
    pause_seconds: float
    times: int  # that a single act is repeated
    sockets: int
    askers: int  # of the assistant, at the same time
    questions: int  # for each of them
    missed: int
    conversations: int
    keeps_servers: bool = False  # one server for all measurements, where each should have a fresh one


FULL = Size(
    rounds=3,
    seconds=5,
    warm_up_seconds=2,
    crowds=(50, 500),
    rate=200,
    rate_visitors=50,
    dashboards=500,
    settle_seconds=3,
    pause_seconds=0.3,
    times=15,
    sockets=5_000,
    askers=100,
    questions=4,
    missed=1_000,
    conversations=100_000,
)
SHORT = Size(
    rounds=1,
    seconds=0.5,
    warm_up_seconds=0.2,
    crowds=(5,),
    rate=40,
    rate_visitors=5,
    dashboards=5,
    settle_seconds=0.3,
    pause_seconds=0.05,
    times=2,
    sockets=30,
    askers=3,
    questions=4,
    missed=250,
    conversations=500,
    keeps_servers=True,
)
