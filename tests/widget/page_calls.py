"""What a customer's page calls and hears."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

METHODS = (
    "open close toggle show hide on identify setCustomAttributes setConversationCustomAttributes setLocale "
    "setColorScheme prefill sendMessage requestHuman consent reset destroy push"
)
EVENTS = "ready opened closed message unread-count conversation-started handoff error"
HEAR = (
    f"window.heard = []; for (const name of '{EVENTS}'.split(' '))"
    " addEventListener('chatplatform:' + name, event => heard.push([name, event.detail]))"
)


def call(page: Page, what: str) -> Any:
    """The outcome of `ChatPlatform.<what>`: what it resolves to, or the words of its refusal."""
    return page.evaluate(f"ChatPlatform.{what}.then(value => value ?? null, error => 'refused: ' + error.message)")


def heard(page: Page) -> list[str]:
    return [name for name, _ in page.evaluate("heard")]
