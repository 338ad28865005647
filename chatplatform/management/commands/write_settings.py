"""Write docs/settings.md from the settings in chatplatform/environment.py."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from chatplatform.environment import DEV_SECRET_KEY, Environment
from chatplatform.mail_environment import MailEnvironment
from foundation.generated_files import GeneratedFilesCommand
from foundation.limits import LIMITS, Limit

HEAD = """\
# Settings

Every setting is an environment variable. Written by `manage.py write_settings`; do not edit.

| variable | default | what it does |
|---|---|---|
"""

LIMITS_HEAD = """
## Limits

Each is a token bucket: so many at once, and as many again in the time that its setting names. A refusal says how long
to wait (`Retry-After`; `retry_after` on sockets), and `/metrics` counts it as `chatplatform_rate_limited_total`.
*Open* without Redis: each web process counts for itself. *Closed*: 503 until Redis is back.

| limit | setting | counts the attempts of | counted in | without Redis |
|---|---|---|---|---|
"""


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        mail = MailEnvironment.model_fields  # after the rest, though they are inherited and so come first
        names = [*(name for name in Environment.model_fields if name not in mail), *mail]
        rows = [row(name, Environment.model_fields[name]) for name in names]
        limits = [limit_row(limit) for limit in LIMITS.values()]
        return {"docs/settings.md": HEAD + "".join(rows) + LIMITS_HEAD + "".join(limits)}


def row(name: str, field: FieldInfo) -> str:
    return f"| `{name.upper()}` | {shown(field.default)} | {field.description} |\n"


def limit_row(limit: Limit) -> str:
    return f"| `{limit.name}` | `{limit.setting.upper()}` | {limit.of} | {limit.where} | {limit.away} |\n"


def shown(default: Any) -> str:
    if default == DEV_SECRET_KEY:
        return "none that is safe: set it"
    if isinstance(default, bool):
        return "1" if default else "0"
    if isinstance(default, list):
        return ", ".join(map(str, default)) or "–"
    return f"`{default}`" if str(default) else "–"
