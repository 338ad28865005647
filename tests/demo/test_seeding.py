"""`seed_demo`: what is there after it, that it can be run again, and that it does nothing outside a demo."""

from __future__ import annotations

from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actors import staff_actor
from accounts.models import Membership, User, Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, Passage, Reply
from conversations.models import Conversation, Entry, Label, Visitor
from dashboard.reports.facts import read_facts
from dashboard.reports.figures import OUTCOMES, report_of
from dashboard.reports.periods import last_days
from demo.companies import COMPANIES
from demo.seeding.customers import PASSWORD
from tests.clients.people import Rest
from tests.servers.stack import Stack

KEYS = ("demo-acme", "demo-globex")


pytestmark = pytest.mark.usefixtures("seeded")


def seed() -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def everything() -> dict[str, Any]:
    """All that the seeds make, by value."""
    websites = Website.objects.filter(website_key__in=KEYS)
    ids = [website.pk for website in websites]
    conversations = Conversation.objects.for_system().filter(website__in=ids)
    return {
        "people": list(User.objects.filter(email__endswith=".test").order_by("pk").values("email", "name", "password")),
        "memberships": Membership.objects.filter(organisation__websites__in=ids).count(),
        "addresses": EmailAddress.objects.filter(email__endswith=".test", verified=True, primary=True).count(),
        "articles": {pk: list(Article.objects.for_website(pk).order_by("pk").values_list("pk", "slug")) for pk in ids},
        "passages": {pk: Passage.objects.for_website(pk).count() for pk in ids},
        "visitors": Visitor.objects.for_system().filter(website__in=ids).count(),
        "conversations": list(conversations.order_by("pk").values("pk", "rev", "status", "handled_by", "updated_at")),
        "entries": Entry.objects.for_system().filter(website__in=ids).count(),
    }


def test_it_makes_two_customers_with_people_articles_and_conversations() -> None:
    acme, globex = (Website.objects.get(website_key=key) for key in KEYS)
    assert Article.objects.for_website(acme.pk).count() >= 28
    assert Article.objects.for_website(globex.pk).count() >= 8
    assert Conversation.objects.for_system().filter(website=acme).count() >= 12
    assert Conversation.objects.for_system().filter(website=globex).count() == 3
    roles = Membership.objects.filter(organisation__websites__in=[acme, globex])
    assert sorted(roles.values_list("user__email", "role")) == [
        ("admin@acme.test", "admin"),
        ("agent@acme.test", "agent"),
        ("owner@acme.test", "owner"),
        ("owner@globex.test", "owner"),
    ]


def test_the_owner_sees_what_the_assistant_answers_from_and_mallory_only_hers() -> None:
    acme, globex = (Website.objects.get(website_key=key) for key in KEYS)
    seen = {}
    for email, website in (("owner@acme.test", acme), ("owner@globex.test", globex)):
        client = Client(headers={"host": "127.0.0.1:8000"})
        client.force_login(User.objects.get(email=email))
        seen[email] = client.get(f"/manage/{website.pk}/knowledge/").content.decode()
    assert "International delivery" in seen["owner@acme.test"]
    assert "International delivery" not in seen["owner@globex.test"]


def test_run_again_it_changes_nothing() -> None:
    before = everything()
    assert "0 conversations are new" in seed()
    assert everything() == before


def test_run_again_it_keeps_what_somebody_has_changed() -> None:
    website = Website.objects.get(website_key="demo-acme")
    Website.objects.filter(pk=website.pk).update(greeting="Servus!")
    write_article(website, ArticleText("privacy", "Privacy", "We know nothing about you.", "https://acme.test/p"))
    seed()
    website.refresh_from_db()
    assert website.greeting == "Servus!"
    changed = Article.objects.for_website(website.pk).get(slug="privacy")
    assert changed.body == "We know nothing about you."
    assert changed.url == COMPANIES["demo-acme"].article_url("privacy")


def test_on_another_port_the_articles_addresses_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_URL", "http://127.0.0.1:9123")
    seed()
    website = Website.objects.get(website_key="demo-acme")
    url = Article.objects.for_website(website.pk).get(slug="refunds").url
    assert url == "http://localhost:9123/demo/demo-acme/help/refunds/"
    monkeypatch.undo()
    seed()


@pytest.mark.slow
@pytest.mark.parametrize("email", ["owner@acme.test", "admin@acme.test", "agent@acme.test", "owner@globex.test"])
def test_everybody_can_log_in(stack: Stack, email: str) -> None:
    answer = Rest(stack).post("auth/token/", {"email": email, "password": PASSWORD})
    assert answer.status_code == 200


def test_mallory_sees_nothing_of_acme() -> None:
    mallory = staff_actor(User.objects.get(email="owner@globex.test").pk)
    assert mallory is not None
    assert Conversation.objects.for_actor(mallory).filter(website__website_key="demo-acme").count() == 0
    assert Conversation.objects.for_actor(mallory).count() == 3


def test_conversations_are_numbered_without_holes_and_lie_in_the_past() -> None:
    for conversation in Conversation.objects.for_system().filter(website__website_key__in=KEYS):
        entries = list(Entry.objects.for_system().filter(conversation=conversation).order_by("seq"))
        assert [entry.seq for entry in entries] == list(range(1, conversation.rev + 1))
        times = [entry.created_at for entry in entries]
        assert times == sorted(times)
        assert conversation.created_at <= times[0] <= times[-1] <= conversation.updated_at


def test_what_was_said_in_the_past_is_found_by_its_words() -> None:
    """Though the worker, who indexes what is new, may have come past that time."""
    said = Entry.objects.for_system().filter(website__website_key="demo-acme").exclude(kind=Entry.Kind.ACTIVITY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM conversations_entrywords WHERE entry_id = ANY(%s)",
            [list(said.values_list("pk", flat=True))],
        )
        assert cursor.fetchone()[0] == said.count() > 50


def test_the_reports_count_what_the_assistant_did_in_the_past() -> None:
    acme = Website.objects.get(website_key="demo-acme")
    actor = staff_actor(User.objects.get(email="owner@acme.test").pk)
    assert actor is not None
    while read_facts(acme.pk):
        pass
    now = timezone.now()
    totals = report_of(actor, [acme.pk], last_days(41, ZoneInfo("UTC"), now), now).totals
    assert sum(totals[name] for name in OUTCOMES) == totals["conversations"] >= 12
    assert all(totals[name] for name in ("confirmed", "assumed", "handed_over"))
    said = Entry.objects.for_system().filter(website=acme, role="assistant", is_manual=False, kind="message")
    replies = Reply.objects.for_website(acme.pk).filter(pk__in=said.values("pk"))
    assert replies.count() == said.count() > 20
    assert {one.pk: one.began_at for one in replies} == dict(said.values_list("pk", "created_at"))


def test_every_label_that_a_conversation_carries_has_a_colour() -> None:
    acme = Website.objects.get(website_key="demo-acme")
    carried = Conversation.objects.for_system().filter(website=acme).values_list("labels", flat=True)
    known = Label.objects.for_system().filter(organisation=acme.organisation).values_list("name", flat=True)
    assert {name for names in carried for name in names} == set(known)


def test_no_seeded_message_waits_for_an_answer_of_the_worker() -> None:
    with connection.cursor() as cursor:
        cursor.execute(JOBS_OF_THE_DEMO)
        assert cursor.fetchone() == (0,)


JOBS_OF_THE_DEMO = """
    SELECT count(*) FROM procrastinate_jobs job
    JOIN conversations_conversation conversation ON conversation.id = (job.args->>'conversation_id')::uuid
    JOIN accounts_website website ON website.id = conversation.website_id
    WHERE website.website_key LIKE 'demo-%'
"""


def test_without_demo_it_refuses_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(
        CommandError, match=r"^The demo's log-ins are published, so it is seeded only where DEMO=1 is set\.$"
    ):
        call_command("seed_demo")
