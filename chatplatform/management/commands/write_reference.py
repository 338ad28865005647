"""Write docs/reference.md: every command of manage.py, refusal code, close code, socket command and event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class

from chatplatform.refusal_codes import CODES
from conversations import closings, protocol
from foundation.generated_files import GeneratedFilesCommand

HEAD = """\
# Reference

Written by `manage.py write_reference`; do not edit. Beside it: [settings](settings.md),
[metrics](operators/metrics.md), [events of webhooks](webhooks.md), [prefixes of log lines](operators/watching.md#logs),
and the whole forms in [OpenAPI](openapi.yaml) and [AsyncAPI](asyncapi.json).
"""
APPS = {"accounts", "assistant", "audit", "chatplatform", "conversations", "dashboard", "demo", "foundation"}
APPS |= {"integrations", "privacy", "widget"}


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        parts = [
            HEAD,
            table("Commands", ("`manage.py …`", "what it does"), commands()),
            table("Why something is refused", ("code", "comes with", "what it means, and what to do"), refusals()),
            table("How a socket is closed", ("close code", "code of the error frame", "detail"), closes()),
            table("What a visitor's socket may say", ("command", "what it does"), of(protocol.VisitorCommand)),
            table("What a dashboard may say", ("command", "what it does"), of(protocol.DashboardCommand)),
            table("What a visitor's socket is told", ("event", "what it tells"), of(protocol.VisitorFrame)),
            table("What a dashboard is told", ("event", "what it tells"), of(protocol.DashboardFrame)),
        ]
        return {"docs/reference.md": "".join(parts)}


def table(title: str, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |\n" for row in (columns, tuple("---" for _ in columns), *rows)]
    return f"\n## {title}\n\n" + "".join(lines)


def commands() -> Iterator[tuple[str, str]]:
    """Of all apps, also of the demo, which is not always there."""
    found = {name: app for name, app in get_commands().items() if app in APPS}
    if not apps.is_installed("demo"):
        folder = settings.BASE_DIR / "demo" / "management" / "commands"
        found |= {file.stem: "demo" for file in folder.glob("[a-z]*.py")}
    for name, app in sorted(found.items()):
        yield f"`{name}`", first_sentence(str(load_command_class(app, name).help))


def refusals() -> Iterator[tuple[str, str, str]]:
    for code, (where, meaning) in sorted(CODES.items()):
        yield f"`{code}`", where, meaning


def closes() -> Iterator[tuple[str, str, str]]:
    named = [value for name, value in vars(closings).items() if name.isupper()]
    for code, reason, detail in sorted(named):
        yield str(code), f"`{reason}`", detail


def of(union: Any) -> Iterator[tuple[str, str]]:
    rows = {form.model_fields["type"].default: first_sentence(form.__doc__ or "") for form in members(union)}
    for name, text in sorted(rows.items()):
        yield f"`{name}`", text


def members(union: Any) -> list[Any]:
    """The forms of an annotated union."""
    inner = get_args(union)[0] if get_origin(union) is not Union else union
    return list(get_args(inner))


def first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())
