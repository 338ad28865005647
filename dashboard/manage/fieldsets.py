"""A form's fields in groups with a title, for templates/manage/form.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BaseForm, BoundField


@dataclass(frozen=True, slots=True)
class Fieldset:
    title: str
    lead: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lead: str
    fields: list[BoundField]


def grouped(form: BaseForm, fieldsets: Sequence[Fieldset], rest: Fieldset | None = None) -> list[Group]:
    """The fields in the order of the fieldsets. What none of them names stands in `rest`, so that no field is lost."""
    named = {name for one in fieldsets for name in one.names}
    others = tuple(field.name for field in form.visible_fields() if field.name not in named)
    last = rest or Fieldset("More")
    wanted = [*fieldsets, Fieldset(last.title, last.lead, others)]
    groups = [Group(one.title, one.lead, [form[name] for name in one.names if name in form.fields]) for one in wanted]
    return [group for group in groups if group.fields]
