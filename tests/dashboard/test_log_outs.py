"""Whoever logs out, or logs another browser out, closes what was open there at once; a program's log-in goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import User
from foundation.db import db
from tests.cast import Cast
from tests.clients.owners import CSRF, PageReader
from tests.clients.people import StaffMember, http_client, log_in
from tests.clients.sockets import DashboardSocket
from tests.servers.stack import Stack

SESSIONS = "/accounts/sessions/"


class Browser(PageReader):
    """One of a person's browsers, with its own log-in."""

    def socket(self) -> DashboardSocket:
        """By the log-in alone, as the contract allows our own pages."""
        return self._socket({"Cookie": self._session, "Origin": self.stack.url})

    def socket_by_token(self) -> DashboardSocket:
        """As the inbox does it."""
        headers = {"Cookie": f"{self._session}; chat_csrf_{self.stack.port}={CSRF}", "X-CSRFToken": CSRF}
        address = f"{self.stack.url}/api/v1/auth/ws-connection-token/"
        token = http_client().post(address, headers=headers | {"Origin": self.stack.url}).json()["connection_token"]
        return DashboardSocket(self.stack.ws_url + "/ws/dashboard/", token=token, greeted=True)

    def _socket(self, headers: dict[str, str]) -> DashboardSocket:
        return DashboardSocket(self.stack.ws_url + "/ws/dashboard/", headers=headers, greeted=True)


@pytest.fixture
def at_home(stack: Stack, people_only: Cast) -> Browser:
    return Browser(stack, people_only.ben)


@pytest.fixture
def at_work(stack: Stack, people_only: Cast) -> Browser:
    return Browser(stack, people_only.ben)


@pytest.fixture
def mallorys(stack: Stack, people_only: Cast) -> Browser:
    return Browser(stack, people_only.mallory)


@pytest.fixture
def program(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


async def test_logging_other_browsers_out_closes_their_sockets_at_once_and_no_other(
    at_home: Browser, at_work: Browser, program: StaffMember
) -> None:
    async with (
        at_home.socket() as by_cookie,
        at_home.socket_by_token() as by_token,
        at_work.socket() as mine,
        program.socket() as by_jwt,
    ):
        assert at_work.post(SESSIONS, {}).status_code == 200
        for closed in (by_cookie, by_token):
            assert await closed.closed_with() == ("not_authenticated", 4001)
        await mine.round_trip()
        await by_jwt.round_trip()
    async with DashboardSocket(at_home.socket().url, headers=at_home.socket().headers) as again:
        assert await again.closed_with() == ("not_authenticated", 4001)


async def test_logging_out_closes_what_is_open_in_other_tabs(at_home: Browser, at_work: Browser) -> None:
    async with at_home.socket_by_token() as tab, at_work.socket() as elsewhere:
        at_home.post("/accounts/logout/", {})
        assert await tab.closed_with() == ("not_authenticated", 4001)
        await elsewhere.round_trip()


async def test_mallory_ends_nothing_of_bens(at_home: Browser, mallorys: Browser) -> None:
    async with at_home.socket() as bens, mallorys.socket() as hers:
        mallorys.post(SESSIONS, {})
        await hers.round_trip()
        await bens.round_trip()


@pytest.fixture
def strictly(strict_stack: Stack, people_only: Cast) -> Browser:
    return Browser(strict_stack, people_only.ben)


@pytest.fixture
def other_password(people_only: Cast) -> User:
    """Ben, about to have another password; where it is set, nobody tells the sockets."""
    return people_only.ben


async def test_a_log_in_that_a_new_password_made_worthless_ends_with_the_next_heartbeat(
    strictly: Browser, other_password: User
) -> None:
    async with strictly.socket() as bens:
        await bens.expect("heartbeat")
        await _set_password(other_password)
        assert await bens.closed_with() == ("not_authenticated", 4001)


async def _set_password(user: User) -> None:
    await db(lambda: User.objects.filter(pk=user.pk).update(password="!"))


def test_the_list_says_when_each_was_last_seen_and_is_not_written_at_every_request(
    at_home: Browser, at_work: Browser, people_only: Cast
) -> None:
    mine = UserSession.objects.filter(user=people_only.ben)
    long_ago = timezone.now() - timedelta(hours=5)
    key = at_home._session.partition("=")[2]
    UserSession.objects.create(user=people_only.ben, session_key=key, ip="127.0.0.1", last_seen_at=long_ago)
    at_home.get("/live-chat/")
    assert mine.get().last_seen_at > timezone.now() - timedelta(minutes=1)
    mine.update(last_seen_at=long_ago)
    assert "5 hours ago" not in at_home.get(SESSIONS).text.replace("\xa0", " ")  # it is this one: now
    assert "5 hours ago" in at_work.get(SESSIONS).text.replace("\xa0", " ")
    assert mine.get().last_seen_at == long_ago  # it was written a moment ago
