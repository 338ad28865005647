"""A row of every model for Acme, with a word in every text that can hold one, by which its way out would be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Website
from foundation.encryption import encrypt

OURS = ("accounts", "conversations", "assistant", "integrations", "dashboard", "widget")
# For Acme's team and those who see that website; for the team; for whoever sees it, and Vera.
STAFF, TEAM, HERS = "zqstaffonly", "zqteamonly", "zqveraonly"
WORDS = {STAFF, TEAM, HERS}
Value = Callable[[], Any]

WITHOUT_TEXT = {
    "conversations.EntryWords": "the words of entries, which lie in conversations.Entry, for search",
    "conversations.SearchProgress": "one row for all",
}
# The worker comes round to these whenever it likes.
BY_WORKER = {
    *("conversations.EntryWords", "dashboard.ConversationFacts", "dashboard.FactsState"),
    *("assistant.QuestionRun", "assistant.QuestionResult", "assistant.MeaningIndex"),
}
# Where a word would be no valid value; and where anybody may read what is there.
GIVEN: dict[str, Value] = {
    "accounts.Availability.hours": dict,
    "accounts.Availability.away_from": list,
    "accounts.MailChoices.time_zone": lambda: "UTC",
    "accounts.Invitation.token_hash": lambda: uuid4().hex,
    "accounts.Invitation.email": lambda: f"{TEAM}@acme.test",
    "assistant.AssistantSettings.encrypted_key": lambda: encrypt(STAFF),
    "accounts.ErasedId.digest": lambda: uuid4().hex,
    "accounts.KeptAnswer.digest": lambda: uuid4().hex,
    "accounts.KeptAnswer.lock": uuid4,
    "accounts.KeptAnswer.answer": lambda: encrypt(STAFF),
    "accounts.Picture.user": lambda: None,
    "accounts.Picture.content": lambda: b"public by design",
    "accounts.ApiKey.scopes": lambda: ["reports:read"],
    "accounts.ApiKey.digest": lambda: uuid4().hex,
    "integrations.Webhook.encrypted_secret": lambda: encrypt(STAFF),
    "integrations.Webhook.url": lambda: f"https://{STAFF}.test/hook",
    "integrations.Webhook.events": lambda: ["message_created"],
    "integrations.ReceivedMail.key": lambda: uuid4().hex,
    "integrations.Mailbox.place": lambda: uuid4().hex,
    "integrations.Delivery.state": lambda: "delivered",
    "integrations.Delivery.event": lambda: "message_created",
    "integrations.Delivery.rev": lambda: 1,
    "assistant.QuestionResult.outcome": lambda: "answer",
    "assistant.QuestionRun.state": lambda: "done",
    "assistant.Source.url": lambda: f"https://{STAFF}.test/",
    "assistant.Source.state": lambda: "ready",
    "assistant.PassageVector.signs": lambda: "01",
    "conversations.Label.color": lambda: "#000000",
    "conversations.Label.name": lambda: TEAM,
    "conversations.CannedReply.shortcut": lambda: STAFF,
}


def models_of_ours() -> list[type[models.Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def plant(known: dict[type[models.Model], models.Model]) -> None:
    """A row of every model that has none yet; `known` are the rows that others lead to, and gets the new ones."""
    wanted = [one for one in models_of_ours() if one not in known and one._meta.label not in WITHOUT_TEXT]
    while wanted:
        ready = [one for one in wanted if all(target in known for target in needed(one))]
        assert ready, f"nobody knows how to make {wanted}"
        for model in ready:
            known[model] = row_already_made(model, known) or row_of(model, known)
            wanted.remove(model)


def needed(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation and not field.null}


def row_already_made(model: type[models.Model], known: dict[type[models.Model], models.Model]) -> models.Model | None:
    """What came with others, such as the words of an article."""
    if "website" not in {field.name for field in model._meta.concrete_fields}:
        return None
    return model._base_manager.filter(website=known[Website].pk).first()


def row_of(model: type[models.Model], known: dict[type[models.Model], models.Model]) -> models.Model:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        given = GIVEN.get(f"{model._meta.label}.{field.name}")
        if given is not None:
            values[field.name] = given()
        elif field.is_relation:
            values[field.name] = known.get(field.related_model)  # type: ignore[arg-type]
        else:
            values |= planted(field)
    return model._base_manager.create(**values)


def planted(field: models.Field[Any, Any]) -> dict[str, Any]:
    """Nothing where the field has a value of its own and can hold no word."""
    found = word_for(field)
    if field.choices and not field.has_default():
        found = field.choices[0][0]
    if found is not None:
        return {field.name: found}
    makes_itself = any(getattr(field, name, False) for name in ("primary_key", "null", "auto_now", "auto_now_add"))
    if makes_itself or field.has_default() or field.has_db_default():
        return {}
    return {field.name: next(value for kind, value in PLAIN if isinstance(field, kind))}


def word_for(field: models.Field[Any, Any]) -> Any:
    if field.choices or field.primary_key:
        return None
    match field:
        case models.EmailField():
            return f"{STAFF}@acme.test"
        case models.URLField():
            return f"https://{STAFF}.test/"
        case models.CharField() if field.max_length and field.max_length < len(STAFF):
            return None
        case models.CharField() | models.TextField():
            return STAFF
        case ArrayField() if isinstance(field.base_field, models.CharField):
            return [STAFF]
        case models.JSONField():
            return [STAFF] if field.default is list else {"word": STAFF}
        case models.BinaryField():
            return STAFF.encode()
        case _:
            return None


PLAIN: list[tuple[type[models.Field[Any, Any]] | tuple[Any, ...], Any]] = [
    (models.BooleanField, False),
    (models.DateTimeField, datetime(2026, 1, 1, tzinfo=UTC)),
    (models.DateField, date(2026, 1, 1)),
    ((models.IntegerField, models.FloatField, models.DecimalField), 1),
    ((models.CharField, models.TextField), ""),
]


def has_text(model: type[models.Model]) -> bool:
    return any(word_for(field) is not None for field in model._meta.concrete_fields)
