"""What is stored encrypted is read with the installation's secrets only, and survives that they are changed."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from foundation.encryption import Unreadable, decrypt, encrypt

OLD, NEW = "an old secret of more than 32 characters", "a new secret of more than 32 characters"


def test_it_comes_back_and_is_not_to_be_seen_before() -> None:
    stored = encrypt("sk-secret")
    assert decrypt(stored) == "sk-secret"
    assert "secret" not in stored
    assert encrypt("sk-secret") != stored


def test_what_was_stored_under_the_secret_key_is_read_after_there_are_others(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = []
    stored = encrypt("sk-secret")
    settings.ENCRYPTION_KEYS = [NEW]
    assert decrypt(stored) == "sk-secret"


def test_a_secret_is_changed_by_putting_a_new_one_before_it(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    stored = encrypt("sk-secret")
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = [NEW, OLD], "another secret key of more than 50 characters " * 2
    assert decrypt(stored) == "sk-secret"
    stored = encrypt("sk-secret")
    settings.ENCRYPTION_KEYS = [NEW]
    assert decrypt(stored) == "sk-secret"


@pytest.mark.parametrize("stored", ["", "nonsense", "gAAAAABnonsense"])
def test_what_was_not_stored_by_us_is_unreadable(stored: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(stored)


def test_without_its_secret_it_is_unreadable(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    stored = encrypt("sk-secret")
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(Unreadable):
        decrypt(stored)
