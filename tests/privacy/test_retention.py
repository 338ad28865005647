"""What rested for as long as its website keeps it goes, with its files and its visitors; a dry run says how much."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Website
from audit.models import AuditEntry
from conversations.models import Attachment, Conversation, Entry, Visitor
from foundation.db import db
from foundation.metrics import RETENTION_FAILED
from privacy.actions import retention
from privacy.actions.retention import Due, due_of, keep_to_retention
from tests.cast import Cast
from tests.clients.people import log_in, visit
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack

pytestmark = pytest.mark.usefixtures("core")


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def talk(website: Website, rested: float, **fields: Any) -> Conversation:
    """One of a visitor of its own, with two entries and a file; nothing has happened in it for so many days."""
    visitor = Visitor.objects.create(website=website)
    Visitor.objects.for_system().filter(pk=visitor.pk).update(last_seen_at=days_ago(rested))
    one = Conversation.objects.for_system().create(
        website=website, visitor=visitor, updated_at=days_ago(rested), rev=2, **fields
    )
    common = {"conversation": one, "website": website, "kind": "message", "role": "user", "audience": "everyone"}
    said = [Entry(seq=n, rev=n, content=f"{n}", created_at=days_ago(rested), **common) for n in (1, 2)]
    Entry.objects.bulk_create(said)
    Attachment.objects.for_system().create(
        website=website, conversation=one, entry=said[0], by_visitor=True, name="a.txt", size=1, place=f"t/{one.pk}"
    )
    return one


def left(website: Website) -> set[Any]:
    return set(Conversation.objects.for_system().filter(website=website).values_list("pk", flat=True))


def keep(website: Website, days: int | None) -> None:
    Website.objects.filter(pk=website.pk).update(keep_days=days)


async def test_what_rested_longer_goes_and_everything_else_stays(cast: Cast) -> None:
    def scene() -> tuple[set[Any], set[Any]]:
        gone = {talk(cast.acme, 31, status="resolved").pk, talk(cast.acme, 400).pk}
        stay = {
            talk(cast.acme, 29, status="resolved").pk,
            talk(cast.acme, 31, status="snoozed", snoozed_until=days_ago(-1)).pk,
        }
        silent = Visitor.objects.create(website=cast.acme)
        blocked = Visitor.objects.create(website=cast.acme, is_blocked=True)
        Visitor.objects.for_system().filter(pk__in=[silent.pk, blocked.pk]).update(last_seen_at=days_ago(31))
        talk(cast.globex, 400)
        keep(cast.acme, 30)
        return gone, stay

    gone, stay = await db(scene)
    assert await db(due_of, cast.acme.pk, 30) == Due(conversations=2, entries=4, files=2, visitors=3)
    assert await db(left, cast.acme) == gone | stay  # a dry run deletes nothing
    await keep_to_retention(longest=30)
    assert await db(left, cast.acme) == stay
    assert await db(due_of, cast.acme.pk, 30) == Due(0, 0, 0, 0)
    assert len(await db(left, cast.globex)) == 1  # which keeps everything

    def after() -> None:
        assert Visitor.objects.for_system().filter(website=cast.acme).count() == 3  # two who stay, and the blocked one
        assert not Attachment.objects.for_system().filter(website=cast.acme, conversation=None).exists()
        rows = AuditEntry.objects.of([cast.acme.organisation_id]).filter(action="retention.deleted")
        assert (
            sum(one.detail["counts"]["conversations"] for one in rows if "conversations" in one.detail["counts"]) == 2
        )
        assert all((one.actor_id, one.via) == (None, "system") for one in rows)
        assert not AuditEntry.objects.of([cast.globex.organisation_id]).exists()

    await db(after)


async def test_many_go_in_pieces_and_a_round_ends_in_time(cast: Cast) -> None:
    def scene() -> None:
        visitors = Visitor.objects.bulk_create(Visitor(website=cast.acme) for _ in range(130))
        Conversation.objects.bulk_create(
            Conversation(website=cast.acme, visitor=one, updated_at=days_ago(9), status="resolved") for one in visitors
        )
        keep(cast.acme, 7)

    await db(scene)
    await keep_to_retention(longest=0.0001)
    some = len(await db(left, cast.acme))
    assert 30 <= some < 130
    await keep_to_retention(longest=30)
    assert await db(left, cast.acme) == set()


def test_the_worker_does_it_by_itself_and_tells_the_staff(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    Conversation.objects.for_system().filter(pk=vera.conversation_id).update(updated_at=days_ago(8))
    keep(people_only.acme, 7)
    for _ in range(200):
        if not left(people_only.acme):
            break
        call_command("retention", stdout=io.StringIO())
    ben = log_in(stack, people_only.ben)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").status_code == 404


def test_the_command_says_how_much_and_deletes_nothing(cast: Cast) -> None:
    talk(cast.acme, 10)
    keep(cast.acme, 7)
    said = io.StringIO()
    call_command("retention", "--dry-run", stdout=said)
    line = next(one for one in said.getvalue().splitlines() if one.startswith(f"{cast.acme.pk} "))
    assert "1 conversations, 2 entries, 1 files and 1 visitors would go" in line
    assert len(left(cast.acme)) == 1
    keep(cast.acme, None)


# --- the page ---


def test_ada_looks_first_and_nothing_is_saved_until_she_says_so(cast: Cast) -> None:
    talk(cast.acme, 10)
    ada, page = browser_of(cast.ada), address(cast.acme, "privacy/")
    given = {"mask_cards": "on", "mask_addresses": "on", "keep_days": "7"}
    looked = text_of(ada.post(page, given | {"look": "1"}))
    assert "1 conversation with 2 entries and 1 file would be deleted now, and 1 visitor." in looked
    cast.acme.refresh_from_db()
    assert (cast.acme.keep_days, len(left(cast.acme))) == (None, 1)
    assert ada.post(page, given | {"keep_days": "3650", "consent": "on"}).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.keep_days, cast.acme.mask_cards, cast.acme.mask_addresses) == (3650, True, True)
    assert cast.acme.widget_settings.consent.enabled
    (row,) = AuditEntry.objects.of([cast.acme.organisation_id])
    assert (row.action, row.detail["values"]) == ("website.changed", {"keep_days": [None, 3650]})
    ada.post(page, {})
    cast.acme.refresh_from_db()
    assert (cast.acme.keep_days, cast.acme.mask_cards, cast.acme.mask_addresses) == (None, False, False)


@pytest.mark.parametrize("days", ["0", "-1", "3651", "x", "1.5"])
def test_days_that_make_no_sense_are_refused(cast: Cast, days: str) -> None:
    for more in ({}, {"look": "1"}):
        answer = browser_of(cast.ada).post(address(cast.acme, "privacy/"), {"keep_days": days, **more})
        assert answer.status_code == 422
    cast.acme.refresh_from_db()
    assert cast.acme.keep_days is None


def test_mallory_deletes_nothing_of_acmes(cast: Cast) -> None:
    talk(cast.acme, 10)
    for person, status in ((cast.mallory, 404), (cast.ben, 403)):
        answer = browser_of(person).post(address(cast.acme, "privacy/"), {"keep_days": "1"})
        assert answer.status_code == status
    assert len(left(cast.acme)) == 1


async def test_what_fails_for_one_website_is_done_for_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def scene() -> None:
        for website in (cast.acme, cast.globex):
            talk(website, 400)
            keep(website, 30)

    def fails_for_acme(website_id: int, days: int) -> Any:
        if website_id == cast.acme.pk:
            raise DatabaseError("broken")
        return delete_some(website_id, days)

    delete_some = retention._delete_some
    monkeypatch.setattr(retention, "_delete_some", fails_for_acme)
    await db(scene)
    before = RETENTION_FAILED._value.get()
    await keep_to_retention(longest=30)
    assert (len(await db(left, cast.acme)), await db(left, cast.globex)) == (1, set())
    assert RETENTION_FAILED._value.get() == before + 1
    monkeypatch.setattr(retention, "_delete_some", delete_some)
    await keep_to_retention(longest=30)
    assert await db(left, cast.acme) == set()
