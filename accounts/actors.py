"""Who is asking. Made once, where somebody authenticates; everything else takes the actor and asks nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership, User, Website
from accounts.second_factor import lacks_second_factor

SEES_ALL = (Membership.Role.OWNER, Membership.Role.ADMIN)


@dataclass(frozen=True, slots=True)
class KeyRights:
    """Of the API key with which a program came in."""

    id: int
    organisation_id: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of the staff and the websites they may see. `key`: it is a program of theirs."""

    user_id: int
    public_id: UUID
    name: str
    avatar_url: str
    email: str
    websites: dict[int, str]
    key: KeyRights | None = None


@dataclass(frozen=True, slots=True)
class VisitorActor:
    """A visitor of one website."""

    visitor_id: UUID
    website_id: int


Actor = Staff | VisitorActor


def staff_actor(user_id: int) -> Staff | None:
    """The user as an actor, or None when they may not log in, or lack the second factor they need. Four queries."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.may_log_in or lacks_second_factor(user.pk):
        return None
    websites = dict(websites_of(user).values_list("id", "name"))
    return Staff(user.pk, user.public_id, user.shown_name, user.avatar_url, user.email, websites)


def websites_of(user: User) -> QuerySet[Website]:
    """Every website the user may see, in the order of their ids."""
    memberships = Membership.objects.filter(user=user).prefetch_related("websites")
    everywhere = [one.organisation_id for one in memberships if one.sees_all(bool(one.websites.all()))]
    listed = [
        site.pk for one in memberships for site in one.websites.all() if site.organisation_id == one.organisation_id
    ]
    return (Website.objects.filter(organisation__in=everywhere) | Website.objects.filter(pk__in=listed)).order_by("id")


def administered_websites(user: User) -> QuerySet[Website]:
    """Every website of which the user is owner or admin, in the order of their names."""
    mine = Membership.objects.filter(user=user, role__in=SEES_ALL)
    return Website.objects.filter(organisation__in=mine.values("organisation")).order_by("name", "id")


def memberships_of(actor: Staff) -> QuerySet[Membership]:
    """Where the actor works; with an API key, its organisation alone."""
    mine = Membership.objects.filter(user=actor.user_id)
    return mine.filter(organisation=actor.key.organisation_id) if actor.key else mine


def administers_organisation(actor: Staff, organisation_id: int) -> bool:
    """Whether the actor is owner or admin of the organisation."""
    return memberships_of(actor).filter(organisation=organisation_id, role__in=SEES_ALL).exists()


def may_administer(user_id: int, organisation_id: int) -> bool:
    """Whether the user is owner or admin of the organisation."""
    return Membership.objects.filter(user=user_id, organisation=organisation_id, role__in=SEES_ALL).exists()
