"""The form before the first message: what is still to be asked, and what was answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.actors import VisitorActor
from accounts.models import Website
from accounts.widget_settings import FormField
from conversations.errors import Invalid
from conversations.models import Visitor
from foundation.card_numbers import without_cards

LONGEST = {"name": 120, "email": 254}
OWN = ("name", "email")  # columns of the visitor; the rest are attributes
MOST_ATTRIBUTES = 40


class InvalidAnswers(Invalid):
    """`fields` says what is wrong with which."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        name, (problem, *_) = next(iter(fields.items()))
        super().__init__(f"{name}: {problem}")
        self.fields = fields


def is_left_here(website: Website, *, is_available: bool) -> bool:
    """Whether a message is left for later. Where neither hours nor e-mail say anything, it is simply written."""
    is_closed = website.opening_hours.next_opening(timezone.now()) is not None
    return not is_available and (settings.SENDS_MAIL or is_closed)


def unanswered(website: Website, visitor: Visitor, *, is_away: bool = False) -> list[FormField]:
    """What the form asks that is not known yet: nobody is asked twice.

    While nobody is there who could answer, also where to write to; only if we can write.
    """
    form, offline = website.widget_settings.form, website.widget_settings.offline
    asked = list(form.fields) if form.enabled else []
    if is_away and offline.enabled and not website.ai_enabled and all(field.key != "email" for field in asked):
        asked.append(FormField(key="email", kind="email", required=settings.SENDS_MAIL))
    return [field for field in asked if not _known(visitor, field)]


@transaction.atomic
def answer_form(actor: VisitorActor, values: dict[str, str]) -> Visitor:
    """Keep the answers. What the website has proved of a visitor stays. Raises InvalidAnswers."""
    visitor = Visitor.objects.for_actor(actor).select_for_update(of=("self",)).select_related("website").get()
    asked = {field.key: field for field in unanswered(visitor.website, visitor, is_away="email" in values)}
    given = {key: value.strip() for key, value in values.items()}
    problems = {key: ["This is not asked for."] for key in given.keys() - _every_key(visitor.website)}
    for key, field in asked.items():
        problem = _problem(field, given.get(key, ""))
        if problem:
            problems[key] = [problem]
    if problems:
        raise InvalidAnswers(problems)
    for key in asked.keys() & {key for key, value in given.items() if value}:
        is_number = asked[key].kind == "tel" or not visitor.website.mask_cards
        _keep(visitor, key, given[key] if is_number else without_cards(given[key]))
    visitor.save(update_fields=["name", "email", "attributes"])
    return visitor


def _every_key(website: Website) -> set[str]:
    return {"email", *(field.key for field in website.widget_settings.form.fields)}


def _known(visitor: Visitor, field: FormField) -> bool:
    return bool(getattr(visitor, field.key) if field.key in OWN else visitor.attributes.get(field.key))


def _problem(field: FormField, value: str) -> str:
    if not value:
        return "This is needed." if field.required else ""
    if "\x00" in value or len(value) > LONGEST.get(field.key, 1000):
        return "This is too long."
    if field.options and value not in field.options:
        return "One of those that are offered."
    if field.kind == "email" or field.key == "email":
        try:
            validate_email(value)
        except ValidationError:
            return "An address such as name@example.com."
    return ""


def _keep(visitor: Visitor, key: str, value: Any) -> None:
    if key in OWN:
        setattr(visitor, key, value)
    elif len(visitor.attributes) < MOST_ATTRIBUTES:
        visitor.attributes = {**visitor.attributes, key: value}
