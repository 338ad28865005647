"""Makes what a benchmark needs in the database and prints where its client connects, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402

from accounts.actors import Staff, VisitorActor, staff_actor  # noqa: E402
from accounts.connection_tokens import issue  # noqa: E402
from accounts.models import Membership, Organisation, User, Website  # noqa: E402
from conversations.models import Conversation, Visitor  # noqa: E402
from foundation.redis import close_redis  # noqa: E402

WS = settings.PUBLIC_URL.replace("http", "ws", 1)


def main() -> None:
    website = Website.objects.create(organisation=Organisation.objects.create(name="Acme"), name="Acme")
    user = User.objects.create_user("ada@example.test", name="Ada")
    Membership.objects.create(user=user, organisation=website.organisation, role=Membership.Role.OWNER)
    conversations = [new_conversation(website, sys.argv[2]) for _ in range(int(sys.argv[1]))]
    staff = staff_actor(user.pk)
    assert staff is not None
    print(json.dumps(asyncio.run(plan(staff, conversations))))


def new_conversation(website: Website, handled_by: str) -> Conversation:
    visitor = Visitor.objects.create(website=website)
    return Conversation.objects.create(website=website, visitor=visitor, handled_by=handled_by)


async def plan(staff: Staff, conversations: list[Conversation]) -> dict[str, Any]:
    visitors = [
        {
            "url": f"{WS}/ws/chat/{one.pk}/",
            "token": await issue(VisitorActor(one.visitor_id, one.website_id)),
        }
        for one in conversations
    ]
    dashboard = {"url": f"{WS}/ws/dashboard/", "token": await issue(staff)}
    await close_redis()
    return {"visitors": visitors, "dashboard": dashboard}


if __name__ == "__main__":
    main()
