"""What lies encrypted is brought under a new key, all of it, and the old key can go."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from pytest_django.fixtures import Settings

from accounts.kept_answers import Answer, Held, begin
from accounts.models import Website
from assistant.models import AssistantSettings
from chatplatform.key_rotation import columns
from foundation.encryption import TOKENS_BEGIN, decrypt
from integrations.webhooks.settings import make_webhook
from tests.cast import Cast

NEW = "a new secret of more than thirty-two characters"


@pytest.fixture
def stored(cast: Cast, db: None) -> str:
    """Something in every column, and nothing of other tests; taken back at the end."""
    for column in columns():
        if column.model is not Website:
            column.model._base_manager.all().delete()
    Website.objects.exclude(pk=cast.acme.pk).update(identity_secret="")
    assistant = AssistantSettings.objects.for_system().create(website=cast.acme)
    assistant.set_key("sk-of-acme")
    assistant.save()
    make_webhook(cast.acme, "https://acme.test/hook", ["message_created"], cast.ada.pk)
    held = begin("a request", "its body")
    assert isinstance(held, Held)
    held.answered("/", Answer(201, "", "what was answered"))
    secret: str = generate_totp_secret()
    TOTP.activate(cast.ada, secret)
    return secret


def test_after_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything(
    stored: str, cast: Cast, settings: Settings
) -> None:
    identity_secret, old = cast.acme.identity_secret, settings.SECRET_KEY
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="under an older secret"):
        rotate("--check")
    said = rotate()
    assert "accounts.Website.identity_secret: 1 renewed" in said
    assert "assistant.AssistantSettings.encrypted_key: 1 renewed" in said
    assert "mfa.Authenticator.data: 1 renewed" in said
    rotate("--check")
    settings.SECRET_KEY = "another secret key of more than fifty characters, " * 2
    assert old != settings.SECRET_KEY
    assert Website.objects.get(pk=cast.acme.pk).identity_secret == identity_secret
    assert AssistantSettings.objects.for_website(cast.acme.pk).get().key() == "sk-of-acme"
    totp = Authenticator.objects.get(user=cast.ada, type=Authenticator.Type.TOTP)
    assert decrypt(totp.data["secret"]) == stored


def test_every_column_that_holds_something_encrypted_is_known(stored: str) -> None:
    """By a search through the whole database; but for jobs, whose invitation links are mailed within minutes."""
    known = {(column.model._meta.db_table, column.name) for column in columns()}
    found: set[tuple[str, str]] = set()
    for model in (one for one in apps.get_models() if one._meta.app_label != "procrastinate"):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                name = (model._meta.db_table, field.name)
                found |= {name} if holds_tokens(*name) else set()
    assert found == known


def test_what_cannot_be_read_is_said_and_left_as_it_is(stored: str, cast: Cast, settings: Settings) -> None:
    before = as_stored("accounts_website", "identity_secret", cast.acme.pk)
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = [NEW], "another secret key of more than fifty characters, " * 2
    with pytest.raises(CommandError, match="cannot be read"):
        rotate()
    lost = Website.objects.get(pk=cast.acme.pk)
    assert lost.identity_secret == ""
    lost.name = "Renamed"
    lost.save()
    assert as_stored("accounts_website", "identity_secret", cast.acme.pk) == before


def test_an_identity_secret_is_not_to_be_seen_in_the_database(cast: Cast, db: None) -> None:
    assert len(cast.acme.identity_secret) == 64
    stored = as_stored("accounts_website", "identity_secret", cast.acme.pk)
    assert stored.startswith(TOKENS_BEGIN)
    assert cast.acme.identity_secret not in stored


def rotate(*options: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *options, stdout=out)
    return out.getvalue()


def holds_tokens(table: str, column: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"""SELECT 1 FROM "{table}" WHERE "{column}"::text ~ '(^|"){TOKENS_BEGIN}' LIMIT 1""")
        return cursor.fetchone() is not None


def as_stored(table: str, column: str, pk: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [pk])
        return str(cursor.fetchone()[0])
