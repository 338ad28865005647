"""Random ids (UUID version 4), one for each message: to ask the system each time would be most of what they cost."""

from __future__ import annotations

import os
from uuid import UUID

SIZE, AT_ONCE = 16, 256


def new_id() -> UUID:
    if not _random:
        entropy = os.urandom(SIZE * AT_ONCE)
        _random.extend(entropy[start : start + SIZE] for start in range(0, len(entropy), SIZE))
    return UUID(bytes=_random.pop(), version=4)


_random: list[bytes] = []
os.register_at_fork(after_in_child=_random.clear)  # or parent and child would give the same ones
