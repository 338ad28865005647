"""An organisation of one run of the diagnostics: no customer's inbox, figures or mails hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import Membership, Organisation, User, Website
from audit.models import forget_organisation
from conversations.models import Conversation, Visitor
from foundation.db import db
from foundation.logs import log
from privacy.erasing import delete, erase_conversations, erase_visitors

logger = log(__name__)
NAME = "Diagnostics"
HOST = "@probe.diagnostics.invalid"  # no mail reaches it, and nobody can sign up with it
STALE = timedelta(minutes=3)  # what a run that was killed has left, or a browser that was
PAUSES = (0.5, 2.0, 0.0)  # seconds after each attempt to remove it


@dataclass(frozen=True, slots=True)
class Probe:
    organisation_id: int
    user_id: int
    website_id: int
    website_key: str
    token: str  # a JWT of its one member


@asynccontextmanager
async def probe() -> AsyncIterator[Probe]:
    """Raises psycopg's or Django's errors where it cannot be made. It is gone at the end, or soon by the worker."""
    made = await db(make_probe)
    try:
        yield made
    finally:
        for pause in PAUSES:  # a request of ours that was given up may still be writing
            try:
                await db(remove_probe, made.organisation_id)
                break
            except Exception as error:
                logger.warning("the probe of the diagnostics is still there", error=repr(error))
                await asyncio.sleep(pause)


@transaction.atomic
def make_probe() -> Probe:
    email = f"{uuid4().hex}{HOST}"
    user = User.objects.create_user(email, None, name=NAME, bounced_email=email)  # so that nothing is mailed to it
    organisation = Organisation.objects.create(name=NAME)
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.OWNER)
    website = Website.objects.create(organisation=organisation, name=NAME, ai_enabled=False)
    token = str(RefreshToken.for_user(user).access_token)
    return Probe(organisation.pk, user.pk, website.pk, website.website_key, token)


async def remove_stale_probes() -> None:
    """What a run that was killed has left. For the worker's own rounds."""
    for organisation_id in await db(_stale):
        await db(remove_probe, organisation_id)


def _stale() -> list[int]:
    """Old enough, and nothing but a probe: called so, with one website that is called so, and with one member, who can
    only be one of ours, since nobody has made a password."""
    probes = User.objects.filter(email__endswith=HOST, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    mine = Membership.with_suspended.filter(user__in=probes)
    old = Organisation.objects.filter(name=NAME, created_at__lt=timezone.now() - STALE, memberships__in=mine)
    return [
        one.pk
        for one in old.distinct()
        if Membership.with_suspended.filter(organisation=one).count() == 1
        and set(Website.with_leaving.filter(organisation=one).values_list("name", flat=True)) <= {NAME}
    ]


@transaction.atomic
def remove_probe(organisation_id: int) -> None:
    websites = list(Website.with_leaving.filter(organisation=organisation_id).values_list("pk", flat=True))
    conversations = Conversation.objects.for_system().filter(website__in=websites)
    erase_conversations(list(conversations.values_list("pk", flat=True)))
    visitors = Visitor.objects.for_system().filter(website__in=websites)
    erase_visitors(list(visitors.values_list("pk", flat=True)))
    users = list(User.objects.filter(email__endswith=HOST, memberships__organisation=organisation_id))
    delete(Website.with_leaving.filter(pk__in=websites))
    delete(Organisation.objects.filter(pk=organisation_id))
    forget_organisation(organisation_id)
    for user in users:
        user.delete()
