"""A website of Ada's that knows of passwords, and her at a running server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import Website
from tests.assistant.knowledge import website_with_passwords
from tests.assistant.misbehaving import MisbehavingServer
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.clients.people import session_cookie
from tests.dashboard.reading import browser_of
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
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings wait in a queue that no worker serves, so that they can be counted."""
    monkeypatch.setattr("assistant.knowledge.sources.QUEUE", "nobody")
