"""Make the first owner, organisation and website of an installation, and say how to go on.

    manage.py bootstrap ada@example.com --name "Ada Lovelace" --organisation Acme --website "Acme's shop"

Run again with the same address it changes nothing and shows the same, except for the password, which nobody knows.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Membership, Organisation, User, Website


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Log-in of the owner.")
        parser.add_argument("--name", default="", help="As visitors see it.")
        parser.add_argument("--organisation", default="My company")
        parser.add_argument("--website", default="My website")
        parser.add_argument("--operator", action="store_true", help="May open /admin/, with everybody's data, too.")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(*(options[name].strip() for name in ("email", "name", "organisation", "website")))
        wanted.check()
        with transaction.atomic():
            password = make_owner(wanted, operator=options["operator"])
            website = make_website(wanted)
        self.stdout.write(text(wanted.email, password, website))


@dataclass(frozen=True)
class Wanted:
    email: str
    name: str
    organisation: str
    website: str

    def check(self) -> None:
        """CommandError with a sentence, for what the database would refuse less kindly."""
        try:
            validate_email(self.email)
        except ValidationError:
            raise CommandError(f"{self.email!r} is not an e-mail address.") from None
        for what, given in (("organisation", self.organisation), ("website", self.website)):
            if not given:
                raise CommandError(f"The {what} needs a name: --{what} Acme")
        for what, given in (("name", self.name), ("organisation", self.organisation), ("website", self.website)):
            if len(given) > 120:
                raise CommandError(f"The {what} is too long: 120 characters at most.")


def make_owner(wanted: Wanted, *, operator: bool) -> str:
    """The password of a new owner, or "" when there is one already."""
    user = User.objects.filter(email=wanted.email.lower()).first()
    if user is not None:
        check_is_owner(user)
        return ""
    password = secrets.token_urlsafe(15)
    user = User.objects.create_user(wanted.email, password, name=wanted.name, is_staff=operator, is_superuser=operator)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    organisation = Organisation.objects.create(name=wanted.organisation)
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.OWNER)
    return password


def check_is_owner(user: User) -> None:
    if user.is_demo:
        raise CommandError(f"{user.email} is a log-in of the demo: use an address of your own.")
    if not user.memberships.filter(role=Membership.Role.OWNER).exists():
        raise CommandError(f"{user.email} is there already, but owns no organisation: use another address.")


def make_website(wanted: Wanted) -> Website:
    """The owner's first one; made when there is none."""
    memberships = Membership.objects.filter(user__email=wanted.email.lower(), role=Membership.Role.OWNER)
    organisation = Organisation.objects.filter(memberships__in=memberships).order_by("pk")[0]
    return organisation.websites.order_by("pk").first() or Website.objects.create(
        organisation=organisation, name=wanted.website
    )


def text(email: str, password: str, website: Website) -> str:
    shown = f"{password}   (shown this once: change it after logging in)" if password else "as it was set before"
    return (
        f"Inbox     {settings.PUBLIC_URL}/live-chat/\n"
        f"Log in    {email}\n"
        f"Password  {shown}\n\n"
        f"Into the pages of {website.name}, before </body>:\n\n"
        f'  <script async src="{settings.PUBLIC_URL}/widget/{website.website_key}.js"></script>'
    )
