"""Away or here, and how many conversations at once: what decides who is given one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.actors import Staff
from accounts.colleagues import Member, administers, members_for
from accounts.models import Availability
from conversations.actions.assignments import assign_soon
from conversations.errors import Forbidden, NotFound
from conversations.events import AvailabilityChanged
from conversations.subscribers.live import publish
from foundation.db import db


async def set_availability(
    actor: Staff, user_id: int, *, is_away: bool | None = None, capacity: int | None = None
) -> Member:
    """Set what is given. Raises NotFound for somebody who shares no website with the actor, and Forbidden."""
    changed = await db(_set, actor, user_id, is_away, capacity)
    if is_away is not None:
        await publish(AvailabilityChanged(user_id, is_away))
    assign_soon(changed.websites)
    return changed


@transaction.atomic
def _set(actor: Staff, user_id: int, is_away: bool | None, capacity: int | None) -> Member:
    if user_id not in {one.user.pk for one in members_for(actor)}:
        raise NotFound("member")
    is_admin = administers(actor, user_id)
    if user_id != actor.user_id and not is_admin:
        raise Forbidden("Only owners and admins may do this for others.")
    if capacity is not None and not is_admin:
        raise Forbidden("Only owners and admins may set how many conversations somebody takes.")
    given = {"is_away": is_away, "capacity": capacity}
    changes = {name: value for name, value in given.items() if value is not None}
    Availability.objects.get_or_create(pk=user_id)
    # Waits for whoever gives out conversations right now, and they wait for this.
    Availability.objects.filter(pk=user_id).update(**changes, changed_at=timezone.now())
    return next(one for one in members_for(actor) if one.user.pk == user_id)
