"""Who works for an organisation, as what, and on which of its websites. One action for each change.

Each holds the organisation's row, so that two owners cannot both leave at once, takes conversations from who may not
see them any more, and tells the dashboards of who is concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.actors import SEES_ALL, Staff, memberships_of, staff_actor
from accounts.models import Membership, Organisation, Website
from audit.recording import record
from conversations.actions.assignments import assign_soon
from conversations.actions.changes import Activity, Change, change_in_transaction
from conversations.errors import Forbidden, Invalid, LastOwner, NotFound
from conversations.events import Event, RightsChanged
from conversations.models import Conversation
from conversations.subscribers.live import publish
from foundation.db import db
from foundation.meanwhile import require_unchanged

Role = Membership.Role
Step = tuple[str, Callable[["Pair"], object]]  # what the log calls it, and what is done


@dataclass(slots=True)
class Pair:
    """Who does it, and to whom: the memberships of both, under the organisation's lock."""

    mine: Membership
    theirs: Membership

    @property
    def is_oneself(self) -> bool:
        return self.mine.pk == self.theirs.pk


async def change_member(actor: Staff, organisation_id: int, user_id: int, *steps: Step) -> None:
    """All of it or nothing: `in_role`, `seeing`, `suspended`. Raises Refusal."""
    await _change(actor, organisation_id, user_id, *steps)


async def set_role(actor: Staff, organisation_id: int, user_id: int, role: str, *, seen: str = "") -> None:
    """Make somebody an admin or an agent, or an owner beside oneself. Raises Refusal or ChangedMeanwhile."""
    await _change(actor, organisation_id, user_id, in_role(role, seen))


async def set_websites(
    actor: Staff, organisation_id: int, user_id: int, websites: Iterable[int] | None, *, seen: str = ""
) -> None:
    """Which websites an agent sees; None: every one, those to come as well. Raises Refusal or ChangedMeanwhile."""
    await _change(actor, organisation_id, user_id, seeing(websites, seen))


async def suspend(actor: Staff, organisation_id: int, user_id: int) -> None:
    """They keep their place, and are let in nowhere. Raises Refusal."""
    await _change(actor, organisation_id, user_id, suspended(True))


async def reinstate(actor: Staff, organisation_id: int, user_id: int) -> None:
    """As they were before. Raises Refusal."""
    await _change(actor, organisation_id, user_id, suspended(False))


async def remove(actor: Staff, organisation_id: int, user_id: int) -> None:
    """What they wrote stays, with their name. Raises Refusal."""

    def step(pair: Pair) -> None:
        _ends(pair)
        pair.theirs.delete()

    await _change(actor, organisation_id, user_id, ("remove", step))


async def leave(actor: Staff, organisation_id: int) -> None:
    """Raises LastOwner."""

    def step(pair: Pair) -> None:
        _not_the_last_owner(pair.mine)
        pair.mine.delete()

    await _change(actor, organisation_id, actor.user_id, ("leave", step))


async def transfer_ownership(actor: Staff, organisation_id: int, user_id: int) -> None:
    """Somebody else becomes an owner, and oneself an admin, in one. Raises Refusal."""

    def step(pair: Pair) -> None:
        if pair.mine.role != Role.OWNER:
            raise Forbidden("Only an owner may do this.")
        if pair.is_oneself or pair.theirs.is_suspended:
            raise Invalid("member: somebody else who is active")
        pair.theirs.role, pair.mine.role = Role.OWNER, Role.ADMIN
        for one in (pair.theirs, pair.mine):
            one.save(update_fields=["role"])

    await _change(actor, organisation_id, user_id, ("transfer_ownership", step))


def in_role(role: str, seen: str = "") -> Step:
    def step(pair: Pair) -> None:
        require_unchanged(seen, {"role": pair.theirs.role}, {"role": role})  # first: their new role may forbid this
        administers(pair)
        if role not in Role.values:
            raise Invalid("role: owner, admin or agent")
        if pair.is_oneself and pair.mine.role != Role.OWNER:
            raise Forbidden("Nobody raises themselves.")
        if role == Role.OWNER and pair.mine.role != Role.OWNER:
            raise Forbidden("Only an owner may make somebody an owner.")
        if pair.theirs.role == Role.OWNER and role != Role.OWNER:
            _not_the_last_owner(pair.theirs)
        pair.theirs.role = role
        pair.theirs.save(update_fields=["role"])

    return "set_role", step


def seeing(websites: Iterable[int] | None, seen: str = "") -> Step:
    def step(pair: Pair) -> None:
        administers(pair)
        if websites is not None and pair.theirs.role in SEES_ALL:
            raise Invalid("websites: owners and admins see every one")
        wanted = websites_in(pair.theirs.organisation_id, websites)
        require_unchanged(seen, {"websites": seen_by(pair.theirs)}, {"websites": wanted})
        pair.theirs.every_website = wanted is None
        pair.theirs.save(update_fields=["every_website"])
        pair.theirs.websites.set(wanted or [])

    return "set_websites", step


def seen_by(theirs: Membership) -> list[int] | None:
    """The websites that somebody sees; None: every one."""
    listed = sorted(site.pk for site in theirs.websites.all())
    return None if theirs.sees_all(bool(listed)) else listed


def suspended(is_suspended: bool) -> Step:
    def step(pair: Pair) -> None:
        if is_suspended:
            _ends(pair)
        administers(pair)
        pair.theirs.is_suspended = is_suspended
        pair.theirs.save(update_fields=["is_suspended"])

    return "suspend" if is_suspended else "reinstate", step


async def require_second_factor(actor: Staff, organisation_id: int, is_required: bool) -> None:
    """Who has none sees nothing until they have set it up, from this moment on. Owners only."""
    await _tell(await db(_require_second_factor, actor, organisation_id, is_required), [])


async def tell_rights(*user_ids: int) -> None:
    """To their open dashboards, after a change that is committed."""
    await _tell(user_ids, [])


def websites_in(organisation_id: int, ids: Iterable[int] | None) -> list[int] | None:
    """The ids, if all are websites of the organisation; None stays None. Raises Invalid."""
    if ids is None:
        return None
    wanted = set(ids)
    found = Website.objects.filter(organisation=organisation_id, pk__in=wanted).values_list("pk", flat=True)
    if set(found) != wanted:
        raise Invalid("websites: those of the organisation")
    return sorted(wanted)


@transaction.atomic
def lock(actor: Staff, organisation_id: int) -> Membership:
    """The actor's membership; others who change the team wait until the end of the transaction. Raises NotFound."""
    list(Organisation.objects.select_for_update().filter(pk=organisation_id))
    mine = memberships_of(actor).filter(organisation=organisation_id).first()
    if mine is None:
        raise NotFound("member")
    return mine


def pair_of(actor: Staff, organisation_id: int, user_id: int) -> Pair:
    """Inside a transaction, at whose end the lock goes. Raises NotFound."""
    mine = lock(actor, organisation_id)
    theirs = Membership.with_suspended.filter(user=user_id, organisation=organisation_id).first()
    if theirs is None:
        raise NotFound("member")
    return Pair(mine, mine if theirs.pk == mine.pk else theirs)


async def _change(actor: Staff, organisation_id: int, user_id: int, *steps: Step) -> None:
    concerned, happened = await db(_in_transaction, actor, organisation_id, user_id, steps)
    await _tell(concerned, happened)


async def _tell(concerned: Iterable[int], happened: list[Event]) -> None:
    for user_id in concerned:
        now = await db(staff_actor, user_id)
        await publish(RightsChanged(user_id, now.websites if now else None))
        if now:
            assign_soon(now.websites)
    if happened:
        await publish(*happened)


@transaction.atomic
def _in_transaction(
    actor: Staff, organisation_id: int, user_id: int, steps: tuple[Step, ...]
) -> tuple[list[int], list[Event]]:
    pair = pair_of(actor, organisation_id, user_id)
    person = pair.theirs.user
    for done, step in steps:
        step(pair)
        record(f"team.{done}", person, organisation=organisation_id, by=actor, role=pair.theirs.role)
    return sorted({user_id, actor.user_id}), _release(organisation_id, user_id)


def _release(organisation_id: int, user_id: int) -> list[Event]:
    """Take from them what they may not see any more, so that it does not wait for somebody who never comes."""
    now = staff_actor(user_id)
    theirs = Conversation.objects.for_system().filter(assignee=user_id, website__organisation=organisation_id)
    lost = theirs.exclude(status="resolved").exclude(website__in=list(now.websites) if now else [])
    happened: list[Event] = []
    for conversation_id in lost.order_by("pk").values_list("pk", flat=True):
        _, events = change_in_transaction(conversation_id, _unassign(user_id), None, None)
        happened += events
    return happened


def _unassign(user_id: int) -> Callable[[Conversation], Change | None]:
    def rule(conversation: Conversation) -> Change | None:
        if conversation.assignee_id != user_id:
            return None
        conversation.assignee_id = None
        return Change(Activity("Unassigned: its owner may not see this website any more."), for_visitor=True)

    return rule


@transaction.atomic
def _require_second_factor(actor: Staff, organisation_id: int, is_required: bool) -> list[int]:
    mine = lock(actor, organisation_id)
    if mine.role != Role.OWNER:
        raise Forbidden("Only an owner may do this.")
    record("team.require_second_factor", mine.organisation, by=actor, required=is_required)
    Organisation.objects.filter(pk=organisation_id).update(requires_second_factor=is_required)
    members = Membership.objects.filter(organisation=organisation_id)
    return sorted(members.values_list("user_id", flat=True))


def administers(pair: Pair) -> None:
    """Whether the actor may change the other one at all. Raises Forbidden."""
    if pair.mine.role not in SEES_ALL:
        raise Forbidden("Only owners and admins may do this.")
    if pair.theirs.role == Role.OWNER and pair.mine.role != Role.OWNER:
        raise Forbidden("Only an owner may change an owner.")


def _ends(pair: Pair) -> None:
    administers(pair)
    if pair.is_oneself:
        raise Forbidden("To go yourself, leave the team.")
    _not_the_last_owner(pair.theirs)


def _not_the_last_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER or membership.is_suspended:
        return
    owners = Membership.objects.filter(organisation=membership.organisation_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).filter(user__is_active=True).exists():
        raise LastOwner
