"""Run beside the servers: makes Acme with its staff, and prints what clients need, as JSON.

python -m tests.faults.seeding [knowledge]        with it, the assistant knows what to do about passwords
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402

from accounts.models import Membership, Organisation, User, Website  # noqa: E402
from assistant.knowledge.articles import ArticleText, write_article  # noqa: E402

STAFF = ("Ada", "Ben", "Cleo")
PASSWORDS = "Forgotten your password? The log-in page has a link with which you choose a new one."


def main() -> None:
    acme = Organisation.objects.create(name="Acme")
    people = Website.objects.create(organisation=acme, name="Acme", ai_enabled=False)
    assistant = Website.objects.create(organisation=acme, name="Acme with an assistant", ai_enabled=True)
    if "knowledge" in sys.argv:
        write_article(assistant, ArticleText("password", "Your password", PASSWORDS, "https://acme.test/password"))
    keys = {"people": people.website_key, "assistant": assistant.website_key}
    print(json.dumps({"keys": keys, "staff": [token_of(name, acme) for name in STAFF]}))


def token_of(name: str, organisation: Organisation) -> str:
    user = User.objects.create_user(f"{name.lower()}@acme.test", name=name)
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.OWNER)
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(hours=1))  # longer than any run
    return str(token)


if __name__ == "__main__":
    main()
