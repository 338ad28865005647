"""Every address of the URLconf with every method it takes, and how a walk fills in what stands in angle brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView
from django.views.generic.edit import ProcessFormView

from dashboard.manage.first_run import OF_WEBSITE
from dashboard.manage.team_member import SIMPLE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_PAGES = ("GET", "POST")
# One address, several commands: by the name of the address and of the word in it.
WORDS = {
    ("change_member", "what"): (*SIMPLE, "role", "websites"),
    ("change_invitation", "what"): ("resend", "revoke"),
    ("first_step", "step"): OF_WEBSITE,
    ("skip_step", "step"): OF_WEBSITE,
}
# What ends something comes last: of a part before the whole, of the asker's own place last of all.
ENDS = re.compile(r"delete|remove|dismiss|revoke|merge|suspend|reinstate|skip|rotate|install/(key|secret)|^DELETE")
ENDS_ALL = (
    *("/erase/", "/visitors/<visitor_id>/", "website/switch/", "website/delete/", "/websites/<website_id>/"),
    *("/second-factor/reset/", "/transfer/", "organisation/delete/", "/leave/<organisation_id>/", "/logout/"),
)


@dataclass(frozen=True, order=True, slots=True)
class Address:
    """`path` as the table writes it, such as `/api/v1/conversations/<conversation_id>/`."""

    path: str
    method: str

    def __str__(self) -> str:
        return f"{self.method:<6} {self.path}"

    @property
    def place(self) -> tuple[int, int, str, str]:
        """Its place in the walk."""
        name = f"{self.method} {self.path}"
        ending = self.path if self.method in ("POST", "DELETE") else ""
        last = next((3 + index for index, end in enumerate(ENDS_ALL) if ending.endswith(end)), 0)
        phase = 0 if self.method == "GET" else last or (2 if ENDS.search(name) else 1)
        return phase, -len(self.path), self.path, self.method

    @property
    def row(self) -> str:
        """Its row in the table. The pages of the operators' admin have one for all models."""
        return re.sub(r"/admin/[a-z]+/[a-z]+/", "/admin/<app>/<model>/", f"{self.method} {self.path}")

    def filled(self, place: dict[str, object]) -> str:
        return re.sub(r"<(\w+)>", lambda found: str(place[found[1]]), self.path)

    @property
    def blanks(self) -> set[str]:
        return set(re.findall(r"<(\w+)>", self.path))


def every_address() -> list[Address]:
    found = {address for pattern, path in patterns(get_resolver(), "/") for address in addresses_of(pattern, path)}
    return sorted(found, key=lambda one: one.place)


def patterns(resolver: URLResolver, before: str) -> Iterator[tuple[URLPattern, str]]:
    for one in resolver.url_patterns:
        path = before + written(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from patterns(one, path)
        else:
            yield one, path


def addresses_of(pattern: URLPattern, path: str) -> Iterator[Address]:
    paths = [path]
    for (name, blank), words in WORDS.items():
        if pattern.name == name and f"<{blank}>" in path:
            paths = [path.replace(f"<{blank}>", word) for word in words]
    return (Address(one, method) for one in paths for method in methods_of(pattern.callback))


def methods_of(view: Callable[..., Any]) -> list[str]:
    """Those a class has handlers for; a function may take any, and says itself that it does not."""
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if kind is None or issubclass(kind, RedirectView):
        return list(OF_PAGES)
    return [method for method in METHODS if is_own(kind, method)]


def is_own(kind: type, method: str) -> bool:
    """Django's forms take PUT for another word for POST."""
    handler = getattr(kind, method.lower(), None)
    return handler is not None and handler is not ProcessFormView.put


def written(pattern: str) -> str:
    """`<uuid:conversation_id>` and `(?P<key>[-:\\w]+)` alike as `<name>`."""
    plain = re.sub(r"<\w+:(\w+)>", r"<\1>", pattern)
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", plain)
    return plain.removeprefix("^").removesuffix("$").removesuffix("\\Z").replace("\\", "")
