"""A token bucket in memory: a burst, then a steady pace, for each subject on its own."""

from __future__ import annotations

import pytest

from foundation import rate_limits
from foundation.rate_limits import Bucket, Buckets


def test_a_bucket_gives_its_burst_and_then_what_flows_in() -> None:
    bucket = Bucket(per_second=2, burst=3, tokens=3, filled_at=0)
    assert [bucket.take(0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0) == pytest.approx(0.5)
    assert bucket.take(0.25) == pytest.approx(0.25)
    assert bucket.take(0.5) == 0
    assert bucket.take(0.5) == pytest.approx(0.5)


def test_waiting_as_long_as_told_is_long_enough() -> None:
    bucket = Bucket(per_second=5, burst=1, tokens=1, filled_at=0)
    bucket.take(0)
    wait = bucket.take(0)
    assert bucket.take(wait) == 0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(per_second=100, burst=2, tokens=2, filled_at=0)
    assert [bucket.take(3600) > 0 for _ in range(3)] == [False, False, True]


def test_a_refused_attempt_costs_nothing() -> None:
    bucket = Bucket(per_second=1, burst=1, tokens=1, filled_at=0)
    bucket.take(0)
    waits = [bucket.take(0) for _ in range(5)]
    assert waits == [1.0] * 5


def test_each_subject_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(per_second=1, burst=1)
    assert buckets.take("vera") == 0
    assert buckets.take("vera") > 0
    assert buckets.take("victor") == 0


def test_full_buckets_are_forgotten_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "FORGET_AFTER", 3)
    buckets = Buckets(per_second=1, burst=10)
    for name in ("a", "b", "c"):
        buckets.take(name)
    buckets.buckets["a"].filled_at -= 60
    buckets.take("d")
    assert set(buckets.buckets) == {"b", "c", "d"}
