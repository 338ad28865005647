"""`manage.py capacity`: its arithmetic held against sums done by hand, and that more never needs less."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatplatform.capacity.costs import MEASURED, UnitCosts, distilled
from chatplatform.capacity.model import FIRST, MEMORY_OF_PROXY, MEMORY_OF_WEB, Load, Plan, plan, resources
from tests.servers.stack import PROJECT

# Round numbers, so that everything below can be reckoned on paper.
COSTS = UnitCosts(
    web_message=100,
    postgres_message=200,
    redis_message=20,
    worker_message=10,
    web_frame=10,
    caddy_frame=5,
    web_socket=1_000,
    postgres_socket=100,
    redis_socket=50,
    caddy_socket=400,
    web_rest=0,
    postgres_rest=0,
    redis_rest=0,
    web_answer=1_000,
    postgres_answer=2_000,
    redis_answer=300,
    worker_answer=20_000,
    chunks_answer=10,
    web_socket_bytes=25_000,
    redis_socket_bytes=500,
    caddy_socket_bytes=40_000,
    web_base=100e6,
    worker_base=200e6,
    redis_base=10e6,
    disk_message=1_000,
    wal_message=3_000,
    rows_message=2,
    redis_commands_message=2,
    redis_bytes_message=1_500,
)


def people(**changes: Any) -> Load:
    given: dict[str, Any] = {
        "visitors": 1_000,
        "messages": 1_000,
        "per": "second",
        "agents": 1,
        "ai_share": 0.0,
        "peak": 1.0,
    }
    return Load(**(given | {"visit_minutes": 1440.0} | changes))


def full(found: Plan, name: str) -> float:
    return next(one.need for one in found.resources if one.name.startswith(name))


def test_a_thousand_messages_a_second_between_people() -> None:
    """1 000 × 100 µs is a tenth of a core for messages; 1 001 sockets ping every 25 s, two frames each: 801 µs; and
    1 000 sockets a day of 1 ms each: 12 µs."""
    found = plan(people(), COSTS)
    assert full(found, "web processes, messages") == pytest.approx(0.1 + 0.0008008 + 0.0000116, rel=1e-3)
    assert full(found, "Redis hosts") == pytest.approx(0.02, rel=1e-3)
    assert full(found, "Postgres, CPU") == pytest.approx(0.2, rel=1e-3)
    assert full(found, "workers, CPU") == pytest.approx(0.01)
    assert (found.web_processes, found.workers, found.redis_hosts, found.postgres_cores) == (1, 1, 1, 1)
    assert found.database_connections == 12 + 16
    assert found.files_of_the_proxy == 2 * 1_001
    assert found.memory["web processes"] == 100e6 + 1_001 * 25_000
    assert found.disk_a_month == 1_000 * 86_400 * 30 * 1_000


def test_ten_thousand_need_two_processes_four_cores_and_one_redis() -> None:
    """10 000 × 100 µs = 1.0 core; at 60 % that is 1.7 processes. 10 000 × 200 µs = 2.0 cores; at 60 % 3.4."""
    found = plan(people(messages=10_000), COSTS)
    assert (found.web_processes, found.postgres_cores) == (2, 4)
    assert found.redis_hosts == 1, "0.2 of a core, where 0.5 are allowed"
    assert found.first_full.name.startswith("web processes")
    assert found.first_full.fullness == pytest.approx(1.0008 / 1.2, rel=1e-3)
    assert found.first_full.headroom == pytest.approx(1.2 / 1.0008, rel=1e-3)


def test_answers_of_the_assistant_are_the_workers_work() -> None:
    """100 a second, all answered: 100 × 20 ms + 200 × 10 µs = 2.002 cores, at 60 % four workers. Under way at once:
    100 × 3 s = 300, at 50 each six."""
    found = plan(people(messages=100, ai_share=1.0, answer_seconds=3.0), COSTS)
    assert full(found, "workers, CPU") == pytest.approx(2.002)
    assert full(found, "workers, answers") == 300
    assert found.workers == 6
    assert found.disk_a_month == 2 * 100 * 86_400 * 30 * 1_000


def test_a_message_costs_more_the_more_dashboards_are_told() -> None:
    """101 dashboards of one website: 100 frames of 10 µs more for each of 100 messages a second, a tenth of a core."""
    few, many = plan(people(messages=100), COSTS), plan(people(messages=100, agents=101), COSTS)
    more = full(many, "web processes, messages") - full(few, "web processes, messages")
    assert more == pytest.approx(0.1 + 100 / 25 * 2 * 10e-6, rel=1e-3)
    spread = plan(people(messages=100, agents=101, websites=101), COSTS)
    assert full(spread, "web processes, messages") == pytest.approx(
        full(few, "web processes, messages") + 100 / 25 * 2 * 10e-6, rel=1e-3
    )


def test_everybody_coming_back_at_once_decides_for_very_many_visitors() -> None:
    """A million sockets of 1 ms are 1 000 s of CPU; within 60 s that takes 17 processes, the proxy's ports 36, their
    memory 61: 25 000 bytes each and 8 192 of the kernel, beside 100 MB, in 80 % of 768 MB."""
    found = plan(people(visitors=999_999, messages=1), COSTS)
    assert full(found, "web processes, everybody") == pytest.approx(1_000 / 60)
    assert found.web_processes == 61
    assert found.database_connections == 61 * 12 + 16
    assert found.first_full.name == "connections of Postgres", "748 of 97"
    assert found.first_full.fullness == pytest.approx(748 / 97)


def test_the_proxys_memory_is_full_before_anything_else_where_many_only_listen() -> None:
    """56 384 bytes of each of 20 001 sockets, and 40 MB, in 80 % of the 1 GiB that it begins with; 2 GiB hold them."""
    many = people(visitors=20_000, messages=1)
    first = max(resources(many, COSTS, FIRST), key=lambda one: one.fullness)
    assert (first.name, first.need) == ("memory of the proxy", 40e6 + 20_001 * 56_384)
    assert first.fullness == pytest.approx(1_167_736_384 / (1024**3 * 0.8))
    assert plan(many, COSTS).proxy_memory == 2 * 1024**3
    assert "CADDY_MEMORY=2G" in said("--visitors", "10000", "--messages", "1")


def test_its_limits_are_those_of_the_containers_in_production() -> None:
    production = (PROJECT / "docker-compose.production.yml").read_text()
    web, caddy = (production.partition(f"\n  {name}:\n")[2] for name in ("web", "caddy"))
    assert f"memory: {MEMORY_OF_WEB >> 20}M," in web.partition("\n  worker:\n")[0]
    assert f'memory: "${{CADDY_MEMORY:-{MEMORY_OF_PROXY >> 30}G}}",' in caddy.partition("\n  prepare:\n")[0]


def test_the_busiest_moment_counts_and_the_disk_does_not_know_of_it() -> None:
    calm, busy = (
        plan(people(messages=86_400, per="day"), COSTS),
        plan(people(messages=86_400, per="day", peak=5), COSTS),
    )
    assert full(calm, "workers, CPU") == pytest.approx(10e-6)
    assert full(busy, "workers, CPU") == pytest.approx(50e-6)
    assert calm.disk_a_month == busy.disk_a_month == 86_400 * 30 * 1_000


def needs(found: Plan) -> list[float]:
    return [
        found.web_processes,
        found.workers,
        found.redis_hosts,
        found.postgres_cores,
        found.proxy_cores,
        found.proxy_memory,
        found.database_connections,
        found.files_of_the_proxy,
        found.disk_a_month,
        *found.memory.values(),
    ]


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
loads = st.builds(
    Load,
    visitors=st.integers(1, 2_000_000),
    messages=st.floats(0, 1e6),
    per=st.sampled_from(["second", "minute", "hour", "day"]),
    agents=st.integers(0, 5_000),
    websites=st.integers(1, 500),
    ai_share=st.floats(0, 0.5),
    peak=st.floats(1, 10),
)


@PATIENT
@given(load=loads, more=st.floats(1, 20))
def test_more_of_anything_never_needs_less(load: Load, more: float) -> None:
    for changed in (
        replace(load, visitors=int(load.visitors * more)),
        replace(load, messages=load.messages * more),
        replace(load, agents=int(load.agents * more)),
        replace(load, ai_share=min(1.0, load.ai_share * more)),
        replace(load, peak=load.peak * more),
    ):
        assert all(
            a <= b * (1 + 1e-9) for a, b in zip(needs(plan(load, COSTS)), needs(plan(changed, COSTS)), strict=True)
        )


@PATIENT
@given(load=loads)
def test_what_a_plan_gives_is_enough_of_what_can_be_given(load: Load) -> None:
    """Only what a setting of the operator bounds may be over its limit, and then it is what is full first."""
    bounded = ("connections of Postgres", "files of the proxy")
    found = plan(load, COSTS)
    assert all(one.fullness <= 1 + 1e-9 for one in found.resources if one.name not in bounded)
    assert found.first_full.fullness == max(one.fullness for one in found.resources)


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("capacity", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_is_full_first_and_what_it_takes_for_granted() -> None:
    text = said("--visitors", "5000", "--messages", "200_000")
    assert "5,000 visitors at once, 200,000 messages a day" in text
    assert "Full first: " in text
    assert "Taken for granted:" in text
    assert "Disk a month" in text


def test_programs_get_the_same_as_json() -> None:
    told = json.loads(said("--visitors", "5000", "--messages", "20", "--per", "second", "--json"))
    load = Load(visitors=5_000, messages=20.0, per="second")
    assert told["plan"]["web_processes"] == plan(load, UnitCosts.read()).web_processes
    assert told["plan"]["first_full"] == plan(load, UnitCosts.read()).first_full.name
    assert told["load"]["peak"] == 3.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--visitors", "-1", "--messages", "1"], "-1 is not between 1 and"),
        (["--visitors", "many", "--messages", "1"], "many is no number"),
        (["--visitors", "1.5", "--messages", "1"], "1.5 is no whole number"),
        (["--visitors", "1", "--messages", "nan"], "nan is not between"),
        (["--visitors", "1", "--messages", "1", "--ai-share", "1.1"], "1.1 is not between 0 and 1"),
        (["--visitors", "1", "--messages", "1", "--peak", "0"], "0 is not between 1 and"),
        (["--visitors", "1", "--messages", "1", "--per", "week"], "invalid choice"),
        (["--visitors", "1", "--messages", "1", "--websites", "0"], "0 is not between 1"),
        (["--messages", "1"], "required: --visitors"),
        (["--visitors", "1", "--messages", "1", "--costs", "manage.py"], "These are no unit costs"),
        (["--visitors", "1", "--messages", "1", "--costs", "no-such-file"], "These are no unit costs"),
    ],
)
def test_nonsense_is_refused_by_name(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        said(*arguments)


def test_its_costs_are_those_that_are_published() -> None:
    published = json.loads((PROJECT / "docs" / "unit-costs.json").read_text())
    assert UnitCosts.read(MEASURED) == distilled(published)
