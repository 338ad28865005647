"""`manage.py bootstrap`: an operator's first log-in and first website."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, Organisation, User, Website
from tests.cast import Cast
from tests.servers.stack import Stack


def bootstrap(email: str, **options: Any) -> str:
    said = io.StringIO()
    call_command("bootstrap", email, stdout=said, **options)
    return said.getvalue()


def new_address() -> str:
    return f"ada-{uuid4().hex[:12]}@example.com"


def test_the_first_owner_can_log_in_with_what_was_printed(stack: Stack) -> None:
    email = new_address()
    said = bootstrap(email, name="Ada", organisation="Acme", website="Acme's shop")
    password = re.search(r"Password {2}(\S+)", said)
    assert password
    answer = httpx2.post(
        f"{stack.url}/api/v1/auth/token/", json={"email": email, "password": password[1]}, trust_env=False
    )
    assert answer.status_code == 200
    website = Website.objects.get(organisation__memberships__user__email=email)
    assert (website.name, website.organisation.name) == ("Acme's shop", "Acme")
    assert f"/widget/{website.website_key}.js" in said


def test_run_again_it_changes_nothing_and_shows_the_snippet() -> None:
    email = new_address()
    first, counts = bootstrap(email), (User.objects.count(), Organisation.objects.count(), Website.objects.count())
    password = User.objects.get(email=email).password
    second = bootstrap(email.upper(), organisation="Another", website="Another")
    assert (User.objects.count(), Organisation.objects.count(), Website.objects.count()) == counts
    assert User.objects.get(email=email).password == password
    assert "as it was set before" in second
    assert first.splitlines()[-1] == second.splitlines()[-1]


def test_an_owner_opens_the_operators_admin_only_if_asked_for() -> None:
    ada, operator = new_address(), new_address()
    bootstrap(ada)
    bootstrap(operator, operator=True)
    assert not User.objects.get(email=ada).is_staff
    assert User.objects.get(email=operator).is_superuser


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"email": "ada"}, "is not an e-mail address"),
        ({"organisation": "  "}, "The organisation needs a name"),
        ({"website": ""}, "The website needs a name"),
        ({"name": "a" * 121}, "The name is too long"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(options: dict[str, str], says: str) -> None:
    users = User.objects.count()
    with pytest.raises(CommandError, match=says):
        bootstrap(**{"email": new_address(), **options})
    assert User.objects.count() == users


def test_nobody_becomes_an_owner_by_the_address_of_somebody_else(cast: Cast) -> None:
    with pytest.raises(CommandError, match="owns no organisation"):
        bootstrap(cast.ben.email)
    assert Membership.objects.get(user=cast.ben).role == Membership.Role.AGENT


def test_a_log_in_of_the_demo_is_not_taken_for_an_owner(cast: Cast) -> None:
    User.objects.filter(pk=cast.ada.pk).update(is_demo=True)
    with pytest.raises(CommandError, match="log-in of the demo"):
        bootstrap(cast.ada.email)
