"""Log-in with e-mail and password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):
    """Also asked on every request of a session, so that an account that may not log in loses those it has."""

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, User) and user.may_log_in
