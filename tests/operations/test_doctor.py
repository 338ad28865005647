"""`manage.py doctor` follows a message through the system, as a program. What it says of what is broken: diagnosis/."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Organisation, User, Website
from conversations.models import Conversation, Visitor
from dashboard.diagnostics.probe import HOST, remove_stale_probes
from foundation import server_url
from foundation.db import db
from tests.cast import Cast
from tests.operations.diagnosis.broken_proxy import Answers, BrokenProxy, Freezes
from tests.operations.diagnosis.running_doctor import COMMAND, Report, environment_of, examined
from tests.servers.stack import PROJECT, Stack, start_stack

pytestmark = pytest.mark.usefixtures("all_at_work")

STEPS = ["connect", "subscribe", "seen", "broadcast", "receive"]


def outcomes(report: Report, of: str = "steps") -> dict[str, str]:
    return {one["key"]: one["outcome"] for one in report[of]}


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
def test_one_website_can_be_chosen(stack: Stack, cast: Cast) -> None:
    chosen = examined(stack, "--website", str(cast.globex.pk))
    assert ([one["id"] for one in chosen["websites"]], chosen["more_websites"]) == ([cast.globex.pk], 0)


class Watching(subprocess.Popen[str]):
    def report(self) -> Report:
        """The next line of its output, which is all of a report."""
        assert self.stdout is not None
        found: Report = json.loads(self.stdout.readline())
        return found

    def stopped_by(self, how: signal.Signals) -> int:
        """Its exit code."""
        self.send_signal(how)
        return self.wait(timeout=60)


@contextmanager
def watching(stack: Stack, url: str, **environment: str) -> Iterator[Watching]:
    command = [*COMMAND, "--json", "--watch", "--every", "0.2", "--url", url]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    hears_ctrl_c = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where these tests run under nohup
    with Watching(
        command, cwd=PROJECT, env=environment_of(stack, environment), text=True, preexec_fn=hears_ctrl_c, **streams
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_watching_it_ends_as_its_last_run_did(stack: Stack, how: signal.Signals) -> None:
    """All is well, then it is not, then it is: each run a line, and the code is that of the last."""
    with BrokenProxy(stack.port) as proxy:
        with watching(stack, proxy.url) as doctors:
            assert doctors.report()["ok"]
            proxy.fault = Answers(502)
            while doctors.report()["ok"]:  # one that had begun before
                pass
            assert doctors.stopped_by(how) == 1
        with watching(stack, proxy.url) as doctors:
            assert not doctors.report()["ok"]
            proxy.fault = None
            while not doctors.report()["ok"]:
                pass
            assert doctors.stopped_by(how) == 0
    assert nothing_is_left()


@pytest.mark.slow
def test_stopped_before_anything_is_known_it_does_not_say_that_all_is_well(stack: Stack) -> None:
    """The first run waits for a server that says nothing."""
    with BrokenProxy(stack.port) as proxy:
        proxy.fault = Freezes()
        with watching(stack, proxy.url) as doctors:
            assert proxy.is_asked.wait(30)
            assert doctors.stopped_by(signal.SIGINT) == 1
            assert doctors.stdout is not None
            assert doctors.stdout.read() == ""
    assert nothing_is_left()


@pytest.mark.slow
def test_without_postgres_it_tells_in_a_few_seconds(stack: Stack) -> None:
    """Three of waiting, not thirteen: the promise is the time from one report to the next."""
    with BrokenProxy(0) as nowhere:
        nowhere.fault = Freezes()
        away = {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{nowhere.server_address[1]}/none"}
        with watching(stack, stack.url, **away) as doctors:
            first, second = doctors.report(), doctors.report()
    assert [one["key"] for one in first["parts"] if one["outcome"] == "failed"] == ["postgres"]
    took = datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"])
    assert took < timedelta(seconds=9)


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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--url", "chat.example.com"], "chat.example.com is no address as"),
        (["--url", "wss://chat.example.com"], "is no address as"),
        (["--every", "-1"], "-1 is not between"),
        (["--every", "nan"], "nan is not between"),
        (["--every", "soon"], "invalid pause value"),
    ],
)
def test_nonsense_is_refused_before_anything_is_tried(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("doctor", *arguments)


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
