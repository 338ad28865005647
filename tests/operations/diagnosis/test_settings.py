"""A setting of this command that is not the server's, or leads where nobody is; a part that is gone while others are
there. `manage.py doctor` says which, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.road import TITLES
from tests.operations.diagnosis.running_doctor import doctor, examined, examined_without_room
from tests.operations.diagnosis.shifted_clocks import with_option
from tests.operations.diagnosis.told import detail_of, told
from tests.servers.own_redis import own_redis
from tests.servers.stack import PROJECT, Stack

NOWHERE = "127.0.0.1:1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"SECRET_KEY": "another-key-" * 6}, {"connect": Advice.OTHER_INSTALLATION}),
        ({"REDIS_PREFIX": "another"}, {"seen": Advice.NOBODY_COUNTED}),
        ({"EMAIL_URL": f"smtp://{NOWHERE}"}, {"email": Advice.MAIL_AWAY}),
        ({"AI_BASE_URL": f"http://{NOWHERE}/v1", "AI_MODEL": "small"}, {"ai": Advice.AI_AWAY}),
        ({"UPLOAD_DIR": f"{PROJECT}/manage.py"}, {"storage": Advice.STORAGE_CLOSED}),
        ({"EXPORT_DIR": f"{PROJECT}/manage.py"}, {"storage": Advice.STORAGE_CLOSED}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_setting_that_is_wrong(stack: Stack, environment: dict[str, str], advice: dict[str, Advice]) -> None:
    assert told(examined(stack, "--url", stack.url, **environment)) == advice


@pytest.mark.slow
def test_a_database_that_is_gone(stack: Stack) -> None:
    """No step can begin, and none is said to have failed, nor is what is kept there."""
    report = examined(stack, DATABASE_URL=f"postgresql://postgres@{NOWHERE}/none")
    assert told(report) == {"postgres": Advice.POSTGRES_AWAY}
    assert {one["outcome"] for one in report["steps"]} == {"skipped"}
    assert {detail_of(report, key) for key in ("connect", "worker", "clocks")} == {"Postgres did not answer"}


@pytest.mark.slow
def test_a_database_that_takes_nothing(stack: Stack) -> None:
    """It answers every question, as a copy does, or one whose disk is full."""
    report = examined(stack, DATABASE_URL=with_option("-cdefault_transaction_read_only=on"))
    assert told(report) == {"connect": Advice.NO_PROBE}
    assert [one["outcome"] for one in report["steps"]] == ["failed", *["skipped"] * (len(TITLES) - 1)]
    assert not any(one["tried"] for one in report["steps"])


@pytest.mark.slow
def test_a_database_that_was_never_prepared(stack: Stack) -> None:
    """Every finding says so; none says that nothing is known."""
    there = urlsplit(stack.environment["DATABASE_URL"])
    report = examined(stack, DATABASE_URL=there._replace(path="/postgres").geturl())
    assert told(report) == {"connect": Advice.NO_PROBE, "worker": Advice.NO_PROBE}


@pytest.mark.slow
def test_a_redis_that_is_gone(stack: Stack) -> None:
    """The layer has one of its own, which is there."""
    report = examined(stack, REDIS_URL=f"redis://{NOWHERE}/0", CHANNEL_REDIS_URLS=stack.environment["REDIS_URL"])
    assert told(report) == {"redis": Advice.REDIS_AWAY}
    assert {detail_of(report, key) for key in ("connect", "clocks")} == {"Redis did not answer"}


@pytest.mark.slow
def test_a_redis_of_the_layer_that_is_gone(stack: Stack) -> None:
    """Whatever else Redis keeps is there: sockets connect and are counted."""
    report = examined(stack, CHANNEL_REDIS_URLS=f"redis://{NOWHERE}/0")
    assert told(report) == {"broadcast": Advice.LAYER_AWAY, "channel_layer": Advice.LAYER_AWAY}
    assert [one["outcome"] for one in report["steps"][:3]] == ["ok", "ok", "ok"]


@pytest.mark.slow
def test_a_layer_on_another_redis(stack: Stack) -> None:
    with own_redis() as (other, _):
        assert told(examined(stack, CHANNEL_REDIS_URLS=other)) == {"broadcast": Advice.NOT_BROADCAST}


@pytest.mark.slow
def test_a_storage_that_is_full(stack: Stack) -> None:
    assert told(examined_without_room(stack)) == {"storage": Advice.STORAGE_FULL}


@pytest.fixture
def without_worker(stack: Stack) -> Iterator[None]:
    assert stack.worker is not None
    stack.worker.stop()
    yield
    stack.worker.start()


@pytest.mark.slow
@pytest.mark.usefixtures("without_worker")
def test_a_worker_that_is_gone(stack: Stack) -> None:
    report = examined(stack)
    assert told(report) == {"worker": Advice.NO_WORKER}
    assert {one["outcome"] for one in report["steps"]} == {"ok"}, "people still talk"


@pytest.mark.slow
def test_the_report_for_a_ticket_has_causes_and_no_secrets(stack: Stack) -> None:
    secret = "hunter2-in-the-url"
    ended = doctor(stack, REDIS_URL=f"redis://:{secret}@{NOWHERE}/0")
    assert ended.returncode == 1
    assert secret not in ended.stdout + ended.stderr
    assert "FAILED  Redis" in ended.stdout
    assert f"Likely cause: {Advice.REDIS_AWAY.cause}" in ended.stdout
    assert f"What to do:   {Advice.REDIS_AWAY.fix}" in ended.stdout
    assert "Redis did not answer" in ended.stdout
