"""The demo's Markdown as HTML that is safe to show."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark").enable("table")


def as_html(markdown: str) -> SafeString:
    return mark_safe(nh3.clean(_markdown.render(markdown)))  # nh3 lets only harmless elements through
