"""Columns whose content lies encrypted. `manage.py rotate_keys` finds them by these classes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import models

from foundation.encryption import TOKENS_BEGIN, Unreadable, decrypt, encrypt, secrets_in_use
from foundation.logs import log

logger = log(__name__)


class Lost(str):
    """In place of a text whose secret this installation no longer has: empty, and stored again as it was."""

    __slots__ = ("stored",)
    stored: str

    def __reduce__(self) -> Any:
        return _lost, (self.stored,)


class TokenField(models.TextField[str, str]):
    """What `encrypt` made, as it is: for code that wants to know when it cannot be read."""


class EncryptedField(models.TextField[str, str]):
    """Text to the code, a token in the column. Nothing can be looked up by it.

    Where the secret was lost it is empty: whoever relies on it must take that for "none".
    """

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Lost):
            return value.stored
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value or not value.startswith(TOKENS_BEGIN):  # nothing, or from before it was encrypted
            return value
        try:
            return _opened(value, secrets_in_use())
        except Unreadable:
            logger.error("a stored secret cannot be read: its key is not there", column=self.name)
            return _lost(value)


@lru_cache(maxsize=2048)
def _opened(stored: str, secrets: tuple[str, ...]) -> str:
    """Websites are loaded all the time, and each would be decrypted afresh. `secrets` says when that has to be."""
    return decrypt(stored)


def _lost(stored: str) -> Lost:
    lost = Lost("")
    lost.stored = stored
    return lost
