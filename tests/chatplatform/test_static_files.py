"""Browsers keep built files for good, since their names change with their content, and take them compressed."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx2
from django.conf import settings

from tests.servers.stack import Stack


def test_hashed_files_are_kept_for_a_year_and_sent_compressed(stack: Stack) -> None:
    names = json.loads((settings.BASE_DIR / "static/dist/manifest.json").read_text())
    for entry in ("inbox.js", "inbox.css", "frame.js", "frame.css"):
        answer = httpx2.get(
            f"{stack.url}/static/dist/{names[entry]}", headers={"Accept-Encoding": "br"}, trust_env=False
        )
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "br"


def test_files_without_a_hash_are_asked_for_again(stack: Stack) -> None:
    answer = httpx2.get(f"{stack.url}/static/css/api.css", trust_env=False)
    assert "immutable" not in answer.headers["cache-control"]


def test_what_is_built_while_the_server_runs_is_served(stack: Stack) -> None:
    name = f"later-{uuid4().hex[:8].upper()}.js"
    url = f"{stack.url}/static/dist/{name}"
    assert httpx2.get(url, trust_env=False).status_code == 404
    file = settings.BASE_DIR / "static/dist" / name
    file.write_text("export {};\n")
    try:
        assert httpx2.get(url, trust_env=False).text == "export {};\n"
    finally:
        file.unlink()
