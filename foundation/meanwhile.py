"""Whether somebody else has changed what is about to be written over, asked where it cannot change any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


class ChangedMeanwhile(Exception):
    """Somebody else has changed what was about to be written over."""


def digest(values: Mapping[str, Any]) -> str:
    """What a form was opened with, in few characters: it comes back with the form."""
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:20]


def require_unchanged(seen: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """`seen` is the digest of what the change was thought of with; empty asks for nothing. Raises ChangedMeanwhile.

    Call it with the row locked: else two who save at the same instant both believe that nothing has changed.
    """
    is_change = any(before[name] != value for name, value in after.items())  # the same sent twice is none
    if seen and is_change and seen != digest(before):
        raise ChangedMeanwhile
