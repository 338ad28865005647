"""Before something grave, whoever asks proves once more that it is they: by password and second factor."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from accounts.second_factor import check_code
from foundation.rate_limits import seconds_to_wait


class PasswordWrong(Exception):
    def __init__(self) -> None:
        super().__init__("This is not your password.")


class TriedTooOften(Exception):
    """`retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("That was tried too often. Try again in a moment.")
        self.retry_after = retry_after


async def count_attempt(user: User) -> None:
    """As a log-in: whoever holds a token may guess no more than whoever holds none. Raises TriedTooOften."""
    wait = await seconds_to_wait(f"login:{user.email}", settings.ENVIRONMENT.limit_logins_per_minute)
    if wait:
        raise TriedTooOften(wait)


def confirm(user: User, password: str, otp: str | None) -> None:
    """Raises PasswordWrong, CodeNeeded or CodeWrong."""
    if not user.check_password(password):
        raise PasswordWrong
    check_code(user.pk, otp)
