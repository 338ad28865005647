"""What must be stored so that it can be read again, such as the key of somebody's AI endpoint, is stored encrypted."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TOKENS_BEGIN = "gAAAA"  # what `encrypt` makes: Fernet's version and the first bits of a time


class Unreadable(Exception):
    """It was encrypted with a secret that this installation no longer has."""


def encrypt(text: str) -> str:
    """With the newest of the secrets; different each time."""
    return _box(secrets_in_use()).encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """With whichever of the secrets fits. Raises Unreadable."""
    try:
        return _box(secrets_in_use()).decrypt(stored).decode()
    except InvalidToken:
        raise Unreadable from None


def renewed(stored: str) -> str:
    """The same text under the newest of the secrets; as it was if it is so already. Raises Unreadable."""
    newest = secrets_in_use()[:1]
    try:
        _box(newest).decrypt(stored)
    except InvalidToken:
        return encrypt(decrypt(stored))
    return stored


def secrets_in_use() -> tuple[str, ...]:
    """Those of ENCRYPTION_KEYS, then SECRET_KEY: so what was stored before there were any is still read."""
    return (*settings.ENCRYPTION_KEYS, settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"chatplatform: stored secrets").derive(secret.encode())
