"""Frames for the sockets: commands as the protocol has them, the same with something broken, and plain nonsense."""

from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel

from conversations.protocol import MAX_CONTENT, MAX_FRAME

Frame = str | bytes
# Without lone surrogates: a text frame is UTF-8. As escapes in JSON they come in by `ODD`.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),  # with NaN and infinities, which are no JSON, but Python writes them
    TEXTS,
    st.sampled_from(["\ud83d", "a\x00b", "x" * (MAX_CONTENT + 1), "__class__", "new_message", "-1", "1e999"]),
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5
)
DEEP = st.sampled_from(["[", '{"type":', '{"content":[', "[[{"]).flatmap(
    lambda piece: st.integers(1, MAX_FRAME // len(piece) - 1).map(lambda times: piece * times)
)
HUGE = st.integers(1, 4000).map(lambda digits: '{"type": "resume", "after": ' + "9" * digits + "}")


def values(ids: list[str]) -> dict[str, SearchStrategy[Any]]:
    """For each field of a command; `ids` are conversations of one's own, of others, and such as do not exist."""
    return {
        "client_id": st.uuids().map(str),
        "conversation_id": st.sampled_from(ids) | st.uuids().map(str),
        "content": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200),
        "attachments": st.lists(st.uuids().map(str), max_size=2),
        "draft": TEXTS | st.none(),
        "is_typing": st.booleans(),
        "note": st.booleans(),
        "rev": st.integers(0, 2**31 - 1),
        "after": st.integers(0, 2**31 - 1),
        "channel": st.just("chat_updates"),
    }


@st.composite
def valid(draw: st.DrawFn, forms: list[type[BaseModel]], ids: list[str]) -> dict[str, Any]:
    form, known = draw(st.sampled_from(forms)), values(ids)
    command = {"type": form.model_fields["type"].default}
    for name, field in form.model_fields.items():
        if name != "type" and (field.is_required() or draw(st.booleans())):
            command[name] = draw(known[name])
    return command


@st.composite
def broken(draw: st.DrawFn, forms: list[type[BaseModel]], ids: list[str]) -> dict[str, Any]:
    """One thing too much, too little, or of another kind."""
    command = draw(valid(forms, ids))
    name = draw(st.sampled_from(sorted(command)))
    match draw(st.sampled_from(["without", "other", "more", "twice"])):
        case "without":
            del command[name]
        case "other":
            command[name] = draw(ANYTHING)
        case "more":
            command[draw(TEXTS)] = draw(ANYTHING)
        case "twice":
            command[name] = [command[name], command[name]]
    return command


@st.composite
def cut(draw: st.DrawFn, commands: SearchStrategy[dict[str, Any]]) -> str:
    """The text of a command with a piece lost, doubled or put in."""
    text = as_text(draw(commands))
    begin, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    return text[:begin] + draw(st.sampled_from(["", text[begin:end] * 2]) | TEXTS) + text[end:]


def frames(forms: list[type[BaseModel]], ids: list[str]) -> SearchStrategy[Frame]:
    good, bad = valid(forms, ids), broken(forms, ids)
    found = st.one_of(
        good.map(as_text),
        bad.map(as_text),
        cut(good | bad),
        ANYTHING.map(as_text),
        st.text(st.characters(codec="utf-8"), max_size=200),
        st.binary(max_size=200),
        good.map(lambda command: as_text(command).encode()),
        DEEP,
        HUGE,
    ).filter(lambda frame: len(frame if isinstance(frame, bytes) else frame.encode()) <= MAX_FRAME)
    return cast("SearchStrategy[Frame]", found)


def as_text(value: Any) -> str:
    """In ASCII, so that a lone surrogate travels as an escape."""
    return json.dumps(value)
