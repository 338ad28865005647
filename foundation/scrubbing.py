"""Takes out of a line or a report what nobody may read there: secrets, and what people wrote.

Errors of libraries quote what they failed at: Postgres the whole row (DETAIL), pydantic the value it was given.
"""

from __future__ import annotations

import re
from typing import Any

GONE = "…"
# In a traceback a detail ends where the next one begins; in a `repr`, with the string.
END = r"(?=\n\n|\nTraceback |\nThe above |\nDuring |\Z)"
RULES = [
    (re.compile(r"(\\n|\n)(DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d+):.*?" + END, re.DOTALL), r"\1\2: " + GONE),
    (re.compile(r"(input_value=).*?(, input_type=|\Z)", re.DOTALL), r"\1" + GONE + r"\2"),
    (re.compile(r'(invalid (?:input|byte|UTF)[^\n]*?: )(?:\\?"|\\?\').*', re.DOTALL), r"\1" + GONE),
    (re.compile(r"(?i)(connection_token=|token\.)[\w-]{20,}"), r"\1" + GONE),
    # Links that people follow: invitations, exports, log-ins by mail.
    (re.compile(r"(?i)([?&](?:amp;)?(?:[\w-]*token|key|code|secret|signature)=)[^\s&\"'<>#]+"), r"\1" + GONE),
    (re.compile(r"(?i)\b(bearer|api-key|basic)['\"]?[\s:]+['\"]?[\w.~+/=-]{8,}['\"]?"), r"\1 " + GONE),
    (re.compile(r"\bwhsec_[\w-]{8,}"), GONE),  # secrets of webhooks
    (re.compile(r"\b[vr]_[\w-]{40,}"), GONE),  # visitors' tokens
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), GONE),  # JWT
    (re.compile(r"\bgAAAA[\w=-]{20,}"), GONE),  # what lies encrypted
    (re.compile(r"\bsk-[\w-]{8,}"), GONE),  # keys of AI endpoints
    (re.compile(r"(\w+://[^\s/:@]*:)[^\s/@]+@"), r"\1" + GONE + "@"),  # passwords in URLs
]
# What each of the rules begins with. Nearly no line has any of it, and one search is a tenth of all rules.
SUSPECT = re.compile(
    r"(?i)detail:|context:|query:|statement:|line \d|input_value=|invalid |token|[?&]|bearer|api-key|basic"
    r"|whsec_|[vr]_|eyj|gaaaa|sk-|://"
)
# Of an error report: what a request carried, and what lay in variables.
DROPPED = {"vars", "data", "cookies", "headers", "env", "query_string", "breadcrumbs", "user", "extra", "server_name"}


def scrubbed(value: Any) -> Any:
    """The same without them: a text, or whatever of texts, lists and dicts."""
    match value:
        case str():
            if not SUSPECT.search(value):
                return value
            for pattern, replacement in RULES:
                value = pattern.sub(replacement, value)
            return value
        case dict():
            return {name: scrubbed(one) for name, one in value.items()}
        case list() | tuple():
            return type(value)(scrubbed(one) for one in value)
        case _:
            return value


def scrubbed_report(event: dict[str, Any], hint: Any = None) -> dict[str, Any]:
    """An event of Sentry, as `before_send` takes it: where something failed and how, never with whose data."""

    def without(part: Any) -> Any:
        match part:
            case dict():
                return {name: without(one) for name, one in part.items() if name not in DROPPED}
            case list():
                return [without(one) for one in part]
            case _:
                return part

    report: dict[str, Any] = scrubbed(without(event))
    return report
