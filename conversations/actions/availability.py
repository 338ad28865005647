"""Away or here, when and on which websites, and how many conversations at once: what decides who is given one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actors import Staff
from accounts.colleagues import Member, administers, members_for, organisations_of
from accounts.models import Availability
from audit.recording import record
from conversations.actions.assignments import assign_soon
from conversations.errors import Forbidden, NotFound
from conversations.events import AvailabilityChanged
from conversations.subscribers.live import publish
from foundation.db import db

OWN = {"unclaimed_mail", "mail_language"}  # nobody else's to choose
OF_ADMINS = {"capacity"}
MOST_WEBSITES = 500


async def set_availability(actor: Staff, user_id: int, wanted: dict[str, Any]) -> Member:
    """Set fields of Availability. Raises NotFound for somebody who shares no website with the actor, and Forbidden."""
    changed = await db(_set, actor, user_id, wanted)
    if wanted.keys() - OWN - OF_ADMINS:
        await publish(AvailabilityChanged(user_id, changed.availability.is_away, changed.availability.away_from))
    assign_soon(changed.websites)
    return changed


@transaction.atomic
def _set(actor: Staff, user_id: int, wanted: dict[str, Any]) -> Member:
    known = {one.user.pk: one for one in members_for(actor)}
    if user_id not in known:
        raise NotFound("member")
    is_admin = administers(actor, user_id)
    if user_id != actor.user_id and (not is_admin or wanted.keys() & OWN):
        raise Forbidden("Only owners and admins may do this for others.")
    if wanted.keys() & OF_ADMINS and not is_admin:
        raise Forbidden("Only owners and admins may set how many conversations somebody takes.")
    Availability.objects.get_or_create(pk=user_id)
    # Waits for whoever gives out conversations right now, and they wait for this.
    state = Availability.objects.select_for_update().get(pk=user_id)
    for name, value in wanted.items():
        setattr(state, name, value)
    # Of websites that the actor does not see nothing is said, and nothing changed.
    if "away_from" in wanted:
        seen = set(known[user_id].websites)
        before = set(Availability.objects.get(pk=user_id).away_from) - seen
        state.away_from = sorted(before | (set(wanted["away_from"]) & seen))[:MOST_WEBSITES]
    state.changed_at = timezone.now()
    state.save()
    if user_id != actor.user_id or wanted.keys() & OF_ADMINS:  # who comes and goes is no change of the team
        for organisation_id in organisations_of(known[user_id].websites):
            record("member.availability_changed", state, organisation=organisation_id, by=actor, fields=sorted(wanted))
    return next(one for one in members_for(actor) if one.user.pk == user_id)
