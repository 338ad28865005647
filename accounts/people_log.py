"""What happens to somebody's log-in, in the log of each organisation that they work for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Membership, User
from audit.asking import Asker
from audit.recording import record

View = Callable[..., HttpResponseBase]


@transaction.atomic
def record_of_person(action: str, user: User | None, *, by: User | None = None, **detail: Any) -> None:
    """In nobody's log where nobody knows them; `by` is known before the request is."""
    who = Asker(by.pk, by.name or by.email) if by is not None else None
    mine = Membership.objects.filter(user=user).values_list("organisation_id", flat=True) if user else []
    organisations: list[int | None] = [*mine]
    for organisation_id in organisations or [None]:
        record(action, user, organisation=organisation_id, by=who, **detail)


def with_rows(view: View) -> View:
    """A page of allauth's: what it does, second factors too, and what is noted of it are one transaction."""

    @wraps(view)
    @transaction.atomic
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user if request.method == "POST" and isinstance(request.user, User) else None
        before = _factors_of(user)
        answer = view(request, *args, **kwargs)
        after = _factors_of(user)
        for pk, kind in sorted(before.items() ^ after.items()):
            record_of_person(f"person.second_factor_{'added' if pk in after else 'removed'}", user, kind=kind)
        return answer

    return noted


def _factors_of(user: User | None) -> dict[int, str]:
    return dict(Authenticator.objects.filter(user=user).values_list("pk", "type")) if user is not None else {}


def record_failed_log_in(email: str) -> None:
    """Of an address that is nobody's nothing is kept: people write their passwords there."""
    record_of_person("person.log_in_failed", User.objects.filter(email=email.lower().replace("\0", "")).first())
