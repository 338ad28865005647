"""An export holds everything about a person or an organisation, is for who asked for it, and ends by its time."""

from __future__ import annotations

import io
import json
import os
import resource
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Website
from assistant.models import Thumb
from audit.models import AuditEntry
from conversations.models import Conversation, Entry, Visitor
from foundation.db import db
from privacy.actions.erase import drop_exports
from privacy.actions.exports import expire_exports, key_for, remove_stray_files, write_export
from privacy.models import Export
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.clients.people import StaffMember, http_client, log_in, visit
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


def ready(who: StaffMember, export_id: str, seconds: float = 60) -> dict[str, Any]:
    for _ in range(int(seconds * 5)):
        found: dict[str, Any] = who.rest.get(f"export/{export_id}/").json()
        if found["state"] == "ready":
            return found
        assert found["state"] in ("waiting", "running"), found
        time.sleep(0.2)
    raise AssertionError(f"not ready: {found}")


def fetched(who: StaffMember, url: str) -> zipfile.ZipFile:
    answer = who.rest.download(url.removeprefix(settings.PUBLIC_URL).replace(who.stack.url, ""))
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_everything_about_one_visitor_is_in_it_and_nothing_about_others(
    stack: Stack, people_only: Cast, ada: StaffMember
) -> None:
    vera, other = visit(stack, people_only.acme, attributes={"plan": "gold"}), visit(stack, people_only.acme)
    vera.open("Where is my “parcel”?")
    other.open("Somebody else's words")
    sent = vera.rest.upload(vera.path("attachments/"), "photo of it.txt", b"a very small parcel").json()
    vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "here", "attachments": [sent["id"]]})
    log_in(stack, people_only.ben).rest.post(
        f"conversations/{vera.conversation_id}/messages/", {"client_id": uuid4(), "content": "A note", "note": True}
    )
    said = Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id)).earliest("seq")
    Thumb.objects.for_system().create(
        entry=said, conversation_id=vera.conversation_id, website=people_only.acme, helpful=True
    )
    made = ada.rest.post("export/", {"visitor": vera.session["visitor"]["id"]})
    assert made.status_code == 201, made.text
    done = ready(ada, made.json()["id"])
    assert (done["done"], done["total"]) == (1, 1)
    with fetched(ada, done["url"]) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        about = json.loads(archive.read("visitor.json"))
        (chat,) = [json.loads(archive.read(name)) for name in names if name.startswith("conversations/")]
        (file,) = [name for name in names if name.startswith("files/")]
        assert archive.read(file) == b"a very small parcel"
        everything = b"".join(archive.read(name) for name in names).decode()
    assert file.endswith("-photo of it.txt")
    assert about["id"] == vera.session["visitor"]["id"]
    assert about["attributes"] == {"plan": "gold"}
    assert chat["about"]["assistant.thumb"][0]["helpful"] is True
    assert [one["content"] for one in chat["entries"]] == ["Where is my “parcel”?", "here", "A note"]
    assert "Somebody else" not in everything
    assert "token_hash" not in everything


def test_an_organisation_takes_along_all_its_websites_and_no_secret(
    stack: Stack, people_only: Cast, ada: StaffMember
) -> None:
    blog = Website.objects.create(organisation=people_only.acme.organisation, name="Acme blog", ai_enabled=False)
    for website, words in ((people_only.acme, "on the shop"), (blog, "on the blog"), (people_only.globex, "at Globex")):
        visit(stack, website).open(words)
    organisation = people_only.acme.organisation_id
    done = ready(ada, ada.rest.post("export/", {"organisation": organisation}).json()["id"])
    assert done["total"] == 2
    with fetched(ada, done["url"]) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names).decode()
        for name in names:
            if name.endswith(".json"):
                json.loads(archive.read(name))
        members = json.loads(archive.read("organisation.json"))["members"]
    assert {one["name"] for one in members} == {"Ada", "Ben", "Cleo"}
    assert f"websites/{blog.pk}/articles.json" in names
    assert "on the shop" in everything
    assert "on the blog" in everything
    for secret in ("at Globex", people_only.acme.identity_secret, people_only.ada.password, people_only.globex.name):
        assert secret not in everything


def test_only_who_asked_for_it_fetches_it_and_only_with_a_fresh_key(
    stack: Stack, people_only: Cast, ada: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    done = ready(ada, ada.rest.post("export/", {"visitor": vera.session["visitor"]["id"]}).json()["id"])
    path = f"/api/v1/export/{done['id']}/file/"
    export = Export.objects.for_system().get(pk=done["id"])
    cleo, ben, mallory = (log_in(stack, one) for one in (people_only.cleo, people_only.ben, people_only.mallory))
    assert cleo.rest.get(f"export/{done['id']}/").json()["url"] is None
    adas, cleos = key_for(export, people_only.ada.pk), key_for(export, people_only.cleo.pk)
    old = sign_long_ago(monkeypatch, export, people_only.ada.pk)
    for who, key, status in (
        *((ada, adas, 200), (ada, cleos, 404), (ada, old, 404), (ada, adas[:-2], 404), (ada, "", 404)),
        *((cleo, adas, 404), (cleo, cleos, 404), (ben, adas, 403), (mallory, adas, 404)),
    ):
        assert who.rest.download(f"{path}?key={key}").status_code == status, (who.user.name, key)
    assert http_client().get(f"{stack.url}{path}?key={adas}").status_code == 401
    rows = AuditEntry.objects.of([people_only.acme.organisation_id]).order_by("id")
    assert [(one.action, one.actor_name) for one in rows] == [("visitor.exported", "Ada"), ("export.fetched", "Ada")]


def sign_long_ago(monkeypatch: pytest.MonkeyPatch, export: Export, user_id: int) -> str:
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: now - 16 * 60)
        return key_for(export, user_id)


def test_mallory_and_ben_export_nobody(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    visitor, organisation = (
        {"visitor": vera.session["visitor"]["id"]},
        {"organisation": people_only.acme.organisation_id},
    )
    for person, status in ((people_only.mallory, 404), (people_only.ben, 403)):
        for body in (visitor, organisation):
            assert log_in(stack, person).rest.post("export/", body).status_code == status
    assert log_in(stack, people_only.cleo).rest.post("export/", organisation).status_code == 403  # owners only
    assert log_in(stack, people_only.mallory).rest.get("export/").json()["results"] == []
    assert not Export.objects.of_organisation(people_only.acme.organisation_id).exists()
    both = log_in(stack, people_only.ada).rest.post("export/", {**visitor, **organisation})
    assert both.status_code == 400


def test_asked_for_twice_it_is_written_once(people_only: Cast, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = browser_of(people_only.ada)
    monkeypatch.setattr("privacy.actions.exports.TASK", "nobody.does")
    for _ in range(2):
        ada.post(address(people_only.acme, "privacy/exports/organisation/"))
    assert Export.objects.of_organisation(people_only.acme.organisation_id).count() == 1
    page = ada.get(address(people_only.acme, "privacy/exports/"))
    assert page["Refresh"] == "3"
    assert "Waiting" in text_of(page)
    Export.objects.of_organisation(people_only.acme.organisation_id).delete()


def test_the_page_leads_to_the_file(stack: Stack, people_only: Cast, ada: StaffMember) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    page = PageReader(stack, people_only.ada)
    page.post(address(people_only.acme, f"privacy/people/{vera.session['visitor']['id']}/export/"), {})
    (export,) = ada.rest.get("export/").json()["results"]
    ready(ada, export["id"])
    shown = page.get(address(people_only.acme, "privacy/exports/")).text
    link = next(part for part in shown.split('"') if "/file/?key=" in part).replace("&amp;", "&")
    answer = page.get(link)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert PageReader(stack, people_only.mallory).get(link).status_code == 404
    page.post(address(people_only.acme, f"privacy/exports/{export['id']}/delete/"), {})
    assert page.get(link).status_code == 404
    assert not files_of(people_only.acme)


def test_when_its_time_is_over_the_file_goes(stack: Stack, people_only: Cast, ada: StaffMember) -> None:
    visitor = Visitor.objects.create(website=people_only.acme)
    done = ready(ada, ada.rest.post("export/", {"visitor": visitor.pk}).json()["id"])
    assert files_of(people_only.acme)
    Export.objects.for_system().filter(pk=done["id"]).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ada.rest.download(done["url"].replace(stack.url, "")).status_code == 404
    expire_exports()
    assert not files_of(people_only.acme)
    assert ada.rest.get(f"export/{done['id']}/").json()["state"] == "expired"


def files_of(website: Website) -> list[Path]:
    return list(Path(storages["exports"].path(str(website.organisation_id))).rglob("*.zip"))


def test_a_file_that_no_row_knows_goes_after_a_while(people_only: Cast) -> None:
    """Left by a process that ended between the two."""
    organisation = people_only.acme.organisation_id
    old, young = (storages["exports"].save(f"{organisation}/{name}.zip", ContentFile(b"x")) for name in ("o", "y"))
    an_hour_ago = time.time() - 3700
    os.utime(storages["exports"].path(old), (an_hour_ago, an_hour_ago))
    known = storages["exports"].save(f"{organisation}/known.zip", ContentFile(b"x"))
    os.utime(storages["exports"].path(known), (an_hour_ago, an_hour_ago))
    row = Export.objects.create(organisation_id=organisation, requested_by_id=people_only.ada.pk, place=known)
    remove_stray_files()
    assert {one.name for one in files_of(people_only.acme)} == {"y.zip", "known.zip"}
    with transaction.atomic():
        drop_exports(organisation)
    assert {one.name for one in files_of(people_only.acme)} == {"y.zip"}
    storages["exports"].delete(young)
    assert not Export.objects.of_organisation(organisation).filter(pk=row.pk).exists()


@pytest.mark.usefixtures("core")
async def test_what_is_erased_while_it_is_written_gets_into_no_file(people_only: Cast) -> None:
    def scene() -> Export:
        visitor = Visitor.objects.create(website=people_only.acme)
        common = {"organisation_id": people_only.acme.organisation_id, "requested_by_id": people_only.ada.pk}
        return Export.objects.create(visitor_id=visitor.pk, **common)

    export = await db(scene)
    await db(Export.objects.for_system().filter(pk=export.pk).delete)
    await write_export(export.pk)
    assert files_of(people_only.acme) == []


@pytest.mark.slow
@pytest.mark.usefixtures("core")
async def test_a_large_one_is_written_in_little_memory(people_only: Cast) -> None:
    def scene() -> UUID:
        many(people_only.acme, 400, "x" * 5000, 40)
        organisation = people_only.acme.organisation_id
        return Export.objects.create(organisation_id=organisation, requested_by_id=people_only.ada.pk).pk

    export_id = await db(scene)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await write_export(export_id)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    written = await db(Export.objects.for_system().get, pk=export_id)
    print(f"400 conversations, 80 MB of messages: {grown:.0f} MB more")
    assert (written.state, written.done) == ("ready", 400)
    assert grown < 40


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_that_is_killed_over_it_is_followed_by_one_that_writes_it(people_only: Cast, new_stack: Any) -> None:
    many(people_only.acme, 3000, "x" * 200, 10)
    mine = new_stack(name="killed")
    ada = log_in(mine, people_only.ada)
    made = ada.rest.post("export/", {"organisation": people_only.acme.organisation_id}).json()
    for _ in range(300):
        now = ada.rest.get(f"export/{made['id']}/").json()
        if now["state"] == "running" and now["done"] > 0:
            break
        time.sleep(0.05)
    assert now["state"] == "running", now
    mine.worker.kill()
    mine.worker.start()
    done = ready(ada, made["id"], seconds=240)
    assert done["done"] == done["total"] == 3000
    with fetched(ada, done["url"]) as archive:
        assert archive.testzip() is None
        assert sum("/conversations/" in name for name in archive.namelist()) == 3000


def many(website: Website, count: int, text: str, entries: int) -> None:
    visitors = Visitor.objects.bulk_create(Visitor(website=website) for _ in range(count))
    rows = Conversation.objects.bulk_create(Conversation(website=website, visitor=one) for one in visitors)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_entry (id, conversation_id, website_id, seq, rev, kind, role, audience, content)"
            " SELECT gen_random_uuid(), c, %s, n, n, 'message', 'user', 'everyone', %s"
            " FROM unnest(%s::uuid[]) c, generate_series(1, %s) n",
            [website.pk, text, [one.pk for one in rows], entries],
        )
