"""Organisations may want a second factor of everybody who works for them: without one nothing else is open."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.models import Authenticator

from accounts.models import Membership

WITH_CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes are for who has one of these


class SecondFactorMissing(Exception):
    """Somebody may come in once they have set up their second factor. REST answers `second_factor_required`."""

    def __init__(self) -> None:
        super().__init__("Your organisation requires two-factor log-in. Set it up first.")


class CodeNeeded(Exception):
    """The password is right, and so must be the code of the second factor. REST answers 401 with `code`."""

    code = "otp_required"

    def __init__(self, detail: str = "This account has two-factor log-in: give its current code as otp, too.") -> None:
        super().__init__(detail)


class CodeWrong(CodeNeeded):
    """Also one that was used before: each is taken once."""

    code = "otp_wrong"

    def __init__(self) -> None:
        super().__init__("This code is wrong, too old, or was used already.")


def lacks_second_factor(user_id: int) -> bool:
    """Whether one of their organisations requires what they do not have."""
    wanted = Membership.objects.filter(user=user_id, organisation__requires_second_factor=True)
    return wanted.exclude(user__authenticator__type__in=KINDS).exists()


def has_second_factor(user_id: int) -> bool:
    return bool(have_second_factor([user_id]))


def have_second_factor(user_ids: Iterable[int]) -> set[int]:
    """Those of them who do."""
    return set(Authenticator.objects.filter(user__in=list(user_ids), type__in=KINDS).values_list("user_id", flat=True))


def check_code(user_id: int, given: str | None) -> None:
    """Of the authenticator app or one of the recovery codes; it is used up. Raises CodeNeeded or CodeWrong.

    Who has no second factor needs none. A security key cannot be asked over REST: who has nothing else gives one of
    their recovery codes.
    """
    if not has_second_factor(user_id):
        return
    if not given:
        raise CodeNeeded
    mine = Authenticator.objects.filter(user=user_id, type__in=WITH_CODES)
    if not any(one.wrap().validate_code(given) for one in mine.order_by("-type")):
        raise CodeWrong
