"""While Redis is away each limit does what docs/settings.md says of it: none lets everybody through without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx2
import pytest

from accounts.models import Website
from foundation.limits import LIMITS, SHARED
from integrations.webhooks.settings import make_webhook
from tests.cast import STRICT, Role, new_person, new_website
from tests.clients.owners import CSRF
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.servers.databases import PROJECT
from tests.servers.own_redis import own_redis
from tests.servers.stack import Stack, start_stack
from tests.test_architecture import SOURCES

SUBJECT = r'(?:seconds_to_wait(?:_now)?\(|for subject in \(|taken\(counted, )\s*f"(\w+):\{'
COUNTED = re.compile(SUBJECT)


@dataclass
class Ground:
    stack: Stack
    acme: Website
    vera: Visitor
    ben: StaffMember
    ada: StaffMember


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Vera and Ben are in, and then Redis is gone."""
    few = {
        f"LIMIT_{name}_PER_MINUTE": "3"
        for name in ("UPLOADS", "CONVERSATIONS", "ASSISTANCE", "WEBHOOK_TESTS", "DIAGNOSTICS")
    }
    with own_redis() as (url, redis), start_stack(STRICT | few | {"REDIS_URL": url}, worker=False) as stack:
        acme = new_website("Acme", ai_enabled=False)
        vera = visit(stack, acme)
        vera.open()
        ben = log_in(stack, new_person("Ben", acme, Role.AGENT))
        ada = log_in(stack, new_person("Ada", acme, Role.OWNER))
        redis.kill()
        yield Ground(stack, acme, vera, ben, ada)


@pytest.mark.slow
def test_without_redis_open_limits_are_counted_here_and_closed_ones_are_closed(ground: Ground) -> None:
    stack, vera = ground.stack, ground.vera
    thief, busy, ada = Rest(stack), Rest(stack), ground.ada.rest
    hook, _ = make_webhook(ground.acme, "https://hook.invalid/", ["rating_given"], ground.ada.user.pk)
    went = {
        "login": [thief.post("auth/token/", {"email": f"{uuid4()}@x.test", "password": "x"}) for _ in range(5)],
        "session": [busy.post("widget/sessions/", {"website_key": ground.acme.website_key}) for _ in range(5)],
        "conversation": [vera.rest.post("widget/conversations/") for _ in range(5)],
        "upload": [vera.rest.upload(vera.path("attachments/"), "a.txt", b"x") for _ in range(5)],
        "assistance": [ground.ben.rest.post(f"conversations/{vera.conversation_id}/draft/") for _ in range(5)],
        "webhook": [ada.post(f"webhooks/{hook.pk}/test/") for _ in range(5)],
        "diagnostics": [ada.get("diagnostics/") for _ in range(5)],
        "invitation": [ada.post("invitations/", {"email": f"{uuid4()}@x.test"}) for _ in range(2)],
        "token": [vera.rest.post("auth/ws-connection-token/") for _ in range(2)],
        "transcript": [vera.rest.post(vera.path("transcript/"), {"email": "vera@x.test"}) for _ in range(2)],
    }
    for name, answers in went.items():
        statuses = [answer.status_code for answer in answers]
        if LIMITS[name].away == "closed":
            assert statuses == [503] * len(answers), name
        else:
            assert 429 not in statuses[:3], name
            assert 503 not in statuses, name
            assert statuses[3:] == [429, 429], name
        assert int(answers[-1].headers["Retry-After"]) >= 1, name
    assert {*went, "connect"} == {name for name, limit in LIMITS.items() if limit.where == "Redis"}


async def test_without_redis_nobody_connects_and_is_told_to_come_back(ground: Ground) -> None:
    async with ground.vera.socket(token="x" * 43, greeted=False) as socket:
        assert await socket.closed_with() == ("restarting", 4012)


def test_without_redis_messages_are_limited_as_ever(ground: Ground) -> None:
    vera = ground.vera
    answers = [vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x"}) for _ in range(5)]
    assert [one.status_code for one in answers] == [201, 201, 201, 429, 429]


@pytest.mark.slow
def test_without_redis_the_log_in_page_works_and_guessing_is_limited(ground: Ground) -> None:
    def guess(password: str) -> httpx2.Response:
        headers = {
            "Cookie": f"chat_csrf_{ground.stack.port}={CSRF}",
            "X-CSRFToken": CSRF,
            "X-Forwarded-For": ground.ben.rest.address,
        }
        given = {"login": ground.ben.user.email, "password": password}
        url = f"{ground.stack.url}/accounts/login/"
        return httpx2.post(url, data=given, headers=headers, trust_env=False, timeout=30)

    assert [guess("wrong").status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_every_limit_that_is_counted_has_its_row_and_its_line_in_the_documents() -> None:
    counting = [source for source in SOURCES.values() if re.search(r"import .*(seconds_to_wait|taken)\b", source)]
    named = {name for source in counting for name in COUNTED.findall(source)}
    assert named == {name for name, limit in LIMITS.items() if limit.where == "Redis"}
    shared = {name for source in SOURCES.values() for name in re.findall(r'\bSharedBuckets\("(\w+)"', source)}
    assert shared == {name for name, limit in LIMITS.items() if limit.where == SHARED}
    said = (PROJECT / "docs" / "settings.md").read_text()
    for limit in LIMITS.values():
        assert f"| `{limit.name}` | `{limit.setting.upper()}` |" in said
