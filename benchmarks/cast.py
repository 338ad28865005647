"""Makes what a measurement of the product needs, with tokens for its sockets, and prints it all as JSON.

Run with the product's settings: `python -m benchmarks.cast '{"visitors": 50, "dashboards": 1}'`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402

from accounts.actors import Actor, VisitorActor, staff_actor  # noqa: E402
from accounts.connection_tokens import issue  # noqa: E402
from accounts.models import Membership, Organisation, User, Website  # noqa: E402
from assistant.knowledge.articles import ArticleText, write_article  # noqa: E402
from conversations.models import Conversation, Visitor  # noqa: E402
from foundation.redis import close_redis  # noqa: E402

WS = settings.PUBLIC_URL.replace("http", "ws", 1)
AT_ONCE = 200
TENTS = (
    "The blue tent is back in stock since Monday. It sleeps three and weighs four kilos.\n\n"
    "If a tent is not in stock, the page of the tent has a link with which you ask for a message when it is."
)


@dataclass(frozen=True)
class People:
    """How many of each. `missed`: entries that the first conversation has already; `inbox`: conversations that lie
    there, over `websites` websites. `answered`: by an assistant who knows about tents."""

    visitors: int = 0
    dashboards: int = 0
    missed: int = 0
    inbox: int = 0
    websites: int = 1
    answered: int = 0


def main() -> None:
    people = People(**json.loads(sys.argv[1]))
    organisation = Organisation.objects.create(name="Acme")
    websites = [Website.objects.create(organisation=organisation, name=f"Acme {n}") for n in range(people.websites)]
    user = User.objects.create_user(f"ada-{organisation.pk}@acme.test", name="Ada")
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.OWNER)
    by = Conversation.HandledBy.AI if people.answered else Conversation.HandledBy.HUMAN
    conversations = new_conversations(websites[0], people.visitors, by)
    if people.answered:
        write_article(websites[0], ArticleText("tents", "Tents", TENTS, "https://acme.test/tents"))
    if people.missed:
        fill_timeline(conversations[0], people.missed)
    if people.inbox:
        fill_inbox(websites, people.inbox)
    url = f"{settings.PUBLIC_URL}/api/v1/conversations/"
    plan = {
        "conversations": [str(one.pk) for one in conversations],
        "inbox": {"url": url, "token": api_token(user), "cookie": log_in(user)},
    }
    print(json.dumps(plan | asyncio.run(sockets(user, conversations, people.dashboards))))


def new_conversations(website: Website, count: int, by: str) -> list[Conversation]:
    """Where people handle them, no answer of the AI is in the way."""
    visitors = Visitor.objects.bulk_create([Visitor(website=website) for _ in range(count)])
    return [Conversation.objects.create(website=website, visitor=visitor, handled_by=by) for visitor in visitors]


TIMELINE = """
INSERT INTO conversations_entry (id, conversation_id, website_id, seq, rev, visitor_prev, client_id, kind, role,
    audience, is_manual, author_id, content, sources, created_at, deleted)
SELECT gen_random_uuid(), c.id, c.website_id, n, n, n - 1, gen_random_uuid(), 'message',
    CASE WHEN n %% 2 = 0 THEN 'user' ELSE 'assistant' END, 'everyone', n %% 2 = 1, NULL,
    'Message ' || n || ' of many, as long as what people write to each other when they have a question.', '[]',
    now() - make_interval(secs => %(count)s - n), false
FROM conversations_conversation c, generate_series(1, %(count)s) n WHERE c.id = %(conversation)s;
UPDATE conversations_conversation SET rev = %(count)s, visitor_rev = %(count)s, message_count = %(count)s
WHERE id = %(conversation)s;
ANALYZE conversations_entry
"""
INBOX = """
WITH site AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS sites
              FROM unnest(%(websites)s::bigint[]) AS id),
visitor AS (
    INSERT INTO conversations_visitor (id, website_id, name, email, attributes, page_url, page_title, referrer,
        user_agent, created_at, last_seen_at)
    SELECT gen_random_uuid(), site.id, 'Visitor ' || n, 'visitor-' || n || '@example.test', '{}',
        'https://shop.example.test/' || n, 'Blue tents', '', 'Mozilla/5.0', now(), now()
    FROM generate_series(1, %(count)s) n JOIN site ON n %% site.sites = site.place
    RETURNING id, website_id
)
INSERT INTO conversations_conversation (id, website_id, visitor_id, handled_by, status, subject, preview,
    last_message_at, updated_at, message_count, labels, priority)
SELECT gen_random_uuid(), website_id, id, 'human', CASE WHEN random() < 0.2 THEN 'open' ELSE 'resolved' END,
    'Where is my order?', 'Is the blue tent back in stock?', now() - random() * interval '300 days', now(), 4, '{}',
    'normal'
FROM visitor;
ANALYZE conversations_visitor, conversations_conversation
"""


def fill_timeline(conversation: Conversation, count: int) -> None:
    run_statements(TIMELINE, {"conversation": conversation.pk, "count": count})


def fill_inbox(websites: list[Website], count: int) -> None:
    run_statements(INBOX, {"websites": [one.pk for one in websites], "count": count})


def run_statements(statements: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.split(";"):
            cursor.execute(statement, values if "%(" in statement else None)


def log_in(user: User) -> dict[str, str]:
    """The cookie of a browser in which they have logged in."""
    browser = Client()
    browser.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": str(browser.session.session_key)}


def api_token(user: User) -> str:
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(hours=1))
    return str(token)


async def sockets(user: User, conversations: list[Conversation], dashboards: int) -> dict[str, Any]:
    """Where the client connects. The tokens live for 60 seconds."""
    staff = await asyncio.to_thread(staff_actor, user.pk)
    assert staff is not None
    visitors = [VisitorActor(one.visitor_id, one.website_id) for one in conversations]
    tokens = await issue_all([*visitors, *[staff] * dashboards])
    await close_redis()
    return {
        "visitors": [
            {"url": f"{WS}/ws/chat/{one.pk}/", "token": token}
            for one, token in zip(conversations, tokens, strict=False)
        ],
        "dashboards": [{"url": f"{WS}/ws/dashboard/", "token": token} for token in tokens[len(conversations) :]],
    }


async def issue_all(actors: list[Actor]) -> list[str]:
    tokens: list[str] = []
    for start in range(0, len(actors), AT_ONCE):
        tokens += await asyncio.gather(*[issue(actor) for actor in actors[start : start + AT_ONCE]])
    return tokens


if __name__ == "__main__":
    main()
