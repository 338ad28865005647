"""Who logs out, or logs other browsers out, closes the sockets that were opened by those log-ins, at once."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts.adapters import AccountAdapter
from conversations.events import SessionsEnded
from conversations.subscribers.live import publish
from foundation.rest import run


class LogOuts(AccountAdapter):
    """`ACCOUNT_ADAPTER`."""

    def logout(self, request: HttpRequest) -> None:
        mine = list(UserSession.objects.filter(session_key=request.session.session_key))
        super().logout(request)
        _end(mine)


class OtherBrowsers(DefaultUserSessionsAdapter):  # type: ignore[misc]  # it has no types
    """`USERSESSIONS_ADAPTER`."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        _end(list(sessions))


def _end(sessions: list[UserSession]) -> None:
    ended: dict[int, list[int]] = {}
    for one in sessions:
        ended.setdefault(one.user_id, []).append(one.pk)
        one.end()
    run(publish(*[SessionsEnded(user_id, ids) for user_id, ids in ended.items()]))
