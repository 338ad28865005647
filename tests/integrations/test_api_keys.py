"""Ada's programs come in with keys: each may what she may in Acme, within its scopes and websites, and no longer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern
from django.utils import timezone

from accounts.api.scopes import AREAS, PEOPLE_ONLY
from accounts.api_keys import digest_of
from accounts.models import ApiKey, Membership, Scope, Website
from audit.models import AuditEntry
from conversations.actions import team
from dashboard.api.urls import urlpatterns
from foundation.db import db
from integrations.api_keys import MOST
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, log_in, visit
from tests.conversations.test_team import actor
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack

EVERYTHING = list(Scope.values)


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def blog(people_only: Cast) -> Website:
    return Website.objects.create(organisation=people_only.acme.organisation, name="Acme blog", ai_enabled=False)


def made_by(ada: StaffMember, scopes: list[str] | None = None, **more: Any) -> tuple[int, Rest]:
    """The number of a new key, and a program that has it."""
    answer = ada.rest.post("api-keys/", {"name": "Stock", "scopes": scopes or EVERYTHING} | more)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return made["id"], Rest(ada.stack, made["key"])


def test_a_program_answers_a_visitor_with_a_key_alone(stack: Stack, ada: StaffMember, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Is it there?")
    key_id, program = made_by(ada)
    assert program.get("conversations/").json()["results"][0]["id"] == vera.conversation_id
    path = f"conversations/{vera.conversation_id}/messages/"
    said = program.post(path, {"client_id": uuid4(), "content": "Yes, three of them"})
    assert said.status_code == 201
    assert said.json()["message"]["author"]["name"] == people_only.ada.shown_name
    listed = ada.rest.get(f"api-keys/{key_id}/").json()
    assert listed["last_used_at"] is not None
    assert listed["key"] is None


def test_only_its_hash_is_stored_and_making_and_deleting_stands_in_the_log(ada: StaffMember) -> None:
    key_id, program = made_by(ada)
    stored = ApiKey.objects.for_digest(digest_of(program.token)).values().get()
    assert program.token not in repr(stored)
    assert stored["start"] == program.token[:8]
    assert program.token not in ada.rest.get("api-keys/").text
    assert ada.rest.delete(f"api-keys/{key_id}/").status_code == 204
    assert ada.rest.delete(f"api-keys/{key_id}/").status_code == 404
    written = AuditEntry.objects.for_system().filter(target_kind="apikey", target_id=str(key_id))
    assert set(written.values_list("action", flat=True)) == {"api_key.made", "api_key.deleted"}
    assert program.token not in repr(list(written.values()))


@pytest.mark.parametrize("scope", [one for one in EVERYTHING if one.endswith(":read")])
def test_who_may_read_one_thing_may_do_nothing_else(ada: StaffMember, people_only: Cast, scope: str) -> None:
    _, program = made_by(ada, [scope])
    site = people_only.acme.pk
    readable = {
        "conversations:read": "labels/",
        "knowledge:read": f"knowledge/articles/?website={site}",
        "reports:read": f"reports/?website={site}",
        "settings:read": "websites/",
    }
    answers = {name: program.get(path) for name, path in readable.items()}
    assert {name for name, answer in answers.items() if answer.status_code == 200} == {scope}
    refused = next(answer for name, answer in answers.items() if name != scope)
    assert refused.status_code == 403
    assert "lacks the scope" in refused.json()["error"]["detail"]
    assert program.post("labels/", {"name": "x", "website": site}).status_code == 403
    assert program.patch(f"websites/{site}/", {"name": "x"}).status_code == 403
    assert program.post("auth/ws-connection-token/").status_code == 403


def test_every_address_of_the_staff_is_in_a_scope_or_for_people_only() -> None:
    firsts = {str(one.pattern).split("/")[0] for one in urlpatterns if isinstance(one, URLPattern)}
    assert firsts <= set(AREAS) | PEOPLE_ONLY
    assert {f"{area}:read" for area in AREAS.values()} <= set(EVERYTHING)


def test_no_key_makes_or_sees_keys(ada: StaffMember) -> None:
    key_id, program = made_by(ada)
    assert program.get("api-keys/").status_code == 403
    assert program.post("api-keys/", {"name": "More", "scopes": EVERYTHING}).status_code == 403
    assert program.delete(f"api-keys/{key_id}/").status_code == 403


@pytest.mark.parametrize("key", ["cpk_", "cpk_" + "x" * 43, "cpk_x y", "cpk_" + "x" * 5000])
def test_a_key_that_nobody_made_is_refused(stack: Stack, people_only: Cast, key: str) -> None:
    answer = Rest(stack).request("GET", "labels/", headers={"Authorization": f"Api-Key {key}"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_a_key_that_has_expired_is_refused_and_one_that_would_be_is_not_made(ada: StaffMember) -> None:
    key_id, program = made_by(ada, expires_at=timezone.now() + timedelta(hours=1))
    assert program.get("labels/").status_code == 200
    ApiKey.objects.for_system().filter(pk=key_id).update(expires_at=timezone.now())
    assert program.get("labels/").status_code == 401
    late = {"name": "x", "scopes": EVERYTHING, "expires_at": timezone.now() - timedelta(seconds=1)}
    assert ada.rest.post("api-keys/", late).status_code == 400


def test_a_key_sees_its_websites_only(stack: Stack, ada: StaffMember, people_only: Cast, blog: Website) -> None:
    of_acme, of_blog = visit(stack, people_only.acme), visit(stack, blog)
    of_acme.open("To Acme")
    of_blog.open("To the blog")
    _, program = made_by(ada, websites=[blog.pk])
    assert [one["id"] for one in program.get("conversations/").json()["results"]] == [of_blog.conversation_id]
    assert program.get(f"conversations/{of_acme.conversation_id}/").status_code == 404
    assert [one["id"] for one in program.get("websites/").json()["results"]] == [blog.pk]


def test_a_key_of_one_organisation_is_nobody_in_another(stack: Stack, ada: StaffMember, people_only: Cast) -> None:
    """Although Ada owns both."""
    Membership.objects.create(
        user=people_only.ada, organisation=people_only.globex.organisation, role=Membership.Role.OWNER
    )
    organisations = {"acme": people_only.acme.organisation_id, "globex": people_only.globex.organisation_id}
    _, program = made_by(ada, organisation=organisations["acme"])
    assert people_only.globex.pk in [one["id"] for one in ada.rest.get("websites/").json()["results"]]
    assert [one["id"] for one in program.get("websites/").json()["results"]] == [people_only.acme.pk]
    assert program.get(f"members/memberships/?organisation={organisations['globex']}").status_code == 404
    assert program.post("export/", {"organisation": organisations["globex"]}).status_code == 404
    assert {one["organisation_id"] for one in program.get("audit/").json()["results"]} <= {organisations["acme"]}


def test_mallory_sees_and_deletes_none_of_acmes_and_ben_makes_none(
    stack: Stack, ada: StaffMember, people_only: Cast
) -> None:
    key_id, program = made_by(ada)
    mallory = log_in(stack, people_only.mallory)
    assert mallory.rest.get("api-keys/").json()["results"] == []
    assert mallory.rest.get(f"api-keys/{key_id}/").status_code == 404
    assert mallory.rest.delete(f"api-keys/{key_id}/").status_code == 404
    ben = log_in(stack, people_only.ben)
    assert ben.rest.get("api-keys/").status_code == 403
    assert ben.rest.post("api-keys/", {"name": "x", "scopes": EVERYTHING}).status_code == 403
    assert program.get("labels/").status_code == 200
    theirs = {"name": "x", "scopes": EVERYTHING, "websites": [people_only.globex.pk]}
    assert ada.rest.post("api-keys/", theirs).status_code == 400


async def test_a_socket_that_a_key_opened_ends_with_it(
    stack: Stack, ada: StaffMember, people_only: Cast, blog: Website, core: None
) -> None:
    key_id, program = await db(made_by, ada, websites=[blog.pk])
    socket = StaffMember(stack, people_only.ada, program).socket()
    async with socket as open_one, ada.socket() as adas:
        assert [one["id"] for one in open_one.seen[0]["websites"]] == [blog.pk]
        assert (await db(ada.rest.delete, f"api-keys/{key_id}/")).status_code == 204
        async with asyncio.timeout(10):  # long before its next heartbeat
            assert await open_one.closed_with() == ("forbidden", 4003)
        await adas.round_trip()


async def test_a_key_ends_with_its_makers_access(stack: Stack, ada: StaffMember, people_only: Cast, core: None) -> None:
    _, program = await db(made_by, log_in(stack, people_only.cleo))
    assert (await db(program.get, "labels/")).status_code == 200
    await team.suspend(await db(actor, people_only.ada), people_only.acme.organisation_id, people_only.cleo.pk)
    assert (await db(program.get, "websites/")).json()["results"] == []
    await team.remove(await db(actor, people_only.ada), people_only.acme.organisation_id, people_only.cleo.pk)
    assert (await db(program.get, "websites/")).json()["results"] == []


def test_on_the_page_it_is_shown_once_and_deleted(people_only: Cast) -> None:
    browser = browser_of(people_only.ada)
    page = address(people_only.acme, "api-keys/")
    assert browser.post(page, {"name": "", "scopes": []}).status_code == 422
    made = browser.post(page, {"name": "Stock", "scopes": ["conversations:read"], "days": "30"})
    key = ApiKey.objects.for_organisations([people_only.acme.organisation_id]).get()
    assert key.expires_at is not None
    assert made.content.decode().count("cpk_") >= 1
    again = text_of(browser.get(page))
    assert "Stock" in again
    assert f"{key.start}…" in again
    assert "not shown again" not in again
    gone = browser.post(address(people_only.acme, f"api-keys/{key.pk}/delete/"))
    assert gone.status_code == 302
    assert not ApiKey.objects.for_organisations([people_only.acme.organisation_id]).exists()


def test_there_is_an_end_to_keys(ada: StaffMember, people_only: Cast) -> None:
    some = {"organisation": people_only.acme.organisation, "user": people_only.ada, "name": "x", "scopes": EVERYTHING}
    ApiKey.objects.bulk_create(ApiKey(**some, digest=f"{number:064}") for number in range(MOST))
    answer = ada.rest.post("api-keys/", {"name": "one more", "scopes": EVERYTHING})
    assert answer.status_code == 400
    assert str(MOST) in answer.json()["error"]["detail"]
