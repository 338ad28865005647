"""The page of a system on which something is broken, in a real browser: what to look at, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from dashboard.diagnostics.advice import Advice
from foundation.redis_urls import host_name
from tests.cast import Cast
from tests.clients.people import session_cookie
from tests.dashboard.accessibility import violations
from tests.servers.own_redis import own_redis
from tests.servers.pages import Pages
from tests.servers.stack import Stack, start_stack

WELL = "5 The dashboard receives it"


@dataclass
class Broken:
    stack: Stack
    redis: str  # where nobody listens any more


@pytest.fixture(scope="module")
def broken() -> Iterator[Broken]:
    """Its Redis was there when it started, and is gone."""
    with own_redis() as (url, redis), start_stack({"REDIS_URL": url}, worker=False, name="broken") as started:
        redis.kill()
        yield Broken(started, host_name(url))


def opened(pages: Pages, stack: Stack, cookie: str, **options: Any) -> Page:
    page = pages(reduced_motion="reduce", **options)
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": cookie, "url": stack.url}])
    page.goto(f"{stack.url}/live-chat/diagnostics/")
    page.get_by_role("button", name="Run the tests").click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=60_000)
    return page


@pytest.fixture
def adas_cookie(broken: Broken, cast: Cast) -> str:
    return session_cookie(broken.stack, cast.ada)["Cookie"].partition("=")[2]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_an_owner_sees_what_is_broken_and_whom_to_tell_but_no_hosts(
    broken: Broken, adas_cookie: str, pages: Pages, scheme: Literal["light", "dark"]
) -> None:
    size: Any = {"width": 360, "height": 800}
    page = opened(pages, broken.stack, adas_cookie, viewport=size, color_scheme=scheme)
    alert = page.get_by_role("alert").filter(has_text="Something does not work.")
    expect(alert).to_contain_text(f"Look at this first: Redis. {Advice.REDIS_AWAY.cause}")
    expect(alert).to_contain_text("send them the report below")
    row = page.get_by_role("row").filter(has_text=Advice.REDIS_AWAY.cause)
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text(f"What to do: {Advice.REDIS_AWAY.fix.replace('`', '')}")
    expect(row.locator("code").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=WELL)).to_contain_text("Skipped")
    expect(page.get_by_role("region", name="Your websites")).to_contain_text("Not counted")
    text = page.locator("main").inner_text()
    assert broken.redis not in text
    assert "Django 5" not in text
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


@pytest.fixture
def operators_cookie(broken: Broken, cast: Cast) -> str:
    """Ada runs the installation as well."""
    cast.ada.is_staff = True
    cast.ada.save()
    return session_cookie(broken.stack, cast.ada)["Cookie"].partition("=")[2]


def test_an_operator_sees_which_host_and_copies_a_report(broken: Broken, operators_cookie: str, pages: Pages) -> None:
    page = opened(pages, broken.stack, operators_cookie, viewport={"width": 1280, "height": 900})
    expect(page.get_by_role("row").filter(has_text=Advice.REDIS_AWAY.cause)).to_contain_text(broken.redis)
    expect(page.get_by_role("alert").filter(has_text="Look at this first")).not_to_contain_text("send them")
    report = page.get_by_role("group", name="The report as text").inner_text()
    assert f"Likely cause: {Advice.REDIS_AWAY.cause}" in report
    assert "Django 5" in report
    assert "redis://" not in report


@pytest.fixture
def shared_without_worker(stack: Stack) -> Iterator[Stack]:
    assert stack.worker is not None
    stack.worker.stop()
    yield stack
    stack.worker.restart()


@pytest.mark.slow
def test_without_a_worker_people_still_talk(shared_without_worker: Stack, adas_session: str, pages: Pages) -> None:
    page = opened(pages, shared_without_worker, adas_session, viewport={"width": 1280, "height": 900})
    expect(page.get_by_role("alert").filter(has_text=f"Worker. {Advice.NO_WORKER.cause}")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=WELL)).to_contain_text("OK")


@pytest.fixture
def adas_session(stack: Stack, cast: Cast) -> str:
    return session_cookie(stack, cast.ada)["Cookie"].partition("=")[2]
