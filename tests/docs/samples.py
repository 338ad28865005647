"""Code as it stands on a page of the docs."""

from __future__ import annotations

import re

from tests.servers.stack import PROJECT


def blocks(page: str, language: str) -> list[str]:
    """All of one language, in the order of the page."""
    found = re.findall(rf"^```{language}\n(.*?)^```", (PROJECT / "docs" / page).read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no {language}"
    return found


def only_block(page: str, language: str) -> str:
    (found,) = blocks(page, language)
    return found
