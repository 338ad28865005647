"""Write docs/settings.md from the settings in chatplatform/environment.py."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from chatplatform.environment import DEV_SECRET_KEY, Environment
from foundation.generated_files import GeneratedFilesCommand

HEAD = """\
# Settings

Every setting is an environment variable. Written by `manage.py write_settings`; do not edit.

| variable | default | what it does |
|---|---|---|
"""


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        rows = [row(name, field) for name, field in Environment.model_fields.items()]
        return {"docs/settings.md": HEAD + "".join(rows)}


def row(name: str, field: FieldInfo) -> str:
    return f"| `{name.upper()}` | {shown(field.default)} | {field.description} |\n"


def shown(default: Any) -> str:
    if default == DEV_SECRET_KEY:
        return "none that is safe: set it"
    if isinstance(default, bool):
        return "1" if default else "0"
    if isinstance(default, list):
        return ", ".join(map(str, default)) or "–"
    return f"`{default}`" if str(default) else "–"
