"""Several forms of one kind on a page: rows that are added, removed and moved by buttons, so that a keyboard is enough.

Such a button sends the page as it stands and gets it back with the row in its place; nothing is saved by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict


class Rows:
    """`noun` names one of them for who does not see it. `opened` is the row that a button has just made or moved."""

    def __init__(
        self,
        form_class: type[forms.Form],
        noun: str,
        prefix: str,
        most: int,
        *,
        stored: Sequence[Mapping[str, Any]] = (),
        data: QueryDict | None = None,
    ) -> None:
        self.noun, self.prefix, self.most = noun, prefix, most
        self.opened: int | None = None
        self.command = data.get(f"{prefix}-do", "") if data is not None else ""
        if data is None:
            self.forms = [form_class(initial=dict(one), prefix=self._name(n)) for n, one in enumerate(stored)]
        else:
            typed = self._moved(self._typed(form_class, data))
            self.forms = [self._bound(form_class, one, n) for n, one in enumerate(typed)]
            if has_command(data):  # nobody is done yet: what is missing is no mistake
                self.forms = [form_class(initial=one, prefix=self._name(n)) for n, one in enumerate(typed)]

        self._focus()

    def __iter__(self) -> Iterator[forms.Form]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= self.most

    def are_valid(self) -> bool:
        found = [one.is_valid() for one in self.forms]  # each, so that each says what is wrong
        return all(found)

    def _focus(self) -> None:
        """Who has added a row goes on in it."""
        if self.command == "add" and self.opened is not None:
            first = next(iter(self.forms[self.opened].fields.values()))
            first.widget.attrs["autofocus"] = True

    def _typed(self, form_class: type[forms.Form], data: QueryDict) -> list[dict[str, str]]:
        count = data.get(f"{self.prefix}-count", "0")
        found = range(min(int(count), self.most) if count.isascii() and count.isdigit() and len(count) < 5 else 0)
        names = form_class.base_fields
        return [
            {name: str(data[f"{self._name(n)}-{name}"]) for name in names if f"{self._name(n)}-{name}" in data}
            for n in found
        ]

    def _moved(self, typed: list[dict[str, str]]) -> list[dict[str, str]]:
        what, _, place = self.command.partition("-")
        if what == "add" and len(typed) < self.most:
            self.opened = len(typed)
            return [*typed, {}]
        if not (place.isascii() and place.isdigit() and len(place) < 5 and int(place) < len(typed)):
            return typed
        n = int(place)
        row = typed.pop(n)
        if what == "remove":
            self.opened = min(n, len(typed) - 1)
            return typed
        self.opened = max(0, n - 1) if what == "up" else min(len(typed), n + 1) if what == "down" else n
        typed.insert(self.opened, row)
        return typed

    def _bound(self, form_class: type[forms.Form], typed: dict[str, str], n: int) -> forms.Form:
        return form_class({f"{self._name(n)}-{name}": value for name, value in typed.items()}, prefix=self._name(n))

    def _name(self, n: int) -> str:
        return f"{self.prefix}-{n}"


def has_command(data: QueryDict) -> bool:
    """Whether a row's button was pressed, and not the one that saves."""
    return any(name.endswith("-do") for name in data)


def typed_so_far(data: QueryDict, form_class: type[forms.Form]) -> dict[str, Any]:
    """For the `initial` of the page's other form, while rows are added and moved."""
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in form_class.base_fields.items()}
