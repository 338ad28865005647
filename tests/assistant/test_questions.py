"""How well the first questions are answered, which the zones are chosen by. Unseen ones: test_evaluation.py."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import Website
from assistant.providers.builtin.zones import Zone, zone_of
from assistant.retrieval import find_passages
from tests.assistant.knowledge import Asked, questions, slug_of


@dataclass(frozen=True)
class Tried:
    asked: Asked
    slugs: list[str]
    zone: Zone

    @property
    def is_right(self) -> bool:
        return bool(self.asked.answers.intersection(self.slugs[:1]))


@pytest.fixture(scope="module")
def tried(shop: Website) -> list[Tried]:
    return [try_out(shop, asked) for asked in questions()]


def try_out(shop: Website, asked: Asked) -> Tried:
    found = find_passages(shop, asked.text)
    return Tried(asked, list(dict.fromkeys(slug_of(one.url) for one in found)), zone_of(found))


def test_the_right_article_is_among_the_first_three(tried: list[Tried]) -> None:
    covered = [one for one in tried if one.asked.is_covered]
    missed = [one.asked.text for one in covered if not one.asked.answers.intersection(one.slugs[:3])]
    assert len(missed) <= len(covered) * 0.05, missed


def test_what_is_in_no_article_is_not_asserted(tried: list[Tried]) -> None:
    assert [one.asked.text for one in tried if not one.asked.is_covered and one.zone is Zone.SURE] == []


def test_what_is_asserted_is_from_the_right_article(tried: list[Tried]) -> None:
    sure = [one for one in tried if one.asked.is_covered and one.zone is Zone.SURE]
    wrong = [one.asked.text for one in sure if not one.is_right]
    assert len(wrong) <= len(sure) * 0.05, wrong


def test_most_of_what_is_in_an_article_is_answered(tried: list[Tried]) -> None:
    zones = [one.zone for one in tried if one.asked.is_covered]
    assert zones.count(Zone.SURE) >= len(zones) * 0.65
    assert zones.count(Zone.NOTHING) <= len(zones) * 0.07
