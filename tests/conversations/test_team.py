"""A change of rights holds at once: for rights, for open sockets, for what was assigned."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from accounts.actors import Staff, staff_actor
from accounts.models import Membership, Website
from conversations.actions import team
from conversations.errors import Forbidden, Invalid, LastOwner, NotFound
from conversations.models import Conversation
from foundation.db import db
from tests.cast import Cast, new_person
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.stack import Stack

Role = Membership.Role
Move = Callable[[Staff, int, int], Coroutine[Any, Any, None]]


@pytest.fixture
def blog(people_only: Cast) -> Website:
    """A second website of Acme."""
    return Website.objects.create(organisation=people_only.acme.organisation, name="Acme blog", ai_enabled=False)


def actor(user: Any) -> Staff:
    found = staff_actor(user.pk)
    assert found is not None
    return found


def role_of(user: Any) -> str | None:
    found = Membership.with_suspended.filter(user=user).first()
    return found.role if found else None


# --- open sockets ---


async def test_who_loses_a_website_hears_nothing_more_of_it_at_once_and_the_others_go_on(
    stack: Stack, people_only: Cast, blog: Website, core: None
) -> None:
    ben, cleo = log_in(stack, people_only.ben), log_in(stack, people_only.cleo)
    of_acme, of_blog = visit(stack, people_only.acme), visit(stack, blog)
    of_acme.open()
    of_blog.open()
    async with ben.socket() as bens, cleo.socket() as cleos, of_acme.socket() as acme, of_blog.socket() as other:
        organisation = people_only.acme.organisation_id
        await team.set_websites(await db(actor, people_only.ada), organisation, people_only.ben.pk, [blog.pk])
        told = await bens.expect("websites")
        assert told["websites"] == [{"id": blog.pk, "name": "Acme blog"}]
        await bens.round_trip()
        await acme.say("Not for Ben")
        await other.say("For both")
        await cleos.until(lambda: len(cleos.seen_of("new_message")) == 2)
        await bens.until(lambda: bool(bens.seen_of("new_message")))
        await bens.round_trip()
        assert [one["message"]["content"] for one in bens.seen_of("new_message")] == ["For both"]
        await bens.send("take_over", conversation_id=of_acme.conversation_id)
        assert (await bens.expect("rejected"))["code"] == "not_found"
    listed = ben.rest.get("conversations/").json()["results"]
    assert {one["website_id"] for one in listed} == {blog.pk}


async def test_who_gains_a_website_hears_of_it_without_coming_anew(
    stack: Stack, people_only: Cast, blog: Website, core: None
) -> None:
    organisation, ada = people_only.acme.organisation_id, await db(actor, people_only.ada)
    await team.set_websites(ada, organisation, people_only.ben.pk, [blog.pk])
    vera = visit(stack, people_only.acme)
    vera.open()
    async with log_in(stack, people_only.ben).socket() as bens, vera.socket() as chat:
        await team.set_websites(ada, organisation, people_only.ben.pk, None)
        await bens.expect("websites")
        await bens.round_trip()
        while not bens.seen_of("new_message"):
            await chat.say("Now for Ben")
            await bens.round_trip()


@pytest.mark.parametrize("move", [team.suspend, team.remove], ids=["deactivated", "removed"])
async def test_who_is_deactivated_or_removed_is_closed_out_at_once(
    vera: Visitor, ben: StaffMember, people_only: Cast, core: None, move: Move
) -> None:
    async with ben.socket() as bens:
        await move(await db(actor, people_only.ada), people_only.acme.organisation_id, people_only.ben.pk)
        assert await bens.closed_with() == ("forbidden", 4003)
    async with ben.socket(greeted=False) as again:
        await again.expect("connected")
        assert again.seen[0]["websites"] == []
    assert ben.rest.get("websites/").json()["results"] == []


async def test_what_was_assigned_to_who_goes_waits_for_somebody_else(
    vera: Visitor, ben: StaffMember, people_only: Cast, core: None
) -> None:
    await db(lambda: Conversation.objects.for_system().filter(pk=vera.conversation_id).update(assignee=people_only.ben))
    await team.remove(await db(actor, people_only.ada), people_only.acme.organisation_id, people_only.ben.pk)
    found = await db(lambda: Conversation.objects.for_system().get(pk=vera.conversation_id))
    assert found.assignee_id is None


async def test_a_second_factor_that_is_required_closes_who_has_none(
    ben: StaffMember, people_only: Cast, core: None
) -> None:
    async with ben.socket() as bens:
        await team.require_second_factor(await db(actor, people_only.ada), people_only.acme.organisation_id, True)
        assert await bens.closed_with() == ("second_factor_required", 4003)
    for refused in (ben.rest.get("websites/"), ben.rest.post("auth/ws-connection-token/")):
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "second_factor_required")


async def test_mallory_goes_on_when_acme_requires_a_second_factor(
    mallory: StaffMember, people_only: Cast, core: None
) -> None:
    async with mallory.socket() as hers:
        await team.require_second_factor(await db(actor, people_only.ada), people_only.acme.organisation_id, True)
        await hers.round_trip()
        assert hers.seen_of("websites") == []
    assert mallory.rest.get("websites/").status_code == 200


# --- who may ---


@pytest.mark.parametrize("name", ["suspend", "reinstate", "remove", "transfer_ownership"])
async def test_mallory_and_agents_change_nobody(people_only: Cast, core: None, name: str) -> None:
    move: Move = getattr(team, name)
    organisation = people_only.acme.organisation_id
    with pytest.raises(NotFound):
        await move(await db(actor, people_only.mallory), organisation, people_only.ben.pk)
    with pytest.raises(Forbidden):
        await move(await db(actor, people_only.ben), organisation, people_only.cleo.pk)
    assert await db(role_of, people_only.cleo) == Role.ADMIN


async def test_an_admin_neither_raises_herself_nor_touches_owners(people_only: Cast, core: None) -> None:
    cleo, organisation = await db(actor, people_only.cleo), people_only.acme.organisation_id
    for user, role in ((people_only.cleo, "owner"), (people_only.ben, "owner"), (people_only.ada, "agent")):
        with pytest.raises(Forbidden):
            await team.set_role(cleo, organisation, user.pk, role)
    for move in (team.suspend, team.remove, team.transfer_ownership):
        with pytest.raises(Forbidden):
            await move(cleo, organisation, people_only.ada.pk)
    await team.set_role(cleo, organisation, people_only.ben.pk, "admin")
    assert [await db(role_of, one) for one in (people_only.ada, people_only.cleo, people_only.ben)] == [
        "owner",
        "admin",
        "admin",
    ]


async def test_the_last_owner_neither_leaves_nor_steps_down(people_only: Cast, core: None) -> None:
    ada, organisation = await db(actor, people_only.ada), people_only.acme.organisation_id
    with pytest.raises(LastOwner):
        await team.leave(ada, organisation)
    with pytest.raises(LastOwner):
        await team.set_role(ada, organisation, ada.user_id, "admin")
    await team.transfer_ownership(ada, organisation, people_only.cleo.pk)
    assert [await db(role_of, one) for one in (people_only.ada, people_only.cleo)] == ["admin", "owner"]
    await team.leave(ada, organisation)
    assert await db(role_of, people_only.ada) is None


async def test_two_owners_do_not_both_leave(people_only: Cast, core: None) -> None:
    second = await db(new_person, "Dora", people_only.acme, Role.OWNER)
    organisation = people_only.acme.organisation_id
    await team.leave(await db(actor, second), organisation)
    with pytest.raises(LastOwner):
        await team.leave(await db(actor, people_only.ada), organisation)


async def test_websites_of_others_cannot_be_given(people_only: Cast, core: None) -> None:
    ada, organisation = await db(actor, people_only.ada), people_only.acme.organisation_id
    with pytest.raises(Invalid):
        await team.set_websites(ada, organisation, people_only.ben.pk, [people_only.globex.pk])


async def test_the_end_of_the_only_website_somebody_sees_does_not_open_the_others(
    people_only: Cast, blog: Website, core: None
) -> None:
    ada, organisation = await db(actor, people_only.ada), people_only.acme.organisation_id
    await team.set_websites(ada, organisation, people_only.ben.pk, [blog.pk])
    await db(blog.delete)
    assert (await db(actor, people_only.ben)).websites == {}
