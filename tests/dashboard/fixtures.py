"""A website of Ada's that knows of passwords, her at a running server, and everybody's inbox in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.models import Website
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.clients.people import StaffMember, Visitor, log_in, session_cookie
from tests.dashboard.inboxes import OpenInbox, asking, go_live
from tests.dashboard.reading import browser_of
from tests.servers.pages import Pages
from tests.servers.stack import Stack


@pytest.fixture(scope="session")
def endpoint() -> Iterator[MisbehavingServer]:
    """An AI endpoint that behaves as its `model` is called."""
    with MisbehavingServer() as server:
        yield server


@pytest.fixture
def help_site(cast: Cast) -> Website:
    website = website_with_passwords()
    website.organisation = cast.acme.organisation
    website.name = "Acme help"
    website.save()
    return website


@pytest.fixture
def adas_browser(cast: Cast) -> Client:
    return browser_of(cast.ada)


@pytest.fixture
def owner(stack: Stack, cast: Cast) -> PageReader:
    """Ada on a running server: an endpoint is asked on its event loop."""
    return PageReader(stack, cast.ada)


@pytest.fixture
def adas_session(stack: Stack, cast: Cast) -> str:
    """Made before the browser is in use, since it needs the database."""
    return session_cookie(stack, cast.ada)["Cookie"].partition("=")[2]


@pytest.fixture
def only_worker(stack: Stack) -> Iterator[None]:
    """The shared stack's worker, which sends no mail, rests: it would take jobs of a stack that does."""
    assert stack.worker is not None
    stack.worker.stop()
    yield
    stack.worker.restart()


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings wait in a queue that no worker serves, so that they can be counted."""
    monkeypatch.setattr("assistant.knowledge.sources.QUEUE", "nobody")


@pytest.fixture
def sessions(stack: Stack, people_only: Cast) -> dict[str, str]:
    """Everybody's log-in; made before the browser is in use, since it needs the database."""
    everybody = (people_only.ada, people_only.ben, people_only.cleo, people_only.mallory)
    return {one.name: session_cookie(stack, one)["Cookie"].partition("=")[2] for one in everybody}


@pytest.fixture
def second(stack: Stack, people_only: Cast) -> Visitor:
    """Another visitor of Acme's with a question."""
    return asking(stack, people_only, "Do you ship to Portugal?")


@pytest.fixture
def cleo(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.cleo)


@pytest.fixture
def open_inbox(stack: Stack, sessions: dict[str, str], pages: Pages) -> OpenInbox:
    """`open_inbox("Ben", path=…)`: a page with that person's live inbox; keywords go to the browser's context."""

    def open_as(name: str = "Ada", *, path: str = "/live-chat/", **options: Any) -> Page:
        page = pages(**{"viewport": {"width": 1440, "height": 900}, **options})
        go_live(page, stack, sessions[name], path)
        return page

    return open_as
