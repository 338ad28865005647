"""The page goes a message's way once more from the operator's own browser; what bars it there is told by the same table
of advice, and nothing of the probe is left, whether the page stays or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User, Website
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.browser import STEPS
from dashboard.diagnostics.probe import HOST
from tests.cast import Cast
from tests.clients.people import log_in, session_cookie
from tests.dashboard.accessibility import violations
from tests.operations.diagnosis.broken_proxy import Answers, BrokenProxy, Closes, Fault, Freezes
from tests.servers.pages import Pages
from tests.servers.stack import Stack, start_stack

PATIENCE = 30  # seconds
SLOWLY = 90_000  # ms: the server's own tests wait for what is broken, too
Row = tuple[str, int]
LEFT_BY_OTHERS: set[Row] = set()
WELL, NOT_WELL = "From this browser everything works.", "From this browser something does not work."


@pytest.fixture(scope="module")
def way() -> Iterator[BrokenProxy]:
    with BrokenProxy(0) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def behind(way: BrokenProxy) -> Iterator[Stack]:
    """A server that browsers know by the address of the proxy."""
    with start_stack({"PUBLIC_URL": way.url}, worker=False, name="behind") as started:
        way.target = started.port
        yield started


@pytest.fixture
def session(behind: Stack, cast: Cast) -> str:
    return session_cookie(behind, cast.ada)["Cookie"].partition("=")[2]


@pytest.fixture
def page(way: BrokenProxy, session: str, pages: Pages, request: pytest.FixtureRequest) -> Iterator[Page]:
    way.fault = None
    usual = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    opened = pages(**(usual | getattr(request, "param", {})))
    port = way.server_address[1]
    opened.context.add_cookies([{"name": f"chat_session_{port}", "value": session, "url": way.url}])
    opened.goto(f"{way.url}/live-chat/diagnostics/")
    yield opened
    way.fault = None


def run(page: Page) -> None:
    page.get_by_role("button", name="Run the tests").click()


def row(page: Page, key: str) -> Any:
    return page.locator(f'[data-step="{key}"]')


def states(page: Page) -> list[str]:
    return [row(page, key).locator("[data-state]").inner_text() for key in STEPS]


@pytest.fixture(autouse=True)
def of_others() -> Iterator[None]:
    """What a test before has left for the worker to remove is none of ours."""
    LEFT_BY_OTHERS.update(on_a_thread(rows))
    yield
    LEFT_BY_OTHERS.clear()


def nothing_is_left(within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while is_there():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_there() -> bool:
    """Anything of a probe."""
    return bool(on_a_thread(rows) - LEFT_BY_OTHERS)


def on_a_thread(ask: Callable[[], set[Row]]) -> set[Row]:
    """Playwright has an event loop on this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


def rows() -> set[Row]:
    found = {
        "user": User.objects.filter(email__endswith=HOST),
        "organisation": Organisation.objects.filter(name="Diagnostics"),
        "website": Website.with_leaving.filter(name="Diagnostics"),
    }
    try:
        return {(kind, key) for kind, some in found.items() for key in some.values_list("pk", flat=True)}
    finally:
        connection.close()


@pytest.mark.parametrize(
    "page",
    [
        {"viewport": {"width": 360, "height": 800}, "color_scheme": "light"},
        pytest.param({"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"}, marks=pytest.mark.slow),
    ],
    indirect=True,
)
def test_what_works_is_said_to_work_from_this_browser_and_nothing_is_left(page: Page) -> None:
    run(page)
    expect(page.get_by_role("status").filter(has_text=WELL)).to_be_visible(timeout=SLOWLY)
    assert states(page) == ["OK"] * len(STEPS)
    report = page.get_by_role("group", name="The report as text").inner_text()
    assert "From a browser" in report
    assert STEPS["receive"] in report.partition("From a browser")[2]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    nothing_is_left()


@pytest.mark.parametrize(
    ("fault", "fails", "advice"),
    [
        (Answers(426, only_sockets=True), "dashboard", Advice.BROWSER_NO_SOCKET),
        pytest.param(Closes(4003), "dashboard", Advice.ORIGIN_REFUSED, marks=pytest.mark.slow),
        pytest.param(Freezes("connected"), "subscribe", Advice.HELD_BACK, marks=pytest.mark.slow),
        (Answers(503, only=b"POST /api/v1/widget/sessions/"), "widget", Advice.NO_WEB),
    ],
)
def test_what_bars_the_way_is_told_by_the_same_table(
    page: Page, way: BrokenProxy, fault: Fault, fails: str, advice: Advice
) -> None:
    way.fault = fault
    run(page)
    expect(page.get_by_role("status").filter(has_text=NOT_WELL)).to_be_visible(timeout=SLOWLY)
    told = row(page, fails)
    expect(told).to_contain_text("Failed")
    expect(told).to_contain_text(f"Likely cause: {advice.cause.replace('`', '')}")
    expect(told).to_contain_text(f"What to do: {advice.fix.replace('`', '')}")
    after = list(STEPS)[list(STEPS).index(fails) + 1 :]
    assert [row(page, key).locator("[data-time]").inner_text() for key in after] == ["not tried"] * len(after)
    report = page.get_by_role("group", name="The report as text").inner_text()
    assert advice.cause in report.partition("From a browser")[2]
    way.fault = None
    nothing_is_left()


def test_an_extension_that_blocks_a_request(page: Page) -> None:
    page.route("**/api/v1/diagnostics/browser/", lambda route: route.abort("blockedbyclient"))
    run(page)
    expect(row(page, "dashboard")).to_contain_text(Advice.BROWSER_BLOCKED.cause, timeout=SLOWLY)
    nothing_is_left()


@pytest.mark.parametrize("how", ["leaves", pytest.param("closes", marks=pytest.mark.slow)])
def test_who_goes_in_the_middle_leaves_nothing(page: Page, way: BrokenProxy, how: Literal["leaves", "closes"]) -> None:
    """While the browser waits for a frame that is held back."""
    way.fault = Freezes("connected")
    run(page)
    expect(row(page, "subscribe").locator("[data-state]")).to_have_text("Running…", timeout=SLOWLY)
    assert is_there()
    way.fault = None
    if how == "leaves":
        page.goto(f"{way.url}/live-chat/diagnostics/")
    else:
        page.close(run_before_unload=True)
    nothing_is_left()


def test_mallory_can_neither_take_anothers_probe_away_nor_ben_have_one(stack: Stack, cast: Cast) -> None:
    ada, mallory = log_in(stack, cast.ada).rest, log_in(stack, cast.mallory).rest
    assert log_in(stack, cast.ben).rest.post("diagnostics/browser/").status_code == 403
    lent = ada.post("diagnostics/browser/")
    assert lent.status_code == 201, lent.text
    given = {"handle": lent.json()["handle"]}
    assert mallory.post("diagnostics/browser/end/", given).status_code == 404
    forged = {"handle": f"{cast.acme.organisation_id}.{cast.mallory.pk}:1:x"}
    assert mallory.post("diagnostics/browser/end/", forged).status_code == 404
    assert is_there()
    assert ada.post("diagnostics/browser/end/", given).status_code == 204
    nothing_is_left(0)
    assert ada.post("diagnostics/browser/end/", given).status_code == 204, "it may be gone already"
