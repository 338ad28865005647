"""The cast: Ada owns Acme, Cleo is its admin, Ben an agent there; Vera visits Acme; Mallory belongs to Globex."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Membership, Organisation, User, Website

PASSWORD = "a-long-test-password"
Role = Membership.Role


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


def new_website(name: str, **fields: object) -> Website:
    organisation = Organisation.objects.create(name=name)
    return Website.objects.create(organisation=organisation, name=name, assistant_name=f"{name} Assistant", **fields)


def new_person(name: str, website: Website, role: Membership.Role) -> User:
    """Somebody with a verified address, who can log in with PASSWORD."""
    email = f"{name.lower()}-{uuid4().hex[:12]}@example.test"
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Membership.objects.create(user=user, organisation=website.organisation, role=role)
    return user
