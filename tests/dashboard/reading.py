"""The owners' pages as a browser without scripts gets them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import User, Website

HOST = {"host": "127.0.0.1:8000"}


def browser_of(user: User) -> Client:
    client = Client(headers=HOST)
    client.force_login(user)
    return client


def address(website: Website, rest: str = "assistant/") -> str:
    return f"/manage/{website.pk}/{rest}"


def text_of(answer: Any) -> str:
    """The page's words, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
