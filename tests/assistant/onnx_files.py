"""A sentence model small enough to be written by hand: each word's numbers are looked up in a table, no more."""

from __future__ import annotations

import json
import struct
from pathlib import Path

WORDS = ["[PAD]", "[UNK]", "zebras", "equids", "eat", "nourishment", "penguins", "seabirds"]
# By word: what it means, in three numbers. A text filled up with [PAD] would mean something else if that counted.
TABLE = [(9.0, 9.0, 9.0), (0.0, 0.0, 0.1), (1.0, 0.0, 0.0), (0.9, 0.0, 0.1)]
TABLE += [(0.0, 1.0, 0.0), (0.0, 0.9, 0.1), (-1.0, 0.0, 0.0), (-0.9, 0.0, 0.1)]
FLOAT, INT64 = 1, 7  # types of ONNX


def write_model(folder: Path) -> None:
    """`model.onnx` and `tokenizer.json`, as sentence-transformers have them."""
    (folder / "model.onnx").write_bytes(_model())
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer()))


def _model() -> bytes:
    table = struct.pack(f"<{3 * len(TABLE)}f", *[number for row in TABLE for number in row])
    weights = _number(1, len(TABLE)) + _number(1, 3) + _number(2, FLOAT) + _text(8, "table") + _bytes(9, table)
    look_up = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    graph = _bytes(1, look_up) + _text(2, "words") + _bytes(5, weights)
    graph += _bytes(11, _shaped("input_ids", INT64, "texts", "words"))
    graph += _bytes(12, _shaped("last_hidden_state", FLOAT, "texts", "words", "numbers"))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 17))


def _shaped(name: str, kind: int, *axes: str) -> bytes:
    shape = b"".join(_bytes(1, _text(2, axis)) for axis in axes)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, shape)))


def _number(field: int, value: int) -> bytes:
    """As protobuf writes it."""
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, content: str) -> bytes:
    return _bytes(field, content.encode())


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _tokenizer() -> dict[str, object]:
    return {
        "version": "1.0",
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": {word: at for at, word in enumerate(WORDS)}, "unk_token": "[UNK]"},
    }
