"""Which e-mails somebody wants: their own to choose, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Availability, MailChoices, User
from accounts.models.mail_choices import ELSEWHERE

NEW, DIGEST, UNCLAIMED = "new", "digest", "unclaimed"  # the kinds of mails that somebody may want
SALT = "accounts.mail_choices"
MORNING = time(8)  # on the clocks of who gets it
MONDAY = 0


@transaction.atomic
def choose_mails(user_id: int, new_conversations: Mapping[int, str], digest: str, time_zone: str) -> None:
    """Of websites that are not named what was chosen stays."""
    MailChoices.objects.get_or_create(pk=user_id)
    theirs = MailChoices.objects.select_for_update().get(pk=user_id)
    theirs.new_conversations |= {str(website_id): wanted for website_id, wanted in new_conversations.items()}
    if (digest, time_zone) != (theirs.digest, theirs.time_zone):
        theirs.digest, theirs.time_zone = digest, time_zone
        theirs.digest_due_at = next_digest(digest, time_zone, timezone.now())
    theirs.save(update_fields=["new_conversations", "digest", "time_zone", "digest_due_at"])


@transaction.atomic
def stop_mails(user_id: int, kind: str) -> None:
    """None of this kind any more, of whichever website."""
    if kind == UNCLAIMED:
        Availability.objects.update_or_create(pk=user_id, defaults={"unclaimed_mail": False})
    elif kind == DIGEST:
        none = {"digest": MailChoices.Digest.NONE, "digest_due_at": None}
        MailChoices.objects.update_or_create(pk=user_id, defaults=none)
    else:
        wanted = {"new_conversations": {ELSEWHERE: MailChoices.NewConversations.NONE}, "pending": []}
        MailChoices.objects.update_or_create(pk=user_id, defaults=wanted)


def stop_token(public_id: UUID, kind: str) -> str:
    """For the address in a mail by which its reader ends such mails without logging in."""
    return dumps([str(public_id), kind], salt=SALT)


def stopped_by(token: str) -> tuple[User, str] | None:
    """Whose mails of which kind, if it is one of ours."""
    try:
        public_id, kind = loads(token, salt=SALT)
    except BadSignature:
        return None
    found = User.objects.filter(public_id=public_id).first()
    return (found, kind) if found is not None else None


def next_digest(digest: str, time_zone: str, after: datetime) -> datetime | None:
    """The next morning there, or the next Monday's; None where none is wanted."""
    if digest == MailChoices.Digest.NONE:
        return None
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    while True:
        found = datetime.combine(day, MORNING, zone)
        if found > after and (digest == MailChoices.Digest.DAILY or day.weekday() == MONDAY):
            return found
        day += timedelta(days=1)


def try_address_again(user_id: int) -> None:
    """Mail came back from it, and they say that it works."""
    User.objects.filter(pk=user_id, bounced_email=F("email")).update(bounced_email="")
