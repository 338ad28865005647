"""A website that comes, changes its name or goes is told at once to whoever has the inbox or the chat open."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import storages
from playwright.sync_api import expect

from accounts.models import Website
from conversations.actions.attachments import STORAGE
from conversations.models import Attachment, Conversation, Visitor
from tests.cast import Cast
from tests.clients.owners import PageReader
from tests.clients.people import StaffMember, http_client, log_in, visit
from tests.dashboard.inboxes import OpenInbox, meanwhile
from tests.dashboard.reading import address, browser_of
from tests.servers.stack import Stack

PATIENCE = 45.0  # seconds; the worker looks for files every fifteen


@pytest.fixture
def people(stack: Stack, people_only: Cast) -> dict[str, StaffMember]:
    return {name: log_in(stack, getattr(people_only, name)) for name in ("ada", "ben", "mallory")}


@pytest.fixture
def adas_pages(stack: Stack, people_only: Cast) -> PageReader:
    return PageReader(stack, people_only.ada)


def names(frame: dict[str, Any]) -> list[str]:
    return [one["name"] for one in frame["websites"]]


async def test_a_new_website_reaches_open_dashboards_and_what_is_said_there_too(
    stack: Stack, people: dict[str, StaffMember]
) -> None:
    async with people["ada"].socket() as adas, people["ben"].socket() as bens, people["mallory"].socket() as hers:
        made = people["ada"].rest.post("websites/", {"name": "Acme blog", "ai_enabled": False})
        assert made.status_code == 201
        for socket in (adas, bens):
            assert names(await socket.expect("websites")) == ["Acme", "Acme blog"]
            await socket.round_trip()
        vera = visit(stack, Website(website_key=made.json()["website_key"]))
        vera.open()
        async with vera.socket() as chat:
            for socket in (adas, bens):
                while not socket.seen_of("new_message"):
                    await chat.say("Hello, blog")
                    await socket.round_trip()
        await hers.round_trip()
        assert hers.seen_of("websites") == hers.seen_of("new_message") == []


async def test_another_name_is_told_and_mallory_is_not(people: dict[str, StaffMember], people_only: Cast) -> None:
    async with people["ben"].socket() as bens, people["mallory"].socket() as hers:
        people["ada"].rest.patch(f"websites/{people_only.acme.pk}/", {"name": "Acme & Sons"})
        assert names(await bens.expect("websites")) == ["Acme & Sons"]
        await hers.round_trip()
        assert hers.seen_of("websites") == []


@pytest.mark.parametrize("how", ["deleted by REST", "deleted on its page", "switched off"])
async def test_open_chats_end_when_their_website_is_closed_and_others_go_on(
    stack: Stack, people: dict[str, StaffMember], people_only: Cast, adas_pages: PageReader, how: str
) -> None:
    vera, other = visit(stack, people_only.acme), visit(stack, people_only.globex)
    vera.open("Hello")
    other.open("Hello")
    async with vera.socket() as chat, other.socket() as globex:
        if how == "deleted by REST":
            assert people["ada"].rest.delete(f"websites/{people_only.acme.pk}/").status_code == 204
        elif how == "deleted on its page":
            adas_pages.post(address(people_only.acme, "website/delete/"), {"name": "Acme"})
        else:
            adas_pages.post(address(people_only.acme, "website/switch/"), {"active": "no"})
        assert await chat.closed_with() == ("forbidden", 4003)
        await globex.round_trip()


async def test_a_deleted_website_closes_the_dashboards_of_who_sees_no_other(
    people: dict[str, StaffMember], people_only: Cast
) -> None:
    async with people["ben"].socket() as bens, people["mallory"].socket() as hers:
        people["ada"].rest.delete(f"websites/{people_only.acme.pk}/")
        assert await bens.closed_with() == ("forbidden", 4003)
        await hers.round_trip()


def test_of_a_deleted_website_nothing_is_found_any_more(
    stack: Stack, people: dict[str, StaffMember], people_only: Cast
) -> None:
    acme, ada = people_only.acme, people["ada"].rest
    vera = visit(stack, acme)
    vera.open("Hello")
    assert ada.delete(f"websites/{acme.pk}/").status_code == 204
    assert ada.delete(f"websites/{acme.pk}/").status_code == 404
    assert ada.get(f"websites/{acme.pk}/").status_code == 404
    assert ada.get("conversations/").json()["results"] == []
    assert browser_of(people_only.ada).get(address(acme, "hours/")).status_code == 404
    assert "has no chat" in http_client().get(f"{stack.url}/widget/{acme.website_key}.js").text
    assert vera.rest.get(vera.path("entries/"), after=0).status_code in (401, 403, 404)
    answer = vera.rest.post("widget/sessions/", {"website_key": acme.website_key})
    assert answer.status_code == 404


@pytest.mark.slow
def test_the_worker_removes_what_was_said_and_the_files_of_a_deleted_website(
    stack: Stack, people: dict[str, StaffMember], people_only: Cast
) -> None:
    acme, vera, other = people_only.acme, visit(stack, people_only.acme), visit(stack, people_only.globex)
    kept = []
    for one in (vera, other):
        one.open("Hello")
        assert one.rest.upload(one.path("attachments/"), "note.txt", b"What I wrote").status_code == 201
        found = Attachment.objects.for_system().get(conversation_id=UUID(one.conversation_id))
        assert storages[STORAGE].exists(found.place)
        kept.append(found.place)
    people["ada"].rest.delete(f"websites/{acme.pk}/")
    _until(lambda: not Website.with_leaving.filter(pk=acme.pk).exists())
    assert not Conversation.objects.for_system().filter(website=acme.pk).exists()
    assert not Visitor.objects.for_system().filter(website=acme.pk).exists()
    _until(lambda: not storages[STORAGE].exists(kept[0]))
    assert storages[STORAGE].exists(kept[1])
    assert Conversation.objects.for_system().filter(pk=other.conversation_id).exists()


def _until(condition: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_the_inbox_takes_a_new_website_without_being_loaded_anew(
    people: dict[str, StaffMember], open_inbox: OpenInbox
) -> None:
    page = open_inbox("Ada")
    page.evaluate("window.isTheSamePage = true")
    expect(page.get_by_role("combobox", name="Website")).to_have_count(0)
    meanwhile(lambda: people["ada"].rest.post("websites/", {"name": "Acme blog"}))
    expect(page.get_by_role("combobox", name="Website").get_by_role("option", name="Acme blog")).to_be_attached()
    assert page.evaluate("window.isTheSamePage") is True
