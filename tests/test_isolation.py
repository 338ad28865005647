"""Nobody gets what is not theirs: a walk over every address, command and group, as everybody, against a table.

WRITE_ISOLATION=1 .venv/bin/python -m pytest -n 0 tests/test_isolation.py     writes the table as it went, to be judged
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.contrib.messages import ERROR
from django.core.signing import b64_decode
from django.urls import get_resolver

from tests.cast import Cast
from tests.isolation import table
from tests.isolation.addresses import Address, every_address
from tests.isolation.planting import WITHOUT_TEXT, WORDS, has_text, models_of_ours
from tests.isolation.policies import assert_safe
from tests.isolation.rows import rows_of_acme
from tests.isolation.sockets import GROUPS, heard_in_groups, rows_of_groups, rows_of_sockets, told_by_sockets
from tests.isolation.world import MAY_READ, World, new_world
from tests.servers.stack import Stack

ADDRESSES = every_address()
LETTERS = {401: "l", 403: "-", 404: "0", 405: "x", **dict.fromkeys((400, 409, 413, 415, 422, 429), "!")}
# The admin's pages are the same for every model.
IN_SHORT = [one for one in ADDRESSES if not one.path.startswith("/admin/") or "/accounts/website/" in one.path]
OUTSIDERS = ("nobody", "victor", "dora", "mallory")
# What of Acme's anybody may have: the chat itself, which everybody's page may carry.
PUBLIC = ("/widget/", "/demo/", "/api/v1/widget/config/", "/live-chat/")
found: dict[str, dict[str, str]] = {}


@pytest.fixture
def world(stack: Stack, people_only: Cast) -> World:
    return new_world(stack, people_only)


@pytest.fixture(scope="module", autouse=True)
def written_down() -> Iterator[None]:
    """As it went, if that was asked for."""
    yield
    if table.is_to_be_written():
        rows = {name: "".join(letters.get(actor, "?") for actor in table.ACTORS) for name, letters in found.items()}
        table.write(dict(sorted(rows.items(), key=lambda row: (len(row[0].split()) != 2, row[0].split()[1], row[0]))))


def test_every_address_command_and_group_has_a_row_and_every_row_one_of_them() -> None:
    rows = {one.row for one in ADDRESSES} | rows_of_sockets() | rows_of_groups()
    if not table.is_to_be_written():
        assert set(table.read()) == rows
    asked, actors = len(ADDRESSES), len(table.ACTORS)
    print(f"\n{asked} addresses with a method × {actors} actors = {asked * actors} requests")


@pytest.mark.parametrize("actor", ["victor", "mallory"])
def test_outsiders_may_do_what_the_table_says_and_nothing_else(actor: str, world: World) -> None:
    walk(world, actor, IN_SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("actor", table.ACTORS)
def test_everybody_may_do_what_the_table_says_and_nothing_else(actor: str, world: World) -> None:
    walk(world, actor, ADDRESSES)


def walk(world: World, actor: str, addresses: list[Address]) -> None:
    """Ask for everything in turn, and hold it against the actor's column."""
    before = rows_of_acme(world, actor)
    went: dict[str, str] = {}
    leaks, differing = [], []
    for address in addresses:
        answer = world.ask(actor, address)
        letter = judged(answer)
        if went.setdefault(address.row, letter) != letter:
            differing.append(f"{address}: {letter}")
        leaks += [f"{address}: {word}" for word in words_in(answer) - MAY_READ.get(actor, set())]
        assert_safe(address, answer)
    assert leaks == []
    assert [row for row, letter in went.items() if letter.startswith("5")] == []
    assert differing == [], "one row for several addresses, which differ"
    if actor in OUTSIDERS:
        after = rows_of_acme(world, actor)
        changed = {label: (rows, after[label]) for label, rows in before.items() if rows != after[label]}
        assert changed == {}, "somebody without rights has changed something"
    compare(actor, went)


def test_an_outsiders_answer_to_what_is_acmes_is_a_refusal() -> None:
    """Whatever the table says: this is the rule behind its rows."""
    rows = {} if table.is_to_be_written() else table.read()
    for address in ADDRESSES:
        if (
            rows
            and address.blanks & {"website_id", "conversation_id", "visitor_id"}
            and not address.path.startswith(PUBLIC)
        ):
            letters = dict(zip(table.ACTORS, rows[address.row], strict=True))
            assert {letters[one] for one in ("nobody", "victor", "mallory")} <= set("l-0x"), address


async def test_sockets_take_from_everybody_what_the_table_says(world: World) -> None:
    went = await told_by_sockets(world)
    assert went.leaks == []
    for actor in table.ACTORS:
        compare(actor, {row: letters[actor] for row, letters in went.letters.items()})


@pytest.mark.usefixtures("core")
async def test_each_group_is_heard_by_whom_the_table_says(world: World) -> None:
    heard = await heard_in_groups(world)
    assert len(heard) == len(GROUPS)
    for actor in table.ACTORS:
        compare(actor, {row: "+" if actor in listeners else "-" for row, listeners in heard.items()})


def test_a_word_was_planted_in_every_text_there_is(world: World) -> None:
    """A new model with text is planted by itself, or says what is to stand there (tests/isolation/planting.py)."""
    for model in models_of_ours():
        if model._meta.label not in WITHOUT_TEXT and has_text(model):
            row: Any = model._base_manager.get(pk=world.known[model].pk)
            texts = " ".join(str(getattr(row, field.name)) for field in model._meta.concrete_fields)
            assert any(word in texts for word in WORDS) or model._meta.label in WITHOUT_WORDS, model


WITHOUT_WORDS = {
    "accounts.Organisation",  # its name is public
    "accounts.Availability",  # hours and numbers
    "accounts.Membership",
    "accounts.Picture",  # of a website: anybody may see it
    "widget.VisitorToken",  # a hash
}


def test_a_new_address_without_a_row_would_be_seen() -> None:
    assert len({one.path for one in ADDRESSES}) >= 200
    assert Counter(one.method for one in ADDRESSES)["POST"] >= 150
    assert get_resolver().url_patterns


def judged(answer: httpx2.Response) -> str:
    if answer.status_code in (301, 302, 303):
        return "l" if "/login/" in answer.headers["Location"] else judged_by_message(answer)
    if answer.status_code >= 500:
        return f"{answer.status_code}!"
    return LETTERS.get(answer.status_code, "+")


def judged_by_message(answer: httpx2.Response) -> str:
    """Pages lead on whatever came of it, and say on the next one that it was not done."""
    errors = [text for level, text in messages_of(answer) if level >= ERROR]
    if not errors:
        return "+"
    return "-" if any(text.startswith(("Only an owner", "Only owners")) for text in errors) else "!"


def messages_of(answer: httpx2.Response) -> list[tuple[int, str]]:
    """What Django's cookie holds for the next page: level and text. It is signed, not encrypted."""
    kept = next((one for one in answer.headers.get_list("Set-Cookie") if one.startswith("messages=")), "")
    packed = kept.removeprefix("messages=").partition(";")[0].strip('"').partition(":")[0]
    if not packed:
        return []
    data = b64_decode(packed.lstrip(".").encode())
    told = json.loads(zlib.decompress(data) if packed.startswith(".") else data)
    return [(level, text) for _, _, level, text, *_ in told]


def words_in(answer: httpx2.Response) -> set[str]:
    said = answer.text + str(answer.headers)
    return {word for word in WORDS if word in said}


def compare(actor: str, went: dict[str, str]) -> None:
    for row, letter in went.items():
        found.setdefault(row, {})[actor] = letter
    if table.is_to_be_written():
        return
    place, rows = table.ACTORS.index(actor), table.read()
    expected = {row: rows[row][place] for row in went}
    assert {row: letter for row, letter in went.items() if letter != expected[row]} == {}, f"{actor}: the table differs"


def test_an_address_knows_its_row() -> None:
    assert Address("/admin/accounts/website/add/", "GET").row == "GET /admin/<app>/<model>/add/"
