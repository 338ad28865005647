"""Every form as somebody would fill it in, then with one field at a time as nobody should: it is taken, or refused with
a word and with all that was written still there. Sent twice it does its work once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.utils.html import escape

from accounts.models import Invitation, Membership, Organisation, User, Website
from assistant.models import Article, Expectation, Source
from conversations.models import CannedReply, Label
from integrations.models import Webhook
from privacy.models import Erasure, Export
from tests.cast import Cast
from tests.dashboard.every_form import Place, places_of
from tests.dashboard.forms import every_form_of
from tests.dashboard.reading import browser_of
from tests.dashboard.test_every_form import HOSTILE

ODD = {
    "nothing": "",
    "very long": HOSTILE["very long"],
    "odd and hostile": HOSTILE["markup from right to left"] + HOSTILE["lines"] + HOSTILE["a zero"],
}
REFUSED = (409, 422)
PARTS = 8  # of the walk, so that none takes long
IN_SHORT = ("manage:new-website", "manage:new-canned")
# What somebody would write into a field that is still empty, by its name.
WRITTEN = {
    "name": "Summer shop",
    "email": "somebody@example.test",
    "title": "Returns",
    "body": "Within thirty days.",
    "content": "Hello there",
    "shortcut": "hello",
    "question": "How long?",
    "answer": "Nine days.",
    "url": "https://shop.example/help",
    "color": "#3454d1",
    "domains": "shop.example",
}
COUNTED: tuple[type[Model], ...] = (
    Organisation, Website, Membership, Invitation, User, Label, CannedReply,
    Article, Source, Expectation, Webhook, Export, Erasure,
)  # fmt: skip


@pytest.fixture
def places(cast: Cast, settings: Any) -> list[Place]:
    settings.SIGN_UP = True
    return [one for one in places_of(cast) if "/accounts/" not in one.address]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_field_of_every_form_is_taken_or_refused_with_a_word(cast: Cast, places: list[Place], part: int) -> None:
    assert _wrong_with(cast, places[part::PARTS]) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS // 2))
def test_every_form_that_is_sent_twice_does_its_work_once(cast: Cast, places: list[Place], part: int) -> None:
    assert _doubled_by(cast, places[part :: PARTS // 2], fewest=3) == []


def test_a_field_of_some_forms_is_taken_or_refused_with_a_word(cast: Cast, places: list[Place]) -> None:
    assert _wrong_with(cast, [one for one in places if one.name in IN_SHORT]) == []


def test_some_forms_that_are_sent_twice_do_their_work_once(cast: Cast, places: list[Place]) -> None:
    assert _doubled_by(cast, [one for one in places if one.name in IN_SHORT], fewest=2) == []


def _wrong_with(cast: Cast, places: list[Place]) -> list[str]:
    wrong, tried, ada = [], 0, browser_of(cast.ada)
    for place, address, body in _forms(cast, places):
        for field in body:
            for kind, value in ODD.items():
                answer = ada.post(address, body | {field: value})
                tried += 1
                said = "" if getattr(answer, "streaming", False) else answer.content.decode(errors="replace")
                others = {name: text for name, text in body.items() if name != field}
                if answer.status_code >= 500 or "<script>alert" in said:
                    wrong.append(f"{place.name}, {field}, {kind}: {answer.status_code}")
                elif answer.status_code in REFUSED and not (_is_said(said) and _is_kept(said, others)):
                    wrong.append(f"{place.name}, {field}, {kind}: refused without a word, or without what was written")
    assert tried >= 12
    assert Membership.objects.filter(user=cast.ada, role=Membership.Role.OWNER).exists()
    return wrong


def _is_said(page: str) -> bool:
    """Whoever wrote what cannot be taken reads why."""
    return any(mark in page for mark in ('role="alert"', "errorlist", "note-error"))


def _is_kept(page: str, others: dict[str, str]) -> bool:
    """What stood in the other fields stands there still."""
    return all(escape(text) in page for name, text in others.items() if name in WRITTEN)


def _doubled_by(cast: Cast, places: list[Place], fewest: int) -> list[str]:
    doubled, taken = [], 0
    for place, address, body in _forms(cast, places):
        ada = browser_of(cast.ada)
        before = _rows()
        if ada.post(address, body).status_code >= 400:
            continue
        once = _rows()
        ada.post(address, body)
        taken += 1
        twice = _rows()
        doubled += [f"{place.name}: {name}" for name in once if twice[name] - once[name] > 0]
        doubled += [f"{place.name}: {name} at once" for name in once if once[name] - before[name] > 1]
    assert taken >= fewest
    return doubled


def _forms(cast: Cast, places: list[Place]) -> list[tuple[Place, str, dict[str, str]]]:
    """As filled in. What takes away for good is left alone: there the name of what goes must be written."""
    found = []
    for place in places:
        page = browser_of(cast.ada).get(place.address)
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            continue
        for action, fields in every_form_of(page.content.decode()):
            address = action.partition("#")[0] or place.address
            if "delete" not in address and "leave" not in address and address.startswith("/manage/"):
                found.append((place, address, {name: value or WRITTEN.get(name, "") for name, value in fields.items()}))
    return found


def _rows() -> dict[str, int]:
    return {one.__name__: one._base_manager.count() for one in COUNTED}
