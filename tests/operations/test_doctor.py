"""`manage.py doctor` follows a message through the system; what is broken on purpose, it names, and no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation, User, Website
from conversations.models import Conversation, Visitor
from dashboard.diagnostics.findings import Finding, Outcome
from dashboard.diagnostics.parts import _compare
from dashboard.diagnostics.probe import HOST, remove_stale_probes
from foundation import server_url
from foundation.db import db
from foundation.supervisor.ports import free_port
from tests.cast import Cast
from tests.operations.broken_proxy import BrokenProxy, Fault
from tests.servers.own_redis import own_redis
from tests.servers.stack import PROJECT, Stack, start_stack

STEPS = ["connect", "subscribe", "seen", "broadcast", "receive"]
Report = dict[str, Any]


def doctor(stack: Stack, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "doctor", *arguments]
    whole = os.environ | dict(stack.environment) | environment
    return subprocess.run(command, cwd=PROJECT, env=whole, capture_output=True, text=True, timeout=100, check=False)


def examined(stack: Stack, *arguments: str, **environment: str) -> Report:
    """Fails the test where it did not end with a report."""
    ended = doctor(stack, "--json", *arguments, **environment)
    report: Report = json.loads(ended.stdout.splitlines()[-1])
    assert ended.returncode == (0 if report["ok"] else 1), ended.stderr
    return report


def outcomes(report: Report, of: str = "steps") -> dict[str, str]:
    return {one["key"]: one["outcome"] for one in report[of]}


def first_failure(report: Report) -> dict[str, Any]:
    return next(one for one in [*report["steps"], *report["parts"]] if one["outcome"] == "failed")


def nothing_is_left() -> bool:
    probes = User.objects.filter(email__endswith=HOST), Organisation.objects.filter(name="Diagnostics")
    websites = Website.with_leaving.filter(name="Diagnostics")
    return not any(rows.exists() for rows in (*probes, websites))


def test_what_works_is_said_to_work_and_nothing_is_left(stack: Stack, cast: Cast) -> None:
    before = Conversation.objects.for_system().count(), Visitor.objects.for_system().count()
    report = examined(stack)
    assert outcomes(report) == dict.fromkeys(STEPS, "ok"), report
    assert set(outcomes(report, "parts").values()) <= {"ok", "notice"}, report
    assert {one["outcome"] for one in report["parts"] if one["key"] in ("email", "ai")} == {"notice"}
    assert report["ok"]
    assert nothing_is_left()
    assert before == (Conversation.objects.for_system().count(), Visitor.objects.for_system().count())


@pytest.mark.slow
def test_the_report_for_a_ticket_has_times_causes_and_no_secrets(stack: Stack, cast: Cast) -> None:
    gone = free_port()
    secret = "hunter2-in-the-url"
    ended = doctor(stack, REDIS_URL=f"redis://:{secret}@127.0.0.1:{gone}/0")
    assert ended.returncode == 1
    assert secret not in ended.stdout + ended.stderr
    assert "FAILED  Redis" in ended.stdout
    assert "Likely cause: Redis does not run, or REDIS_URL is wrong." in ended.stdout
    assert "1  The socket connects and is greeted" in ended.stdout
    assert "Redis did not answer" in ended.stdout
    assert cast.acme.name not in ended.stdout


@pytest.mark.slow
def test_it_can_watch(stack: Stack) -> None:
    command = [sys.executable, "manage.py", "doctor", "--json", "--watch", "--every", "0.2"]
    environment = os.environ | dict(stack.environment)
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        try:
            reports = [json.loads(watching.stdout.readline()) for _ in range(2)]
        finally:
            watching.terminate()
    assert [one["ok"] for one in reports] == [True, True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "detail", "cause"),
    [
        ("http://127.0.0.1:{port}", "nobody listens", "does not run, or not at this address"),
        ("https://127.0.0.1:{port}", "nobody listens", "The proxy does not run, or not at this address"),
        ("http://no-such-host.invalid", "no such host", "leads nowhere"),
    ],
)
def test_an_address_that_leads_nowhere(stack: Stack, url: str, detail: str, cause: str) -> None:
    report = examined(stack, "--url", url.format(port=free_port()))
    assert outcomes(report) == {**dict.fromkeys(STEPS, "skipped"), "connect": "failed"}
    assert detail in first_failure(report)["detail"]
    assert cause in first_failure(report)["cause"]
    assert nothing_is_left()


@pytest.fixture
def proxy(stack: Stack) -> Iterator[BrokenProxy]:
    with BrokenProxy(stack.port) as started:
        yield started


def test_past_the_proxy_it_comes_as_through_it() -> None:
    """As first aid says. Behind a proxy the server leads to TLS whoever does not come through it."""
    public = {"PUBLIC_URL": "https://chat.example.test", "TRUSTED_PROXIES": "1", "DEMO": "false"}
    public["ALLOWED_HOSTS"] = "127.0.0.1"  # by which the test sees that it is up
    behind = start_stack(public, name="behind")
    try:
        report = examined(behind, "--url", f"http://127.0.0.1:{behind.port}")
    finally:
        behind.stop()
    assert outcomes(report) == dict.fromkeys(STEPS, "ok"), report


@pytest.mark.parametrize(
    ("public", "is_container", "asked"),
    [
        ("http://127.0.0.1:8010", True, "http://127.0.0.1:8000"),
        ("https://localhost", True, "http://127.0.0.1:8000"),
        ("https://chat.example.test", True, "https://chat.example.test"),
        ("http://127.0.0.1:8010", False, "http://127.0.0.1:8010"),
    ],
)
def test_a_container_asks_the_server_beside_it_where_the_name_means_another_machine(
    public: str, is_container: bool, asked: str, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mark").touch()
    monkeypatch.setattr(server_url, "CONTAINER", tmp_path / ("mark" if is_container else "none"))
    settings.PUBLIC_URL = public
    assert server_url.usual_url() == asked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "fails", "cause"),
    [
        ("502", "connect", "the web process behind it is not"),
        ("no upgrade", "connect", "does not pass WebSockets on"),
        ("frozen", "connect", "does not answer"),
        ("frozen after the greeting", "subscribe", "does not come through"),
        ("frozen after the subscription", "receive", "does not come through"),
    ],
)
def test_a_proxy_in_the_way(stack: Stack, proxy: BrokenProxy, fault: Fault, fails: str, cause: str) -> None:
    proxy.fault = fault
    report = examined(stack, "--url", proxy.url, PUBLIC_URL=stack.url)
    failed = first_failure(report)
    assert (failed["key"], cause in failed["cause"]) == (fails, True), report
    after = STEPS[STEPS.index(fails) + 1 :]
    assert [outcomes(report)[one] for one in after] == ["skipped"] * len(after)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "fails", "cause"),
    [
        ({"SECRET_KEY": "another-key-" * 6}, "connect", "another SECRET_KEY"),
        ({"REDIS_PREFIX": "another"}, "seen", "in another Redis than this command reads"),
        ({"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none"}, "postgres", "DATABASE_URL is wrong"),
        ({"EMAIL_URL": "smtp://127.0.0.1:1"}, "email", "The mail server does not answer there"),
        ({"AI_BASE_URL": "http://127.0.0.1:1/v1", "AI_MODEL": "small"}, "ai", "does not answer from here"),
        ({"UPLOAD_DIR": f"{PROJECT}/manage.py"}, "storage", "full, read-only, missing"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_setting_that_is_wrong(stack: Stack, environment: dict[str, str], fails: str, cause: str) -> None:
    report = examined(stack, "--url", stack.url, **environment)
    failed = first_failure(report)
    assert (failed["key"], cause in failed["cause"]) == (fails, True), report
    assert failed["fix"]


@pytest.mark.slow
def test_a_channel_layer_on_another_redis(stack: Stack) -> None:
    with own_redis() as (other, _):
        report = examined(stack, CHANNEL_REDIS_URLS=other)
    failed = first_failure(report)
    assert failed["key"] == "broadcast", report
    assert "CHANNEL_REDIS_URLS" in failed["fix"]


@pytest.mark.slow
def test_a_worker_that_is_gone(stack: Stack) -> None:
    assert stack.worker is not None
    stack.worker.stop()
    try:
        report = examined(stack)
    finally:
        stack.worker.start()
    assert first_failure(report)["key"] == "worker", report
    assert outcomes(report) == dict.fromkeys(STEPS, "ok"), "people still talk"


def test_clocks_that_differ_are_told_apart() -> None:
    with pytest.raises(Finding) as told:
        _compare("Redis", 1030.0, 1000.0)
    assert told.value.outcome is Outcome.FAILED


async def test_only_what_is_surely_a_probe_is_ever_removed(cast: Cast, core: None) -> None:
    """Mallory calls her organisation as a probe is called, and invites an address that looks like one of ours."""
    mine = cast.globex.organisation
    fake = await db(lambda: User.objects.create_user(f"mallorys-friend{HOST}", None, name="x"))
    left = await db(lambda: Organisation.objects.create(name="Diagnostics"))
    own = await db(lambda: User.objects.create_user(f"{uuid4().hex}{HOST}", None, name="x"))

    def prepare() -> None:
        Organisation.objects.filter(pk__in=[mine.pk, left.pk]).update(created_at=timezone.now() - timedelta(hours=1))
        Organisation.objects.filter(pk=mine.pk).update(name="Diagnostics")
        mine.memberships.create(user=fake, role="agent")
        left.memberships.create(user=own, role="owner")
        Website.objects.create(organisation=left, name="Diagnostics")

    await db(prepare)
    await remove_stale_probes()
    assert await db(Organisation.objects.filter(pk=mine.pk).exists), "it has other members"
    assert not await db(Organisation.objects.filter(pk=left.pk).exists)
    assert not await db(User.objects.filter(pk=own.pk).exists)
    await db(fake.delete)
