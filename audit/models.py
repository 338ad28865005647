"""The log's rows. They name people and things as they were called then, and hold no key of them: they outlive them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self

from django.db import connection, models
from django.db.models.functions import Now

from foundation.scope import GuardedQuerySet

AT_ONCE = 5000  # rows removed by one statement
OF_PERSONS = ["article", "conversation", "visitor"]  # kinds of targets that are somebody's, or have their words


class AppendOnly(TypeError):
    """The log is written once. It ends with its time, or with its organisation."""


class AuditEntries(GuardedQuerySet["AuditEntry"]):
    """Of organisations, which have to be named: a query that was not told whose log it reads raises."""

    def of(self, organisation_ids: Iterable[int]) -> Self:
        return self._scope(organisation_id__in=list(organisation_ids))

    def of_website(self, website_id: int) -> Self:
        return self.filter(website_id=website_id)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


class AuditEntry(models.Model):
    """`via`: page, api or system. `detail` holds names of fields, numbers and roles; no words, no secrets."""

    at = models.DateTimeField(db_default=Now())
    organisation_id = models.BigIntegerField(null=True, help_text="None: of nobody's, such as a log-in of a stranger")
    website_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=160, blank=True)
    via = models.CharField(max_length=6)
    address = models.CharField(max_length=45, blank=True, help_text="masked, unless the installation wants it whole")
    action = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(max_length=160, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditEntries.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["organisation_id", "-id"], name="audit_of_organisation"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["target_id"], condition=models.Q(target_kind__in=OF_PERSONS), name="audit_of_erased"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_name or self.via}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


def forget_before(moment: datetime) -> int:
    """The end of what was kept long enough; how many rows, at most AT_ONCE. Index audit_by_time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audit_auditentry WHERE id IN (SELECT id FROM audit_auditentry WHERE at < %s LIMIT %s)",
            [moment, AT_ONCE],
        )
        return int(cursor.rowcount)


def forget_organisation(organisation_id: int) -> int:
    """With the organisation itself; how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE organisation_id = %s", [organisation_id])
        return int(cursor.rowcount)


def forget_targets(ids: Iterable[object]) -> int:
    """What was erased has no name any more: the hash of its id stands for it, as on a receipt. Index audit_of_erased.

    Whoever has the id can still see what was done to it; nobody gets from the log to the id.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET target_name = initcap(target_kind) || ' (erased)',"
            " target_id = left(encode(sha256(convert_to(target_id, 'UTF8')), 'hex'), 40)"
            " WHERE target_kind = ANY(%s) AND target_id = ANY(%s)",
            [OF_PERSONS, [str(one) for one in ids]],
        )
        return int(cursor.rowcount)
