"""Reports of mail servers that a mail could not be delivered: RFC 3464."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.utils import getaddresses
from itertools import islice
from typing import TYPE_CHECKING, Any

from integrations.mail.headers import bounded_policy

if TYPE_CHECKING:
    Part = Message[Any, Any]

ENCODED = re.compile(r"\+([0-9A-F]{2})")  # of RFC 3461, in Original-Recipient
MOST_PARTS = 200
LONGEST_RETURNED = 100_000  # bytes of the mail that comes back, of which the head alone is read


def failed_for(message: EmailMessage) -> list[str] | None:
    """The addresses to which a mail has failed for good, in small letters; None where it says no such thing.

    A forwarding server reports the address to which it passed the mail on: the one that we had written to stands in
    Original-Recipient, or in the head of the mail that came back.
    """
    if message.get_content_type() != "multipart/report":
        return None
    failures: list[Part] = []
    returned: list[str] = []
    for part in islice(message.walk(), MOST_PARTS):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            failures += [one for one in islice(part.walk(), MOST_PARTS) if _is_for_good(one)]
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            returned += _sent_to(part)
    if not failures:
        return None
    named = [_recipient(one, name) for one in failures for name in ("Final-Recipient", "Original-Recipient")]
    decoded = [ENCODED.sub(lambda found: chr(int(found[1], 16)), one) for one in named]
    return sorted({one.lower() for one in (*named, *decoded, *returned) if one})


def _is_for_good(part: Part) -> bool:
    is_failed = _text(part, "Action").lower() == "failed"
    return is_failed and (_text(part, "Status") or "5").startswith("5")


def _recipient(part: Part, name: str) -> str:
    """Of `rfc822; vera@example.com`."""
    return _text(part, name).partition(";")[2].strip().strip("<>")


def _sent_to(part: Part) -> list[str]:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        found = inner[0] if isinstance(inner, list) and inner else None
    else:
        head = part.get_payload(decode=True)
        head = head[:LONGEST_RETURNED] if isinstance(head, bytes) else b""
        found = message_from_bytes(head, policy=bounded_policy())
    return [address for _, address in getaddresses([_text(found, "To")])] if isinstance(found, Message) else []


def _text(part: Part, name: str) -> str:
    try:
        return str(part.get(name, "")).strip()
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # of a broken header
        return ""
