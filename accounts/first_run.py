"""An owner's way from an empty account to a chat that answers: what is done of it is read from what there is."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Invitation, Membership, Organisation, User, Website
from audit.recording import record

Role = Membership.Role


@transaction.atomic
def found_organisation(user: User, name: str, own_name: str) -> Organisation:
    """With this person as its owner; pressed twice it is one organisation still."""
    list(User.objects.select_for_update().filter(pk=user.pk))
    User.objects.filter(pk=user.pk).update(name=own_name)
    mine = Membership.objects.filter(user=user, role=Role.OWNER).select_related("organisation").first()
    if mine is not None:
        return mine.organisation
    organisation = Organisation.objects.create(name=name)
    Membership.objects.create(user=user, organisation=organisation, role=Role.OWNER)
    record("organisation.made", organisation)
    return organisation


@transaction.atomic
def add_first_website(organisation: Organisation, name: str, domain: str) -> Website:
    """Pressed twice it is one website still. `domain`: where alone the chat may stand; "" for anywhere."""
    list(Organisation.objects.select_for_update().filter(pk=organisation.pk))
    first = organisation.websites.order_by("pk").first()
    domains = [domain] if domain else []
    if first is not None:
        return first
    made = Website.objects.create(organisation=organisation, name=name, allowed_domains=domains)
    record("website.made", made)
    return made


@transaction.atomic
def skip_step(organisation: Organisation, step: str) -> None:
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if step not in held.set_up_skipped:
        held.set_up_skipped.append(step)
        held.save(update_fields=["set_up_skipped"])
        record("organisation.step_skipped", held, step=step)


def has_company(organisation: Organisation) -> bool:
    """Whether somebody else is in the team or has been asked to be."""
    others = Membership.with_suspended.filter(organisation=organisation).count() > 1
    return others or Invitation.objects.for_organisation(organisation.pk).exists()
