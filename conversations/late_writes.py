"""Drops what the AI wrote too late. Publishers are not ordered, so a socket must know which answers have ended."""

from __future__ import annotations

from typing import Any

REMEMBERED = 256


class LateWrites:
    """What one socket knows: the epoch of each conversation it heard of, and the answers that came or were cancelled.

    Chunks and typing of the AI carry the epoch it started from; typing of people carries -1.
    """

    def __init__(self) -> None:
        self._epochs: dict[str, int] = {}
        self._ended: dict[str, None] = {}

    def pass_on(self, event: dict[str, Any]) -> bool:
        """Whether this event may still be shown; also learns from it."""
        conversation, epoch, name = event["conversation_id"], event["epoch"], event["name"]
        if name in ("chunk", "typing"):
            late = 0 <= epoch < self._epochs.get(conversation, 0)
            return not late and event["message_id"] not in self._ended
        if name in ("new_message", "conversation_updated"):
            self.reached(conversation, epoch)
        if name == "reply_cancelled" or event.get("role") == "assistant":
            self._end(event["message_id"])
        return True

    def reached(self, conversation: str, epoch: int) -> None:
        """The conversation is at least at this epoch: AI writes of older ones are late."""
        if epoch > self._epochs.get(conversation, 0):
            self._epochs.pop(conversation, None)
            self._epochs[conversation] = epoch
            if len(self._epochs) > REMEMBERED:
                del self._epochs[next(iter(self._epochs))]

    def _end(self, message_id: str) -> None:
        self._ended[message_id] = None
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]
