"""Letters to the staff: the one door. What comes back, or is refused for good, ends them until the address changes."""

from __future__ import annotations

from collections.abc import Collection
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.actions.mail_choices import stop_token
from accounts.models import User
from conversations.letters import OURS, is_for_good, letter_id
from conversations.mail_addresses import return_address
from foundation.logs import log

logger = log(__name__)
CHOICES = "/manage/account/mails/"  # where somebody says which mails they want


def write_to(
    person: User, subject: str, text: str, *, once: str, html: str = "", answers_to: str = "", kind: str = ""
) -> bool:
    """Whether it was sent. `once`: see letter_id. `answers_to`: an address of our own. `kind`: of
    accounts/actions/mail_choices.py, so that mail programs show by what it is ended (RFC 8058).

    Raises an error of the mail server.
    """
    if not person.gets_mail:
        return False
    back = return_address(person.public_id)
    headers = {
        OURS: "letter",
        "Auto-Submitted": "auto-generated",
        "Message-ID": letter_id(once, person.email),
    }
    headers |= {"From": settings.DEFAULT_FROM_EMAIL} if back else {}
    if kind:
        end = f"{settings.PUBLIC_URL}{CHOICES}stop/{stop_token(person.public_id, kind)}/"
        headers |= {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=back or None,  # on the envelope alone
        to=[person.email],
        reply_to=[answers_to] if answers_to else None,
        headers=headers,
    )
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        if not is_for_good(refused):
            raise
        note_returned(person.public_id, [person.email])
        return False
    return True


def note_returned(public_id: UUID, came_back: Collection[str]) -> bool:
    """Nothing more is sent to their address, if it is one of those from which it came back; whether that is new."""
    found = User.objects.filter(public_id=public_id).first()
    if found is None or found.email.lower() not in {one.lower() for one in came_back}:
        return False
    if found.bounced_email == found.email:
        return False
    User.objects.filter(pk=found.pk, email=found.email).update(bounced_email=found.email)
    logger.warning("[MAIL] came back from somebody of the staff", user=found.pk)
    return True
