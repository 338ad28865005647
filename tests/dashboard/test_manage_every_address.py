"""A walk over every address of the owners' pages, as whoever may not be there: also over those that come later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from dashboard.manage.urls import of_website
from tests.cast import Cast
from tests.dashboard.reading import HOST, address, browser_of

NOWHERE = "00000000-0000-0000-0000-000000000000"


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """With 1 for every number in them, and nobody's id for every other one."""
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, path)
        else:
            parts = path.split("/")
            yield "/".join(
                NOWHERE if part.startswith("<uuid") else "1" if part.startswith("<") else part for part in parts
            )


EVERY = sorted(addresses(of_website))


def test_the_walk_goes_somewhere() -> None:
    assert len(EVERY) >= 45
    assert "canned/1/delete/" in EVERY


def test_mallory_finds_nothing_of_acme_anywhere(cast: Cast) -> None:
    mallory = browser_of(cast.mallory)
    for rest in EVERY:
        for ask in (mallory.get, mallory.post):
            assert ask(address(cast.acme, rest)).status_code in (404, 405), rest


@pytest.mark.slow
def test_an_agent_may_do_nothing_anywhere(cast: Cast) -> None:
    ben = browser_of(cast.ben)
    for rest in EVERY:
        for ask in (ben.get, ben.post):
            assert ask(address(cast.acme, rest)).status_code in (403, 405), rest


def test_a_stranger_is_asked_to_log_in_everywhere(cast: Cast) -> None:
    stranger = Client(headers=HOST)
    for rest in EVERY:
        for ask in (stranger.get, stranger.post):
            answer = ask(address(cast.acme, rest))
            assert answer.status_code == 405 or answer["Location"].startswith("/accounts/login/"), rest
