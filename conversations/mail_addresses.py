"""Addresses of ours to which answers by e-mail go: each names a row, and nobody else can make one.

A visitor's names the conversation. So does one of the staff, whose sign is good for one person alone. What cannot be
delivered to somebody of the staff comes back to one that names them.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from email.utils import getaddresses
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "conversations.mail_addresses"
RETURNS = f"{SALT}.returns"
SIGN_BYTES = 10  # 80 bits: a server answers some hundred guesses a second, not 2**79
TAG = re.compile(r"[a-z2-7]{42}")  # 26 characters of a UUID's 16 bytes and 16 of the sign's 10, in base32


def reply_address(conversation_id: UUID) -> str:
    """`reply+<tag>@chat.example.com`; empty where MAIL_REPLY_ADDRESS is not set."""
    return _address(conversation_id, SALT)


def conversation_of(recipients: Iterable[str]) -> UUID | None:
    """The conversation that one of these header values names with a true sign."""
    return _named(recipients, SALT)


def staff_reply_address(conversation_id: UUID, user_id: int) -> str:
    """For the answer of this person of the staff, and no other's."""
    return _address(conversation_id, _of_staff(user_id))


def staff_conversation_of(recipients: Iterable[str], user_id: int) -> UUID | None:
    return _named(recipients, _of_staff(user_id))


def return_address(public_id: UUID) -> str:
    """To which a mail to somebody of the staff comes back."""
    return _address(public_id, RETURNS)


def returned_from(recipients: Iterable[str]) -> UUID | None:
    """The public id of the person to whom what came back had been sent."""
    return _named(recipients, RETURNS)


def _of_staff(user_id: int) -> str:
    return f"{SALT}.staff.{user_id}"


def _address(named: UUID, salt: str) -> str:
    name, _, host = settings.ENVIRONMENT.mail_reply_address.partition("@")
    return f"{name}+{_base32(named.bytes)}{_sign(named, salt)}@{host}" if host else ""


def ours_among(recipients: Iterable[str]) -> list[str]:
    """The tags of our addresses in header values, whether their signs are true or not."""
    name, _, host = settings.ENVIRONMENT.mail_reply_address.lower().partition("@")
    tags: list[str] = []
    for _, address in (found for one in recipients for found in getaddresses([one])):
        local, _, where = address.lower().rpartition("@")
        tag = local.removeprefix(f"{name}+")
        if host and where == host and tag != local and TAG.fullmatch(tag) and tag not in tags:
            tags.append(tag)
    return tags


def _named(recipients: Iterable[str], salt: str) -> UUID | None:
    for tag in ours_among(recipients):
        named = UUID(bytes=base64.b32decode(f"{tag[:26].upper()}======"))
        if _is_signed(named, salt, tag[26:]):
            return named
    return None


def _is_signed(named: UUID, salt: str, sign: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_sign(named, salt, secret), sign) for secret in secrets)


def _sign(named: UUID, salt: str, secret: str | bytes | None = None) -> str:
    made = salted_hmac(salt, named.bytes, secret=secret, algorithm="sha256").digest()
    return _base32(made[:SIGN_BYTES])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
