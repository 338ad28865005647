"""The people with whom somebody shares websites: who can be asked, mentioned and given a conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.actors import SEES_ALL, Staff, memberships_of
from accounts.models import Availability, Membership, User, Website


@dataclass(frozen=True, slots=True)
class Member:
    """A person and those websites that both they and the asker may see."""

    user: User
    websites: list[int]
    availability: Availability

    def takes(self, moment: datetime) -> list[int]:
        """Those of the websites whose conversations they take then."""
        return [one for one in self.websites if self.availability.is_here_for(one, moment)]


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
        websites = own if one.sees_all(bool(listed)) else own & listed
        if websites and one.user.may_log_in:
            seen.setdefault(one.user, set()).update(websites)
    states = Availability.objects.in_bulk([user.pk for user in seen])
    return [
        Member(user, sorted(websites), states.get(user.pk) or Availability(user=user))
        for user, websites in sorted(seen.items(), key=lambda one: (one[0].shown_name.casefold(), one[0].pk))
    ]


def organisations_of(website_ids: Iterable[int]) -> list[int]:
    """Whose these websites are."""
    found = Website.objects.filter(pk__in=list(website_ids)).values_list("organisation_id", flat=True)
    return sorted(set(found))


def administers(actor: Staff, user_id: int) -> bool:
    """Whether the actor is owner or admin where the other one works."""
    mine = memberships_of(actor).filter(role__in=SEES_ALL).values("organisation")
    return Membership.objects.filter(user=user_id, organisation__in=mine).exists()


def availability_of(user_id: int) -> Availability:
    """Of one person, also of one who never set anything. Primary key."""
    return Availability.objects.filter(pk=user_id).first() or Availability(pk=user_id)


def note_seen(user_id: int) -> None:
    """Their inbox was opened or closed just now."""
    User.objects.filter(pk=user_id).update(last_seen_at=timezone.now())
