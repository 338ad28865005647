"""What people write, and what opens doors, is in no log and no error report: neither when all goes well nor else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from django.db import connection
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class

from assistant.knowledge.articles import ArticleText, write_article
from foundation.scrubbing import scrubbed, scrubbed_report
from tests.cast import Cast
from tests.clients.owners import CSRF
from tests.clients.people import Rest, StaffMember, Visitor, log_in, session_cookie, visit
from tests.servers.sentry import SentryServer
from tests.servers.stack import Stack, start_stack

WORD = "zqwritten"  # in everything that somebody writes
FAILS = "zqfails"  # what the database refuses, once it was told to
PASSWORD = "zqpassword-that-was-wrong"
TABLES = {"conversations_entry": "content", "assistant_article": "body"}


@dataclass
class Ground:
    stack: Stack
    sentry: SentryServer
    vera: Visitor
    ben: StaffMember
    asking: Visitor
    adas_session: str

    @property
    def said(self) -> str:
        return self.stack.logs(lines=100_000)


@pytest.fixture
def ground(cast: Cast, stack: Stack) -> Iterator[Ground]:
    """Everything is logged that can be; and the database refuses what has FAILS in it.

    The shared stack's worker rests: it would take the job whose failure is looked for in the log of this one.
    """
    assert stack.worker is not None
    stack.worker.stop()
    write_article(cast.acme, ArticleText("zebras", "Zebras", f"{WORD} Zebras have stripes, {FAILS}."))
    with SentryServer() as sentry, start_stack({"LOG_LEVEL": "DEBUG", "SENTRY_DSN": sentry.dsn}, name="logs") as own:
        with connection.cursor() as cursor:
            for table, column in TABLES.items():
                check = f"CHECK ({column} NOT LIKE '%{FAILS}%') NOT VALID"
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT refused_by_a_test {check}")
        try:
            vera = visit(own, cast.acme, page={"url": f"https://acme.test/{WORD}", "title": WORD, "referrer": ""})
            session = session_cookie(own, cast.ada)["Cookie"]
            yield Ground(own, sentry, vera, log_in(own, cast.ben), visit(own, cast.acme), session)
        finally:
            with connection.cursor() as cursor:
                for table in TABLES:
                    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT refused_by_a_test")
            stack.worker.start()


@pytest.mark.slow
async def test_what_people_write_and_what_opens_doors_is_in_no_log_and_no_report(ground: Ground, cast: Cast) -> None:
    vera, ben = ground.vera, ground.ben
    vera.open(f"{WORD} hello")
    tokens = [person.rest.connection_token() for person in (vera, ben)]
    async with vera.socket(token=tokens[0], in_query=True) as chat, ben.socket(token=tokens[1]) as inbox:
        await chat.say(f"{WORD} to Ben")
        await inbox.say(f"{WORD} to Vera", conversation_id=vera.conversation_id)
        await inbox.say(f"{WORD} a note", conversation_id=vera.conversation_id, note=True)
        for text in (f'{{"{WORD}": ', json.dumps({"type": WORD}), json.dumps({"type": "typing", "is_typing": WORD})):
            await chat.send_text(text)
        await chat.say_soon(f"{WORD} {FAILS}")
        assert (await chat.expect("rejected", code="unavailable"))["detail"]
        await chat.round_trip()
    assert vera.rest.post(vera.path("messages/"), {"client_id": WORD, "content": WORD}).status_code == 400
    said = {"client_id": uuid4(), "content": f"{WORD} {FAILS}"}
    assert vera.rest.post(vera.path("messages/"), said).status_code == 503
    assert vera.rest.post(vera.path("contact/"), {"email": f"{WORD}@example.test"}).status_code == 200
    guess = {"email": cast.ben.email, "password": PASSWORD}
    assert Rest(ground.stack).post("auth/token/", guess).status_code == 401
    assert page_that_fails(ground, cast) == 500
    the_worker_fails(ground)
    ground.stack.stop()
    assert "refused_by_a_test" in ground.said, "the failures were logged"
    assert "Internal Server Error: /manage/" in ground.said
    assert any("refused_by_a_test" in report for report in ground.sentry.told)
    session = ground.adas_session.partition("=")[2]
    secrets = [WORD, PASSWORD, vera.rest.token, ben.rest.token, session, CSRF, cast.acme.identity_secret, *tokens]
    for where, text in {"log": ground.said, "report": "\n".join(ground.sentry.told)}.items():
        for secret in secrets:
            assert secret not in text, where + ": …" + text[max(0, text.find(secret) - 500) :][:700]


def page_that_fails(ground: Ground, cast: Cast) -> int:
    """Ada writes an article, and the database refuses it."""
    cookie = f"{ground.adas_session}; chat_csrf_{ground.stack.port}={CSRF}"
    given = {"title": f"{WORD} of zebras", "body": f"{WORD} {FAILS}"}
    url = f"{ground.stack.url}/manage/{cast.acme.pk}/first-steps/article/"
    headers = {"Cookie": cookie, "X-CSRFToken": CSRF}
    return httpx2.post(url, data=given, headers=headers, trust_env=False, timeout=30).status_code


def the_worker_fails(ground: Ground) -> None:
    """Its answer quotes the article, and the database refuses it."""
    ground.asking.open("Do zebras have stripes?")
    deadline = time.monotonic() + 60
    worker = ground.stack.worker
    assert worker is not None
    while "refused_by_a_test" not in worker.log_tail(100_000):
        assert time.monotonic() < deadline, worker.log_tail()
        time.sleep(0.2)


def test_a_technical_report_names_everything_and_shows_no_value() -> None:
    request = RequestFactory().post(f"/x/?q={WORD}", {"content": WORD}, headers={"Authorization": f"Bearer {WORD}"})
    request.COOKIES["chat_session"] = WORD
    try:
        local = WORD + request.path
        raise ValueError(f"duplicate key\nDETAIL:  Key (content)=({local}) exists.")
    except ValueError as error:
        kind: Any = get_exception_reporter_class(request)
        reporter = kind(request, type(error), error, error.__traceback__)
    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "duplicate key" in report
        assert WORD not in report.replace("{WORD}", "")


def test_a_report_to_sentry_says_where_and_not_with_whose_data() -> None:
    event = {
        "exception": {"values": [{"type": "CheckViolation", "value": f"refused\nDETAIL:  Failing row ({WORD})."}]},
        "request": {"url": "http://x/", "data": WORD, "cookies": {"a": WORD}, "headers": {"Authorization": WORD}},
        "stacktrace": {"frames": [{"function": "post_message", "vars": {"content": WORD}}]},
        "breadcrumbs": {"values": [{"message": WORD}]},
        "user": {"email": WORD},
    }
    report = json.dumps(scrubbed_report(event))
    assert WORD not in report
    assert {"CheckViolation", "refused", "post_message"} <= set(event_words(report))


def event_words(report: str) -> list[str]:
    return report.replace('"', " ").replace("\\n", " ").split()


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("could not connect to redis://:hunter2@cache:6379/0", "could not connect to redis://:…@cache:6379/0"),
        ("GET /ws/chat/1/?connection_token=abcdefghijklmnopqrstuvwxyz0123", "GET /ws/chat/1/?connection_token=…"),
        ("Authorization: Bearer eyJhbGciOi.eyJ1c2VyX2lk.c2lnbmF0dXJl", "Authorization: Bearer …"),
        ("ValidationError: input_value='my text', input_type=str", "ValidationError: input_value=…, input_type=str"),
        ('invalid input syntax for type uuid: "my text"', "invalid input syntax for type uuid: …"),
        ("signed with whsec_Zx81kkdlAAbb-_22", "signed with …"),
        ("GET /accounts/invitation/?token=abc-def&next=/ 200", "GET /accounts/invitation/?token=…&next=/ 200"),
        ("GET /api/v1/export/1/file/?key=WyJhIl0:1v:Zx8", "GET /api/v1/export/1/file/?key=…"),
        ("sent {'Api-Key': 'abcdefgh12345678'}", "sent {'Api-Key …}"),
        ("Authorization: Api-Key abcdefgh12345678", "Authorization: Api-Key …"),
        ("api-key: abcdefgh12345678", "api-key …"),
        ("told 3 participants", "told 3 participants"),
    ],
)
def test_a_line_keeps_what_helps(line: str, left: str) -> None:
    assert scrubbed(line) == left
