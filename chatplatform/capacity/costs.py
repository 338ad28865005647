"""What one of each costs, as it was measured (`make unit-costs`): CPU in microseconds, memory and disk in bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

MEASURED = Path(__file__).with_name("unit_costs.json")


@dataclass(frozen=True)
class UnitCosts:
    """`…_message`: stored, answered and told to one dashboard. `…_frame`: told to one more. `…_socket`: let in.

    `…_rest`: a socket that is only open, for a second. `…_answer`: of the built-in assistant, all its chunks. `…_base`:
    memory of a process without any socket.
    """

    web_message: float
    postgres_message: float
    redis_message: float
    worker_message: float
    web_frame: float
    caddy_frame: float
    web_socket: float
    postgres_socket: float
    redis_socket: float
    caddy_socket: float
    web_rest: float
    postgres_rest: float
    redis_rest: float
    web_answer: float
    postgres_answer: float
    redis_answer: float
    worker_answer: float
    chunks_answer: float
    web_socket_bytes: float
    redis_socket_bytes: float
    caddy_socket_bytes: float
    web_base: float
    worker_base: float
    redis_base: float
    disk_message: float
    wal_message: float
    rows_message: float
    redis_commands_message: float
    redis_bytes_message: float
    measured: str = ""

    @classmethod
    def read(cls, file: Path = MEASURED) -> Self:
        """Raises ValueError for a file that is something else, OSError for one that is not there."""
        found = json.loads(file.read_text())
        missing = {one.name for one in fields(cls)} - found.keys() if isinstance(found, Mapping) else {"everything"}
        if missing:
            raise ValueError(f"{file.name} lacks {', '.join(sorted(missing))}")
        return cls(**{one.name: found[one.name] for one in fields(cls)})

    def write(self, file: Path = MEASURED) -> None:
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")


def distilled(found: Mapping[str, Any], at: str = "20") -> UnitCosts:
    """From the whole file of a measurement. `at`: the size of burst that stands for a server under load; of answers it
    is the most that were under way together."""
    one, sockets, storage = found["messages"][at], found["sockets"], found["storage"]
    answers = found["answers"]["by_width"]
    answers = answers[max(answers, key=int)]
    proxied, processes = found["proxied"] or {}, found["processes"]

    messages = {name: one["cpu_us"][name] / int(at) for name in ("web", "postgres", "redis")}
    messages["worker"] = found["words"]["cpu_us"]["worker"]  # so little that beside all else it does it is not seen

    def answer(process: str) -> float:
        """Without the question's own message."""
        return float(max(0.0, answers["cpu_us"][process] - messages[process]))

    counts = one["counts"]
    commands = {name: count for name, count in counts.items() if name.startswith("redis_") and "bytes" not in name}
    commands.pop("redis_info", None)  # our own question
    return UnitCosts(
        **{f"{name}_message": round(cost, 1) for name, cost in messages.items()},
        web_frame=round(frame(found["fanout"]), 2),
        caddy_frame=proxied.get("caddy_cpu_us_per_frame", 0.0),
        **{f"{name}_socket": max(0.0, sockets["cpu_us"].get(name, 0.0)) for name in ("web", "postgres", "redis")},
        caddy_socket=proxied.get("cpu_us", {}).get("caddy", 0.0),
        **{f"{name}_rest": max(0.0, sockets["rest_us_per_second"].get(name, 0.0)) for name in REST},
        **{f"{name}_answer": round(answer(name), 1) for name in ("web", "postgres", "redis", "worker")},
        chunks_answer=answers["chunks"],
        web_socket_bytes=max(0.0, sockets["memory_bytes"]["web"]),
        redis_socket_bytes=sockets["memory_bytes"]["redis"],
        caddy_socket_bytes=max(0.0, proxied.get("memory_bytes", {}).get("caddy", 0.0)),
        **{f"{name}_base": processes[name] for name in ("web", "worker", "redis")},
        disk_message=round(sum(storage["bytes"].values()), 1),
        wal_message=storage["wal_bytes"],
        rows_message=storage["rows_inserted"],
        redis_commands_message=round(max(0.0, sum(commands.values())) / int(at), 2),
        redis_bytes_message=round((counts["redis_bytes_in"] + counts["redis_bytes_out"]) / int(at), 1),
        measured=found["moment"],
    )


REST = ("web", "postgres", "redis")


def frame(fanout: Mapping[str, Any]) -> float:
    """For one more dashboard."""
    fewest, most = min(fanout, key=int), max(fanout, key=int)
    more = fanout[most]["cpu_us"]["web"] - fanout[fewest]["cpu_us"]["web"]
    return float(more / (int(most) - int(fewest)))
