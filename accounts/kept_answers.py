"""Doing once what is asked twice: the first request with a key runs, the others are given its answer.

In Postgres, not in Redis: what Redis forgets would be done again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models.kept_answers import ErasedId, KeptAnswer, KeptAnswers
from foundation.encryption import decrypt, encrypt

KEPT = timedelta(hours=24)
# Longer than any request takes. Who was killed while working holds a key no longer than this.
LEASE = timedelta(minutes=2)
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class InProgress(Exception):
    """The first request with this key is still running."""


class OtherRequest(Exception):
    """The key was used for something else."""


class RightsLost(Exception):
    """Who asks again may less than when they first asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Held:
    """A key that is ours until it is answered, or let go."""

    digest: str
    lock: UUID

    def answered(self, path: str, answer: Answer, *, tells_nothing: bool = False) -> None:
        """Nothing, if it took so long that somebody else has begun.

        What tells of somebody erased is not kept, unless it `tells_nothing`, as the receipt of the erasure itself.
        """
        ids = {UUID(one) for one in ID.findall(path + answer.content)}
        self._keep(answer, ids)
        if _are_erased(ids):  # asked afterwards: an erasure that ends in between sees what was kept
            kept = KeptAnswer.objects.for_digest(self.digest).filter(lock=self.lock)
            if tells_nothing:
                kept.update(concerns=[])
            else:
                kept.delete()

    def _keep(self, answer: Answer, ids: set[UUID]) -> None:
        self._mine().update(
            running_until=None,
            status=answer.status,
            content_type=answer.content_type,
            answer=encrypt(answer.content) if answer.content else "",
            concerns=sorted(ids),
        )

    def let_go(self) -> None:
        """The next request with this key is the first again."""
        self._mine().delete()

    def _mine(self) -> KeptAnswers:
        return KeptAnswer.objects.for_digest(self.digest).filter(lock=self.lock, running_until__isnull=False)


def begin(digest: str, body: str, rights: Collection[str] = ()) -> Held | Answer:
    """To do it, or the answer of who has. Raises InProgress, OtherRequest or RightsLost."""
    now, held = timezone.now(), Held(digest, uuid4())
    fresh = KeptAnswer(
        digest=digest, body=body, rights=sorted(rights), lock=held.lock, running_until=now + LEASE, created_at=now
    )
    KeptAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
    found = KeptAnswer.objects.for_digest(digest).first()
    if found is None:  # let go of between the two statements
        raise InProgress
    if found.lock == held.lock or (_is_over(found) and _taken_over(found, fresh)):
        return held
    if found.body != body:
        raise OtherRequest
    if found.running_until is not None:
        raise InProgress
    if not set(found.rights) <= set(rights):
        raise RightsLost
    return _answer_of(found)


def _is_over(found: KeptAnswer) -> bool:
    """Older than answers are kept, or of a process that died with it."""
    now = timezone.now()
    return found.created_at < now - KEPT or (found.running_until is not None and found.running_until < now)


def _taken_over(found: KeptAnswer, fresh: KeptAnswer) -> bool:
    as_it_was = KeptAnswer.objects.for_digest(found.digest).filter(lock=found.lock, created_at=found.created_at)
    new = {field.attname: field.value_from_object(fresh) for field in fresh._meta.fields if not field.primary_key}
    return as_it_was.update(**new) == 1


def _answer_of(found: KeptAnswer) -> Answer:
    """Raises Unreadable when the secret that it was kept with is gone."""
    return Answer(found.status, found.content_type, decrypt(found.answer) if found.answer else "")


def forget_concerning(ids: Collection[UUID]) -> int:
    """For who is erased, in its transaction: how many answers told of them.

    One that is being made meanwhile is kept before our commit, and goes after it, or finds afterwards that they are
    erased.
    """
    ErasedId.objects.bulk_create([ErasedId(digest=_digest_of(one)) for one in ids], ignore_conflicts=True)
    transaction.on_commit(lambda: KeptAnswer.objects.concerning(ids).delete(), robust=True)
    return KeptAnswer.objects.concerning(ids).delete()[0]


def forget_old() -> int:
    before = timezone.now() - KEPT
    ErasedId.objects.filter(erased_at__lt=before).delete()
    return KeptAnswer.objects.for_system().filter(created_at__lt=before).delete()[0]


def _are_erased(ids: Collection[UUID]) -> bool:
    """Primary key."""
    return ErasedId.objects.filter(pk__in=[_digest_of(one) for one in ids]).exists() if ids else False


def _digest_of(erased: UUID) -> str:
    return hashlib.sha256(str(erased).encode()).hexdigest()
