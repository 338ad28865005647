"""Rules that a linter does not know: what may happen only in one place, and what may happen nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from conversations.models.scope import ScopedQuerySet, Unscoped

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [
    "chatplatform",
    "demo",
    "dashboard",
    "widget",
    "assistant",
    "integrations",
    "privacy",
    "conversations",
    "accounts",
    "audit",
    "foundation",
]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
}
ONLY_IN = {
    r"group_send\(": set(),  # nobody waits for a round trip per group
    r"groups_send\(": {"conversations/subscribers/live.py", "foundation/channel_layer.py"},
    r"\bEntry\.objects\.(create|bulk_create|get_or_create|update_or_create)\(": {"conversations/actions/changes.py"},
    r"FROM post_messages\(": {"conversations/actions/messages.py"},
    r"\bConversation\.objects\.(create|bulk_create|get_or_create|update_or_create)\(": {
        "conversations/actions/openings.py",
        "demo/seeding/plays.py",  # with ids of its own, so that seeding twice is seeding once
    },
    r"@receiver|post_save|pre_save|m2m_changed": set(),
    r"\.(aget|acreate|asave|afirst|aexists|acount|aupdate|adelete|aiterator)\(": set(),  # the a-ORM has one thread
    r"database_sync_to_async": set(),
    r"ws_conn_token": {"accounts/connection_tokens.py"},
    # What nh3 has cleaned, and what was escaped in the same expression.
    r"mark_safe|\|safe\b|autoescape off": {"demo/markdown.py", "chatplatform/api_pages.py", "foundation/markdown.py"},
}
NAMED_FOR_NOTHING = re.compile(r"(^|/)(utils?|helpers?|common|misc|managers?|services?|base2)\.(py|tsx?)$")
LONGEST = 300
WHOLE_ON_PURPOSE = {"conversations/protocol.py", "chatplatform/settings.py"}  # every command and frame, every setting


@pytest.mark.parametrize("what", ONLY_IN)
def test_it_happens_only_where_it_should(what: str) -> None:
    found = {name for name, source in SOURCES.items() if re.search(what, source)}
    assert found <= ONLY_IN[what]


def test_the_rules_know_places_that_exist() -> None:
    places = {place for places in ONLY_IN.values() for place in places} | WHOLE_ON_PURPOSE
    assert {place for place in places if place not in SOURCES} == set()


def test_files_are_named_for_their_subject_and_not_too_long() -> None:
    front_end = [path for kind in ("*.ts", "*.tsx") for path in (ROOT / "frontend").rglob(kind)]
    names = [*SOURCES, *(str(path.relative_to(ROOT)) for path in front_end)]
    assert [name for name in names if NAMED_FOR_NOTHING.search(name)] == []
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in names if not name.endswith(".d.ts")}
    assert [name for name, length in lengths.items() if length > LONGEST and name not in WHOLE_ON_PURPOSE] == []


def test_front_ends_have_no_html_sink() -> None:
    sinks = re.compile(r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(")
    sources = [path for kind in ("*.ts", "*.tsx") for path in (ROOT / "frontend").rglob(kind)]
    found = [path.name for path in sources if ".test." not in path.name and sinks.search(path.read_text())]
    assert found == []


def test_a_query_of_the_core_without_a_scope_raises() -> None:
    models = list(apps.get_app_config("conversations").get_models())
    assert models
    for model in models:
        found = model._default_manager.all()
        assert isinstance(found, ScopedQuerySet), model
        for evaluate in (list, lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.first()):
            with pytest.raises(Unscoped):
                evaluate(found)


def test_nothing_in_the_repository_is_a_path_of_one_machine() -> None:
    paths = re.compile(r"(^|[\s\"'=(])/(root|home|work)/\w")
    found = [name for name, source in SOURCES.items() if paths.search(source)]
    assert found == []
