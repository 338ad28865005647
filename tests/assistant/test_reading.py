"""A model's answer read while it comes: by its tool, by a word, or as nothing but text."""

from __future__ import annotations

import pytest

from assistant.providers.base import ProviderFailed
from assistant.providers.compatible.events import Event
from assistant.providers.compatible.reading import Reading, Said


def written(*pieces: str, ended: bool = False) -> Said:
    return read([{"content": piece} for piece in pieces], ended)


def called(*pieces: str, ended: bool = False) -> Said:
    return read([{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces], ended)


def read(deltas: list[dict[str, object]], ended: bool) -> Said:
    reading = Reading()
    for delta in deltas:
        reading.take(Event.model_validate({"choices": [{"delta": delta}]}))
    if ended:
        reading.take(Event(last=True))
    return reading.said()


@pytest.mark.parametrize(
    "begun",
    [
        "",
        " ",
        "A",
        "ANS",
        "ANSWER",
        "ANSWER\n",
        "**NO_",
        "HAND",
        "HAND_OFF\n",
        "<",
        "<think>hm",
        "{",
        '{"outcome": "ans',
    ],
)
def test_nothing_is_shown_before_it_is_known_what_it_will_be(begun: str) -> None:
    assert written(*begun).text == ""


@pytest.mark.parametrize("begun", ["", "{", '{"outcome": "hand', '{"text": "Hello', '{"outcome": "', '{"reason": "x"'])
def test_nor_of_a_tool_call(begun: str) -> None:
    assert called(*begun) == Said()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ANSWER\nIt is free.", Said("answer", "It is free.")),
        ("**ANSWER**\n\nIt is free.", Said("answer", "It is free.")),
        ("ASK: Which one?", Said("ask", "Which one?")),
        ("NO_ANSWER", Said("no_answer")),
        ("NOANSWER\nSorry.", Said("no_answer", "Sorry.")),
        ("HAND_OFF\nwants a refund", Said("hand_off", reason="wants a refund")),
        ("HANDOFF wants a refund", Said("hand_off", reason="wants a refund")),
        ("It is free.", Said("answer", "It is free.")),
        ("ANSWERS are free.", Said("answer", "ANSWERS are free.")),
        ("<think>HAND_OFF?</think>ASK\nWhich?", Said("ask", "Which?")),
        ('{"outcome": "ask", "text": "Which?"}', Said("ask", "Which?")),
        ('```json\n{"name": "reply", "arguments": {"outcome": "ask", "text": "Which?"}}\n```', Said("ask", "Which?")),
        ("{{name}} is replaced", Said("answer", "{{name}} is replaced")),
        ("```\ncode\n```", Said("answer", "```\ncode\n```")),
    ],
)
def test_what_is_written_whole(text: str, said: Said) -> None:
    assert written(text, ended=True) == said
    assert written(*text, ended=True) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"outcome": "answer", "sources": [1, 2], "text": "Free."}', Said("answer", "Free.", sources=(1, 2))),
        ('{"text": "Free."}', Said("answer", "Free.")),
        ('{"outcome": "maybe", "text": "Free."}', Said("answer", "Free.")),
        ('{"outcome": "answer", "sources": "1", "reason": 7, "text": "Free."}', Said("answer", "Free.")),
        ('{"outcome": "hand_off"}', Said("hand_off")),
    ],
)
def test_what_is_called_whole(text: str, said: Said) -> None:
    assert called(*text, ended=True) == said


def test_a_text_grows_as_its_call_does() -> None:
    assert called('{"outcome": "answer", "text": "It is') == Said("answer", "It is")
    assert called('{"outcome": "answer", "text": "It is \\n') == Said("answer", "It is \n")


@pytest.mark.parametrize("text", ["[]", "7", '{"outcome": "maybe"}', '{"outcome": "answer", ', "nonsense"])
def test_what_makes_no_sense_is_no_answer(text: str) -> None:
    with pytest.raises(ProviderFailed):
        called(text, ended=True)


def test_text_beside_the_call_is_its_text() -> None:
    both: list[dict[str, object]] = [
        {"content": "It is free."},
        {"tool_calls": [{"function": {"arguments": {"outcome": "answer"}}}]},
    ]
    assert read(both, ended=True) == Said("answer", "It is free.")


def test_only_the_first_of_several_calls_counts() -> None:
    calls = [{"index": at, "function": {"arguments": {"outcome": kind}}} for at, kind in enumerate(["ask", "hand_off"])]
    assert read([{"tool_calls": calls}], ended=True).kind == "ask"
