"""A form of the owners' pages, as a browser without scripts would send it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Collects what stands in the forms of a page, and where each is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self.open: str = ""  # the select or textarea that is being read

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
            self.addresses.append(given.get("action", ""))
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.forms[-1][name] = given.get("value", "on" if given.get("type") == "checkbox" else "")
        if tag in ("select", "textarea"):
            self.open = name
            self.forms[-1][name] = ""
        if tag == "option" and (("selected" in given) or not self.forms[-1][self.open]):
            self.forms[-1][self.open] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open and self.lasttag == "textarea":
            self.forms[-1][self.open] += data


def every_form_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """Where each is sent, and its fields as they stand; without those that only have a button."""
    parser = _Fields()
    parser.feed(page)
    found = []
    for address, fields in zip(parser.addresses, parser.forms, strict=True):
        fields.pop("csrfmiddlewaretoken", None)
        if fields:
            found.append((address, {name: value.removeprefix("\n") for name, value in fields.items()}))
    return found


def sent(page: Any) -> dict[str, str]:
    """The fields of the page's largest form, as they stand."""
    text = page if isinstance(page, str) else page.content.decode()
    parser = _Fields()
    parser.feed(text)
    fields = max(parser.forms, key=len)
    fields.pop("csrfmiddlewaretoken", None)
    return {name: value.removeprefix("\n") for name, value in fields.items()}
