"""The test harness itself: what it promises to the other tests."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from tests.integrations.receiver import until
from tests.servers.chromium import Chromium
from tests.servers.pages import Pages
from tests.servers.stack import Stack, answers


def test_the_product_answers_on_uvicorn_and_on_daphne(stack: Stack, daphne_stack: Stack) -> None:
    # Another test may just have had their worker rest.
    assert until(lambda: answers(f"{stack.url}/health/ready/"), 30)
    assert until(lambda: answers(f"{daphne_stack.url}/health/ready/"), 30)


def test_servers_see_what_a_test_writes(stack: Stack) -> None:
    assert stack.environment["DATABASE_URL"] == os.environ["DATABASE_URL"]
    assert os.environ["TEST_RUN"] in os.environ["DATABASE_URL"]


@pytest.mark.slow
def test_a_killed_server_comes_back_on_its_port(new_stack: Callable[..., Stack]) -> None:
    own = new_stack(worker=False)
    own.web.kill()
    assert own.web.exit_code == -signal.SIGKILL
    assert not answers(f"{own.url}/health/live/")
    own.web.restart()
    assert answers(f"{own.url}/health/live/")


@pytest.mark.slow
def test_a_stack_takes_settings_of_its_own(new_stack: Callable[..., Stack]) -> None:
    own = new_stack(worker=False, env={"LIMIT_SESSIONS_PER_MINUTE": "2"})
    assert own.environment["LIMIT_SESSIONS_PER_MINUTE"] == "2"
    assert own.port != 8000


def test_pages_of_different_people_share_no_cookies(pages: Pages, stack: Stack) -> None:
    ada, ben = pages(), pages(color_scheme="dark")
    ada.goto(f"{stack.url}/health/live/")
    ben.goto(f"{stack.url}/health/live/")
    ada.evaluate("document.cookie = 'who=ada'")
    assert ben.evaluate("document.cookie") == ""


def test_an_uncaught_error_in_a_page_is_noticed(pages: Pages, stack: Stack) -> None:
    page = pages()
    page.goto(f"{stack.url}/health/live/")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('oops') })")
    assert ["oops" in error for error in pages.errors] == [True]
    pages.errors.clear()


async def test_asynchronous_tests_run_beside_browser_tests(chromium: Chromium) -> None:
    assert chromium.loop is not asyncio.get_running_loop()
    await asyncio.sleep(0)


def test_the_browser_still_works_after_an_asynchronous_test(pages: Pages, stack: Stack) -> None:
    page = pages(viewport={"width": 390, "height": 844})
    page.goto(f"{stack.shop_url}/health/live/")
    assert page.evaluate("innerWidth") == 390
