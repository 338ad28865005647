"""The cast: Ada owns Acme, Cleo is its admin, Ben an agent there; Vera visits Acme; Mallory belongs to Globex.

tests/conftest.py loads this file as a plugin once Django is set up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Organisation, User, Website
from conversations.subscribers.live import everything_told
from foundation.db import close_pools
from foundation.redis import close_redis
from tests.clients import people
from tests.clients.contract import STAFF_ADDRESS
from tests.servers.stack import BOTH_SERVERS, Stack, start_stack

Role = Membership.Role
STRICT = {
    "TRUSTED_PROXIES": "1",
    "HEARTBEAT_SECONDS": "0.3",
    "SILENCE_SECONDS": "2.5",
    "LIMIT_SESSIONS_PER_MINUTE": "3",
    "LIMIT_SOCKETS_PER_ADDRESS": "3",
    "LIMIT_CONNECTS_PER_MINUTE": "40",
    "LIMIT_VISITOR_MESSAGES_PER_SECOND": "1",
    "LIMIT_VISITOR_BURST": "3",
    "LIMIT_STAFF_MESSAGES_PER_SECOND": "1",
    "LIMIT_COMMANDS_PER_SECOND": "20",
    "LIMIT_TOKENS_PER_MINUTE": "4",
    "LIMIT_LOGINS_PER_MINUTE": "3",
}


@dataclass(frozen=True)
class Cast:
    """Two organisations with a website each; everything is new, so that no test sees another's data."""

    acme: Website
    globex: Website
    ada: User
    ben: User
    cleo: User
    mallory: User


@pytest.fixture
def cast() -> Cast:
    acme, globex = new_website("Acme"), new_website("Globex")
    return Cast(
        acme=acme,
        globex=globex,
        ada=new_person("Ada", acme, Role.OWNER),
        ben=new_person("Ben", acme, Role.AGENT),
        cleo=new_person("Cleo", acme, Role.ADMIN),
        mallory=new_person("Mallory", globex, Role.OWNER),
    )


@pytest.fixture
def people_only(cast: Cast) -> Cast:
    """The cast on websites without AI: nobody answers unless a test does."""
    for website in (cast.acme, cast.globex):
        website.ai_enabled = False
        website.save()
    return cast


@pytest.fixture
def wanting(people_only: Cast) -> Cast:
    """Acme wants its conversations given out."""
    people_only.acme.auto_assign = True
    people_only.acme.save()
    return people_only


@pytest.fixture(scope="session", params=BOTH_SERVERS)
def strict_stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A server with short patience and low limits. It trusts a proxy, so that each client has an address of its own."""
    with start_stack(STRICT, server=request.param, worker=False, name=f"strict-{request.param}") as started:
        yield started


@pytest.fixture
def vera(each_stack: Stack, people_only: Cast) -> people.Visitor:
    """Vera with an open conversation on Acme, where people answer."""
    visitor = people.visit(each_stack, people_only.acme)
    visitor.open()
    return visitor


@pytest.fixture
def ben(each_stack: Stack, people_only: Cast) -> people.StaffMember:
    return people.log_in(each_stack, people_only.ben)


@pytest.fixture
def ada(each_stack: Stack, people_only: Cast) -> people.StaffMember:
    return people.log_in(each_stack, people_only.ada)


@pytest.fixture
def mallory(each_stack: Stack, people_only: Cast) -> people.StaffMember:
    """She may see Globex, and nothing of Acme."""
    return people.log_in(each_stack, people_only.mallory)


@pytest.fixture
async def core() -> AsyncIterator[None]:
    """For tests that call the core's actions in this process, as a worker does: its pools end with the test's loop."""
    yield
    await everything_told()
    await close_pools()
    await close_redis()


def new_website(name: str, **fields: object) -> Website:
    organisation = Organisation.objects.create(name=name)
    return Website.objects.create(organisation=organisation, name=name, assistant_name=f"{name} Assistant", **fields)


def new_person(name: str, website: Website, role: Membership.Role) -> User:
    """Somebody with a verified address, who can log in."""
    email = f"{name.lower()}-{uuid4().hex[:12]}{STAFF_ADDRESS}"
    user = User.objects.create(email=email, name=name, password=hashed_password())
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Membership.objects.create(user=user, organisation=website.organisation, role=role)
    return user


@cache
def hashed_password() -> str:
    """Once for all: hashing takes a third of a second."""
    return make_password(people.PASSWORD)


def pytest_unconfigure() -> None:
    people.http_client().close()
