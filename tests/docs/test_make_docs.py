"""`make docs` as whoever has just cloned the repository runs it: it installs what it needs, and only that."""

from __future__ import annotations

import pytest

from tests.servers.clones import clone_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def test_a_fresh_clone_has_the_site_and_nothing_of_the_product() -> None:
    for clone in clone_of(None):
        making = clone.make("docs", {})
        printed, _ = making.communicate(timeout=360)
        assert making.returncode == 0, printed
        assert "\nsite/index.html: " in printed, printed
        assert "<title>" in (clone.folder / "site" / "index.html").read_text()
        assert (clone.folder / "site" / "search" / "search_index.json").stat().st_size > 100_000
        assert list((clone.folder / "site" / "images").rglob("*.webp")), "the pictures"
        assert not list((clone.folder / ".venv").glob("lib/python3*/site-packages/django")), "the product's packages"
