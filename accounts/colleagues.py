"""The people with whom somebody shares websites: who can be asked, mentioned and given a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.actors import SEES_ALL, Staff
from accounts.models import Availability, Membership, User, Website
from accounts.models.availability import DEFAULT_CAPACITY


@dataclass(frozen=True, slots=True)
class Member:
    """A person and those websites that both they and the asker may see."""

    user: User
    websites: list[int]
    is_away: bool
    capacity: int


def members_for(actor: Staff) -> list[Member]:
    """Everybody who may log in and sees one of the actor's websites, by name."""
    return members_of(actor.websites)


def members_of(website_ids: Iterable[int]) -> list[Member]:
    """The same for given websites. Five queries, however many people there are."""
    wanted = set(website_ids)
    organisation_of = dict(Website.objects.filter(pk__in=wanted).values_list("pk", "organisation_id"))
    memberships = Membership.objects.filter(organisation__in=set(organisation_of.values()))
    seen: dict[User, set[int]] = {}
    for one in memberships.select_related("user").prefetch_related("websites"):
        listed = {site.pk for site in one.websites.all()}
        own = {site for site, organisation in organisation_of.items() if organisation == one.organisation_id}
        websites = own if one.role in SEES_ALL or not listed else own & listed
        if websites and one.user.may_log_in:
            seen.setdefault(one.user, set()).update(websites)
    states = Availability.objects.in_bulk([user.pk for user in seen])
    return [
        Member(
            user,
            sorted(websites),
            states[user.pk].is_away if user.pk in states else False,
            states[user.pk].capacity if user.pk in states else DEFAULT_CAPACITY,
        )
        for user, websites in sorted(seen.items(), key=lambda one: (one[0].shown_name.casefold(), one[0].pk))
    ]


def administers(actor: Staff, user_id: int) -> bool:
    """Whether the actor is owner or admin where the other one works."""
    mine = Membership.objects.filter(user=actor.user_id, role__in=SEES_ALL).values("organisation")
    return Membership.objects.filter(user=user_id, organisation__in=mine).exists()


def is_away(user_id: int) -> bool:
    """Whether they have said that they take no conversations. Primary key of Availability."""
    return Availability.objects.filter(pk=user_id, is_away=True).exists()
