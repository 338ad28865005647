"""What every test can ask for.

Tests talk to real servers, whose processes see only what is committed. So nothing is rolled back or emptied between
tests: each makes an organisation of its own and finds nobody else's data. The database is open to every test; the mark
`django_db` is only for one that wants its writes rolled back at the end.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import pytest
from django.db import connection

from tests.servers.chromium import NO_BROWSER, Chromium, find_chromium
from tests.servers.databases import TestRun, forget_the_shells_settings, use_copy_for
from tests.servers.mail import MailServer
from tests.servers.pages import Pages
from tests.servers.stack import BOTH_SERVERS, Stack, start_stack

FAILED = Path(__file__).parent.parent / "test-results" / "failed.txt"
PATIENCE = 10.0  # seconds
TESTS = Path(__file__).parent
LONG = {"faults", "docs", "fuzz", "observability", "operations", "test_whole_path.py"}
REPORT = pytest.StashKey[pytest.TestReport]()


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker is None:
        run = TestRun()
        config.add_cleanup(run.stop)
        run.start()
        if config.getoption("tx"):  # xdist: the tests run in other processes, which inherit our environment
            forget_the_shells_settings()
            return
    use_copy_for(worker or "main")
    django.setup()
    config.pluginmanager.import_plugin("tests.cast")  # the fixture `cast`; it imports models


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keeps the report for the fixtures, and shows what the servers logged when a test fails."""
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report
    if report.failed:
        stacks = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Stack)]
        report.sections += [(f"logs of {stack.url}", stack.logs()) for stack in stacks]
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leaves the names of what failed to `.ci/run`, one a line; of several processes only the one that leads them."""
    if not hasattr(session.config, "workerinput"):
        FAILED.parent.mkdir(exist_ok=True)
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reports = [*reporter.stats.get("failed", []), *reporter.stats.get("error", [])] if reporter else []
        FAILED.write_text("".join(f"{name}\n" for name in dict.fromkeys(report.nodeid for report in reports)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what takes long: each worker begins with its half of the tests, and whoever is done takes from the other's
    end. So what is left over at the end is short, and no module's servers are started by both.
    """
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] not in LONG)
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: transaction=True would empty the tables of servers other tests use."
            )


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is there already: see tests/servers/databases.py."""


@pytest.fixture(scope="session", autouse=True)
def open_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture(autouse=True)
def every_connection_goes_back(open_database: None) -> Iterator[None]:
    """A thread that ends with a connection of the pool takes it away from every later test of this process."""
    if connection.in_atomic_block:  # its writes are rolled back later
        yield
        return
    connection.close()
    before = connections_out()
    yield
    connection.close()
    deadline = time.monotonic() + PATIENCE  # what another thread has begun may come to its end
    while connections_out() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert connections_out() <= before, (
        "a thread of this test has kept a connection; foundation.db.db() gives them back"
    )


def connections_out() -> int:
    figures = connection.pool.get_stats()  # type: ignore[attr-defined]
    return int(figures.get("pool_size", 0) - figures.get("pool_available", 0))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The product on uvicorn, with a worker. Shared: a test that stops or overloads it starts its own."""
    with start_stack(name="uvicorn") as started:
        yield started


@pytest.fixture(scope="session")
def daphne_stack(stack: Stack) -> Iterator[Stack]:
    """The same database on Daphne; the worker is that of `stack`."""
    with start_stack(name="daphne", server="daphne", worker=False) as started:
        yield started


@pytest.fixture(scope="session", params=BOTH_SERVERS)
def each_stack(request: pytest.FixtureRequest) -> Stack:
    """For promises that hold on both servers: the test runs once on each."""
    name = "stack" if request.param == "uvicorn" else "daphne_stack"
    found: Stack = request.getfixturevalue(name)
    return found


@pytest.fixture
def new_stack() -> Iterator[Callable[..., Stack]]:
    """`new_stack(env={…}, server=…, worker=…)`: processes of the test's own, stopped at its end."""
    started: list[Stack] = []

    def start(**options: Any) -> Stack:
        started.append(start_stack(**options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailing_settings() -> Mapping[str, str]:
    """For a module to override."""
    return {}


@pytest.fixture(scope="session")
def mailing_by_default(mails: MailServer) -> Iterator[Stack]:
    with start_stack({"EMAIL_URL": mails.url}, name="mailing") as started:
        yield started


@pytest.fixture(scope="module")
def mailing(
    stack: Stack, mails: MailServer, mailing_settings: Mapping[str, str], request: pytest.FixtureRequest
) -> Iterator[Stack]:
    """The product with e-mail. Its worker shares the queue with the other one, which therefore rests.

    Modules without settings of their own share one, whose worker rests between them.
    """
    assert stack.worker is not None
    stack.worker.stop()
    try:
        if mailing_settings:
            with start_stack({"EMAIL_URL": mails.url, **mailing_settings}, name="mailing") as started:
                yield started
        else:
            shared: Stack = request.getfixturevalue("mailing_by_default")
            assert shared.worker is not None
            if not shared.worker.is_running:
                shared.worker.restart()
            yield shared
            shared.worker.stop()
    finally:
        stack.worker.restart()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    program = find_chromium()
    if program is None:
        pytest.fail(NO_BROWSER)
    with Chromium(program) as started:
        yield started


@pytest.fixture
def pages(chromium: Chromium, request: pytest.FixtureRequest) -> Iterator[Pages]:
    """`page = pages(viewport=…)`. An error that a page does not catch fails the test, unless it empties `errors`."""
    with chromium.in_use():
        opened = Pages(chromium.browser, request.node.nodeid)
        yield opened
        report = request.node.stash.get(REPORT, None)
        if opened.errors or (report and report.failed):
            opened.save_evidence()
        opened.close()
    assert opened.errors == []
