"""Publishers are not ordered: a socket itself drops what the AI wrote too late, whatever it hears first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from conversations.late_writes import REMEMBERED, LateWrites

CHUNK = {"name": "chunk", "message_id": "answer", "epoch": 0}
TYPING = {"name": "typing", "message_id": "", "epoch": 0}
TAKEN_OVER = {"name": "conversation_updated", "message_id": "", "epoch": 1}
BENS_WORD = {"name": "new_message", "message_id": "word", "epoch": 1, "role": "assistant"}
CANCELLED = {"name": "reply_cancelled", "message_id": "answer", "epoch": 0}
ANSWERED = {"name": "new_message", "message_id": "answer", "epoch": 0, "role": "assistant"}
PERSON_TYPES = {"name": "typing", "message_id": "", "epoch": -1}


@pytest.mark.parametrize("end", [TAKEN_OVER, BENS_WORD, CANCELLED, ANSWERED], ids=lambda end: str(end["name"]))
def test_no_chunk_passes_after_the_end_of_its_answer_whatever_the_order(end: dict[str, Any]) -> None:
    for order in permutations([0, 1, 2, "end"]):
        writes, passed = LateWrites(), []
        for step in order:
            event = end if step == "end" else CHUNK | {"index": step}
            if tell(writes, event):
                passed.append(step)
        assert passed == list(order[: order.index("end") + 1])


def test_the_assistants_typing_is_dropped_after_a_take_over_and_a_persons_is_not() -> None:
    writes = LateWrites()
    assert tell(writes, TYPING)
    tell(writes, TAKEN_OVER)
    assert not tell(writes, TYPING)
    assert tell(writes, PERSON_TYPES)
    assert tell(writes, TYPING | {"epoch": 1})


def test_another_conversation_is_not_meant() -> None:
    writes = LateWrites()
    tell(writes, TAKEN_OVER)
    assert tell(writes, CHUNK, conversation="other")


def test_the_next_answer_is_shown() -> None:
    writes = LateWrites()
    tell(writes, CANCELLED)
    assert tell(writes, CHUNK | {"message_id": "next"})


def test_an_older_epoch_does_not_bring_the_conversation_back() -> None:
    writes = LateWrites()
    tell(writes, TAKEN_OVER | {"epoch": 5})
    tell(writes, TAKEN_OVER | {"epoch": 3})
    assert not tell(writes, CHUNK | {"epoch": 4})


def test_what_is_told_of_people_always_passes() -> None:
    writes = LateWrites()
    for event in (TAKEN_OVER, BENS_WORD, CANCELLED, {"name": "read", "message_id": "", "epoch": 0}):
        assert tell(writes, event)


def test_it_remembers_a_bounded_number_of_conversations_and_answers() -> None:
    writes = LateWrites()
    for number in range(2 * REMEMBERED):
        tell(writes, TAKEN_OVER, conversation=f"{number}")
        tell(writes, CANCELLED | {"message_id": f"{number}"})
    assert len(writes._epochs) == len(writes._ended) == REMEMBERED
    assert not tell(writes, CHUNK, conversation=f"{2 * REMEMBERED - 1}")


def tell(writes: LateWrites, event: dict[str, Any], conversation: str = "one") -> bool:
    return writes.pass_on({"conversation_id": conversation, **event})
