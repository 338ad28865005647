"""Erased is erased: a search of the whole database, of Redis and of the folders finds nothing. A receipt says so."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Membership, Organisation, Website
from assistant.models import Reply
from assistant.models import Thumb as Thumbs
from assistant.unanswered.settling import settle_with_article
from audit.models import AuditEntry
from audit.recording import record
from conversations.actions.indexing import index_entries
from conversations.models import Conversation, Visitor
from dashboard.reports.facts import read_facts
from foundation.db import db
from integrations.models import Delivery, Webhook
from privacy.models import Erasure, Export
from privacy.models.erasures import is_genuine, subject_of
from tests.cast import Cast, new_website
from tests.clients.people import StaffMember, log_in, visit
from tests.clients.people import Visitor as Somebody
from tests.dashboard.reading import address, browser_of, text_of
from tests.privacy.searching import columns, in_files, in_postgres, in_redis, places_of
from tests.servers.stack import Stack


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def canary() -> str:
    """A word that is nowhere else in the world, and that search takes for one."""
    return f"canary{uuid4().hex}"


def leave_traces(stack: Stack, cast: Cast, canary: str) -> Somebody:
    """Vera, with the word in everything of hers that can hold one."""
    page = {"url": f"https://acme.test/{canary}", "title": canary, "referrer": f"https://{canary}.test/"}
    vera = visit(stack, cast.acme, page=page, attributes={"plan": canary, canary: 1})
    vera.open(f"I am {canary}")
    ben, path = log_in(stack, cast.ben), f"conversations/{vera.conversation_id}/"
    uploaded = vera.rest.upload(vera.path("attachments/"), f"{canary}.txt", canary.encode()).json()
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": canary, "attachments": [uploaded["id"]]})
    vera.rest.upload(vera.path("attachments/"), f"unsent-{canary}.txt", canary.encode())
    vera.rest.post(vera.path("contact/"), {"email": f"{canary}@example.com"})
    vera.rest.post(vera.path("attributes/"), {"attributes": {"order": canary}})
    vera.rest.post(vera.path("rating/"), {"score": 2, "comment": canary})
    ben.rest.post(f"{path}messages/", {"client_id": uuid4(), "content": f"@Ada look at {canary}", "note": True})
    answered = ben.rest.post(f"{path}messages/", {"client_id": uuid4(), "content": f"Dear {canary}"}).json()
    visitor_id, conversation_id = UUID(vera.session["visitor"]["id"]), UUID(vera.conversation_id)
    Visitor.objects.for_system().filter(pk=visitor_id).update(name=canary, external_id=canary, user_agent=canary)
    Conversation.objects.for_system().filter(pk=conversation_id).update(subject=canary, labels=[canary])
    reply = Reply.objects.for_website(cast.acme.pk).create(
        website=cast.acme,
        conversation_id=conversation_id,
        answers=uuid4(),
        epoch=0,
        state="failed",
        partial=canary,
        failure=canary,
        passages=[canary],
    )
    Thumbs.objects.for_website(cast.acme.pk).create(
        entry_id=answered["message"]["id"], conversation_id=conversation_id, website=cast.acme, helpful=True
    )
    with transaction.atomic():
        settle_with_article(cast.acme, [reply.pk], cast.ada, f"What is {canary}?", f"{canary} asks", publish=False)
        record("visitor.blocked", Visitor.objects.for_system().get(pk=visitor_id))
    hook = Webhook.objects.create(website=cast.acme, url="https://x.invalid/", events=[], encrypted_secret="")
    about: dict[str, Any] = {"webhook": hook, "website": cast.acme, "data": {"word": canary}, "answer": canary}
    Delivery.objects.create(event="message_created", conversation_id=conversation_id, rev=1, **about)
    Delivery.objects.create(event="visitor_identified", visitor_id=visitor_id, **about)
    LogEntry.objects.create(
        user=cast.ada,
        content_type=ContentType.objects.get_for_model(Visitor),
        object_id=str(visitor_id),
        object_repr=canary,
        action_flag=2,
        change_message="",
    )
    # A transcript that no mail server takes: its job waits, with the address.
    app.configure_task("conversations.mail_transcript", queue="nobody").defer(
        conversation_id=str(conversation_id),
        visitor_id=str(visitor_id),
        website_id=cast.acme.pk,
        email=f"{canary}@example.com",
    )
    until(lambda: has_words(canary))
    read_facts(cast.acme.pk)
    vera.rest.connection_token()
    return vera


def has_words(canary: str) -> bool:
    """The worker of the stack does it, or this; some seconds after it was said."""
    index_entries()
    return "public.conversations_entrywords.words" in in_postgres(canary)


def until(happened: Callable[[], Any], seconds: float = 60) -> Any:
    for _ in range(int(seconds * 5)):
        if found := happened():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


EVERYWHERE = {
    "public.conversations_visitor.name",
    "public.conversations_visitor.email",
    "public.conversations_visitor.external_id",
    "public.conversations_visitor.attributes",
    "public.conversations_visitor.page_url",
    "public.conversations_visitor.page_title",
    "public.conversations_visitor.referrer",
    "public.conversations_visitor.user_agent",
    "public.conversations_conversation.subject",
    "public.conversations_conversation.preview",
    "public.conversations_conversation.attributes",
    "public.conversations_conversation.labels",
    "public.conversations_conversation.rating_comment",
    "public.conversations_entry.content",
    "public.conversations_entry.attachments",
    "public.conversations_entrywords.words",
    "public.conversations_attachment.name",
    "public.assistant_reply.partial",
    "public.assistant_reply.failure",
    "public.assistant_reply.passages",
    "public.assistant_article.title",
    "public.assistant_article.body",
    "public.audit_auditentry.target_name",
    "public.integrations_delivery.data",
    "public.integrations_delivery.answer",
    "public.django_admin_log.object_repr",
    "public.procrastinate_jobs.args",
}


def test_the_search_looks_into_every_column() -> None:
    assert sum(map(len, columns().values())) > 300
    assert "words" in columns()["public.conversations_entrywords"]


@pytest.mark.slow
def test_after_an_erasure_nothing_is_found_anywhere(
    stack: Stack, people_only: Cast, ada: StaffMember, canary: str
) -> None:
    vera = leave_traces(stack, people_only, canary)
    visitor_id = vera.session["visitor"]["id"]
    assert set(in_postgres(canary)) >= EVERYWHERE  # or else the search would find nothing without any erasure
    assert len(in_files(canary)) == 2
    assert in_redis(visitor_id)
    receipt = ada.rest.delete(f"visitors/{visitor_id}/")
    assert receipt.status_code == 200, receipt.text
    until(lambda: not in_files(canary))
    assert places_of(canary) == []
    assert in_redis(visitor_id) == []
    # How far reports have read is remembered by an id, whatever became of what it was of.
    assert set(in_postgres(vera.conversation_id)) <= {"public.dashboard_factsstate.read_id"}
    assert in_postgres(visitor_id) == []
    counts = receipt.json()["counts"]
    assert counts["conversations"] == counts["visitors"] == counts["assistant_answers"] == 1
    assert (counts["files"], counts["thumbs"], counts["report_rows"], counts["drafts"]) == (2, 1, 1, 1)
    log = AuditEntry.objects.of([people_only.acme.organisation_id])
    (blocked,) = log.filter(action="visitor.blocked")
    assert (blocked.target_name, blocked.target_id) == ("Visitor (erased)", subject_of(visitor_id)[:40])
    assert log.get(action="article.made").target_name == "Article (erased)"


async def test_her_sockets_are_closed_and_the_staffs_lists_follow(
    stack: Stack, people_only: Cast, ada: StaffMember, canary: str
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open(canary)
    async with vera.socket() as chat, log_in(stack, people_only.ben).socket() as inbox:
        ada.rest.delete(f"visitors/{vera.session['visitor']['id']}/")
        removed = await inbox.expect("conversation_removed")
        assert (removed["conversation_id"], removed["website_id"]) == (vera.conversation_id, people_only.acme.pk)
        assert await chat.closed_with() == ("forbidden", 4003)
    assert ada.rest.get("conversations/").json()["results"] == []
    assert vera.rest.get("widget/conversations/").status_code == 401


@pytest.mark.slow
async def test_a_message_at_the_same_moment_comes_too_late_and_leaves_nothing(
    stack: Stack, people_only: Cast, ada: StaffMember, canary: str
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    async with vera.socket() as chat:
        for number in range(5):
            await chat.say_soon(f"{canary} {number}")
        ada.rest.delete(f"visitors/{vera.session['visitor']['id']}/")
        for number in range(5):
            await chat.say_soon(f"{canary} again {number}")
    await asyncio.sleep(3)  # for a round of the indexer
    assert await db(in_postgres, canary) == []


def test_exports_in_which_she_is_go_too(stack: Stack, people_only: Cast, ada: StaffMember, canary: str) -> None:
    vera = visit(stack, people_only.acme)
    vera.open(canary)
    visitor_id, organisation_id = vera.session["visitor"]["id"], people_only.acme.organisation_id
    for given in ({"visitor_id": visitor_id}, {}):
        place = storages["exports"].save(f"{organisation_id}/{uuid4()}.zip", ContentFile(canary.encode()))
        Export.objects.create(
            organisation_id=organisation_id, requested_by_id=people_only.ada.pk, state="ready", place=place, **given
        )
    assert len(in_files(canary)) == 2
    assert ada.rest.delete(f"visitors/{visitor_id}/").json()["counts"]["exports"] == 2
    assert in_files(canary) == []


# --- the receipt ---


def test_a_receipt_is_signed_names_nobody_and_can_be_checked(
    stack: Stack, people_only: Cast, ada: StaffMember, canary: str, tmp_path: Any
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open(canary)
    visitor_id = vera.session["visitor"]["id"]
    receipt = ada.rest.delete(f"visitors/{visitor_id}/").json()
    stored = browser_of(people_only.ada).get(address(people_only.acme, f"privacy/receipts/{receipt['receipt']}/"))
    assert json.loads(stored.content) == receipt
    assert (receipt["erased"], receipt["subject_sha256"]) == ("visitor", subject_of(visitor_id))
    assert receipt["requested_by"] == {"id": people_only.ada.pk, "name": "Ada"}
    assert canary not in json.dumps(receipt)
    assert visitor_id not in json.dumps(receipt)
    assert is_genuine(receipt)
    assert not is_genuine(receipt | {"counts": {"conversations": 0}})
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    said = io.StringIO()
    call_command("verify_receipt", file, stdout=said)
    assert "Genuine: visitor" in said.getvalue()
    file.write_text(json.dumps(receipt | {"website_id": 1}))
    with pytest.raises(CommandError):
        call_command("verify_receipt", file)


def test_mallory_and_ben_erase_nobody_and_see_no_receipt(stack: Stack, people_only: Cast, ada: StaffMember) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    path = f"visitors/{vera.session['visitor']['id']}/"
    assert log_in(stack, people_only.mallory).rest.delete(path).status_code == 404
    assert log_in(stack, people_only.ben).rest.delete(path).status_code == 403
    assert vera.rest.get("widget/conversations/").status_code == 200
    receipt = ada.rest.delete(path).json()["receipt"]
    for person, place, status in (
        (people_only.mallory, people_only.acme, 404),
        (people_only.mallory, people_only.globex, 404),
        (people_only.ben, people_only.acme, 403),
    ):
        assert browser_of(person).get(address(place, f"privacy/receipts/{receipt}/")).status_code == status
    assert browser_of(people_only.mallory).get(f"/manage/receipts/{receipt}/").status_code == 404
    assert browser_of(people_only.mallory).get(address(people_only.globex, "privacy/receipts/")).status_code == 200


def test_on_the_page_only_who_is_sure_erases(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    visitor_id, ada = vera.session["visitor"]["id"], browser_of(people_only.ada)
    Visitor.objects.for_system().filter(pk=visitor_id).update(name="Vera Vale", email="vera@example.com")
    for asked in (
        "vera",
        "vale",
        "vera@example.com",
        visitor_id,
        f"https://chat.test/live-chat/{vera.conversation_id}/",
    ):
        assert "Vera Vale" in text_of(ada.get(address(people_only.acme, f"privacy/people/?q={asked}")))
    path = address(people_only.acme, f"privacy/people/{visitor_id}/erase/")
    assert browser_of(people_only.mallory).post(path, {"sure": "yes"}).status_code == 404
    assert browser_of(people_only.ben).post(path, {"sure": "yes"}).status_code == 403
    assert "Nothing was erased" in text_of(ada.get(ada.post(path)["Location"]))
    assert Visitor.objects.for_system().filter(pk=visitor_id).exists()
    assert "Download the receipt" in text_of(ada.get(ada.post(path, {"sure": "yes"})["Location"]))
    assert not Visitor.objects.for_system().filter(pk=visitor_id).exists()
    (row,) = AuditEntry.objects.of([people_only.acme.organisation_id])
    assert (row.action, row.actor_name, row.website_id) == ("visitor.erased", "Ada", people_only.acme.pk)
    assert "Vera" not in f"{row.target_name} {row.detail}"


# --- as a whole ---


@pytest.mark.slow
def test_of_a_deleted_website_nothing_is_found_and_its_receipt_says_so(
    stack: Stack, people_only: Cast, canary: str
) -> None:
    doomed = new_website(canary, ai_enabled=False, greeting=canary)
    doomed.organisation = people_only.acme.organisation
    doomed.save()
    Organisation.objects.filter(name=canary).delete()
    leave_traces(stack, Cast(doomed, *_others(people_only)), canary)
    ada = browser_of(people_only.ada)
    assert ada.post(address(doomed, "website/delete/"), {"name": canary}).status_code == 302
    said, later = (text_of(ada.get(address(people_only.acme, "websites/"))) for _ in range(2))
    assert said.count(canary) == 1  # that it was deleted
    assert canary not in later
    kind = {"kind": "website", "website_id": doomed.pk}
    done = until(lambda: Erasure.objects.for_system().filter(**kind).exclude(finished_at=None).first())
    left = places_of(canary)
    assert set(left) <= {"public.audit_auditentry.target_name"}, left  # the log says which website it was
    assert is_genuine(done.receipt())
    assert (done.counts["conversations"], done.counts["files"], done.requested_by) == (1, 2, "Ada")


@pytest.mark.slow
def test_of_a_deleted_organisation_nothing_is_found_and_who_did_it_gets_the_receipt(
    stack: Stack, people_only: Cast, canary: str
) -> None:
    vera = leave_traces(stack, people_only, canary)
    organisation = people_only.acme.organisation
    Organisation.objects.filter(pk=organisation.pk).update(name=canary)
    ada, path = browser_of(people_only.ada), address(people_only.acme, "privacy/organisation/delete/")
    for person, status in ((people_only.cleo, 302), (people_only.ben, 403), (people_only.mallory, 404)):
        assert browser_of(person).post(path, {"name": canary}).status_code == status
    assert ada.post(path, {"name": "Acme"}).status_code == 422
    assert Membership.objects.filter(organisation=organisation).count() == 3
    assert ada.post(path, {"name": canary}).status_code == 302
    assert not Membership.with_suspended.filter(organisation=organisation).exists()
    assert log_in(stack, people_only.ben).rest.get("websites/").json()["results"] == []
    assert vera.rest.get("widget/conversations/").status_code == 401
    kind = {"kind": "organisation", "organisation_id": organisation.pk}
    done = until(lambda: Erasure.objects.for_system().filter(**kind).exclude(finished_at=None).first())
    assert places_of(canary) == []
    assert not Website.with_leaving.filter(pk=people_only.acme.pk).exists()
    assert list(AuditEntry.objects.of([organisation.pk])) == []
    receipt = json.loads(ada.get(f"/manage/receipts/{done.pk}/").content)
    assert is_genuine(receipt)
    assert receipt["counts"]["conversations"] == 1
    assert browser_of(people_only.mallory).get(f"/manage/receipts/{done.pk}/").status_code == 404


def test_jobs_that_wait_are_dropped_and_those_of_others_stay(stack: Stack, people_only: Cast, ada: StaffMember) -> None:
    vera, other = visit(stack, people_only.acme), visit(stack, people_only.acme)
    for one in (vera, other):
        app.configure_task("conversations.mail_transcript", queue="nobody").defer(
            visitor_id=one.session["visitor"]["id"], email="x@example.com", conversation_id="", website_id=0
        )
    ada.rest.delete(f"visitors/{vera.session['visitor']['id']}/")
    waiting = ProcrastinateJob.objects.filter(queue_name="nobody", args__email="x@example.com")
    left = [one.args["visitor_id"] for one in waiting]
    assert vera.session["visitor"]["id"] not in left
    assert other.session["visitor"]["id"] in left


def _others(cast: Cast) -> tuple[Any, ...]:
    return cast.globex, cast.ada, cast.ben, cast.cleo, cast.mallory
