"""Calls that wait together go together, and none of them is ever forgotten."""

import asyncio
from collections.abc import Sequence

import pytest

from foundation.batching import Batches


async def test_calls_that_arrive_while_a_batch_runs_go_together_in_the_next() -> None:
    batches, ran = recorder()
    assert await asyncio.gather(*[batches.call(number) for number in range(5)]) == [0, 10, 20, 30, 40]
    first, *rest = ran
    assert [number for batch in (first, *rest) for number in batch] == [0, 1, 2, 3, 4]
    assert len(ran) <= 2


@pytest.mark.parametrize("in_flight", [1, 2])
async def test_a_call_at_the_very_moment_a_batch_ends_is_not_forgotten(in_flight: int) -> None:
    batches, _ = recorder(in_flight=in_flight)

    async def one_after_the_other() -> list[int]:
        return [await batches.call(number) for number in range(50)]

    async with asyncio.timeout(5):
        assert await one_after_the_other() == [number * 10 for number in range(50)]


async def test_a_batch_is_never_larger_than_allowed() -> None:
    batches, ran = recorder(most=3)
    await asyncio.gather(*[batches.call(number) for number in range(10)])
    assert max(len(batch) for batch in ran) == 3
    assert sum(len(batch) for batch in ran) == 10


async def test_a_bad_item_fails_alone_when_its_batch_raises() -> None:
    async def refuse_seven(items: list[int]) -> Sequence[int]:
        if 7 in items:
            raise ValueError("seven")
        return items

    batches: Batches[int, int] = Batches(refuse_seven)
    results = await asyncio.gather(*[batches.call(number) for number in (6, 7, 8)], return_exceptions=True)
    assert [results[0], results[2]] == [6, 8]
    assert isinstance(results[1], ValueError)


async def test_a_result_that_is_an_exception_is_raised_to_its_caller_only() -> None:
    async def refuse_odd(items: list[int]) -> Sequence[int | Exception]:
        return [LookupError(item) if item % 2 else item for item in items]

    batches: Batches[int, int] = Batches(refuse_odd)
    results = await asyncio.gather(*[batches.call(number) for number in range(4)], return_exceptions=True)
    assert [type(result) for result in results] == [int, LookupError, int, LookupError]


async def test_after_a_batch_that_failed_the_next_calls_are_served() -> None:
    failures = iter([True, False])

    async def fail_once(items: list[int]) -> Sequence[int]:
        if next(failures):
            raise OSError("away")
        return items

    batches: Batches[int, int] = Batches(fail_once)
    with pytest.raises(OSError, match="away"):
        await batches.call(1)
    assert await batches.call(2) == 2


def recorder(**options: int) -> tuple[Batches[int, int], list[list[int]]]:
    """Batches that answer ten times the number, and what they ran."""
    ran: list[list[int]] = []

    async def run(items: list[int]) -> Sequence[int]:
        ran.append(items)
        await asyncio.sleep(0)
        return [item * 10 for item in items]

    return Batches(run, **options), ran
