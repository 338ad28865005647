"""Vectors from a sentence model in ONNX on this machine's disk: what it says of each word, averaged.

A folder as the models of sentence-transformers have it: `model.onnx` (or `onnx/model.onnx`), `tokenizer.json`, and
beside them what says how long a text may be and how its words are pooled. The packages are an optional extra.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.embeddings.base import Embedded, EmbeddingFailed
from assistant.embeddings.vectors import NotAVector, Vector

PACKAGES = ("onnxruntime", "tokenizers")
INSTALL = "pip install -r requirements-embeddings.txt"
MODELS, TOKENIZER = ("model.onnx", "onnx/model.onnx"), "tokenizer.json"
USUAL_LENGTH = 512  # tokens
FED = ("input_ids", "attention_mask", "token_type_ids")


def problem_of(folder: Path) -> str:
    """Why there is no model in this folder that we could ask, or nothing."""
    if not folder.is_dir():
        return f"there is no folder {folder}"
    missing = [TOKENIZER] * (not (folder / TOKENIZER).is_file()) + [MODELS[0]] * (_model_in(folder) is None)
    if missing:
        return f"{folder} has no {' and no '.join(missing)}"
    absent = [package for package in PACKAGES if find_spec(package) is None]
    return f"{' and '.join(absent)} not installed ({INSTALL})" if absent else ""


@cache
def local_model(folder: Path) -> LocalModel:
    """One for this process; it is read from the disk at its first use."""
    return LocalModel(folder)


class LocalModel:
    is_billed = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = ""
        self._opened: _Session | None = None
        self._opening = Lock()

    @property
    def name(self) -> str:
        """With a digest of the model: another one in the same folder is another model."""
        if not self._name:
            self._name = f"{self.folder.resolve().name[:100]}@{_digest(_model_in(self.folder))}"
        return self._name

    async def embed(self, texts: Sequence[str]) -> Embedded:
        return await asyncio.to_thread(self._embed, list(texts))

    async def warm_up(self) -> None:
        """Read it from the disk, so that no question waits for that. What is wrong is said when it is asked."""
        with suppress(EmbeddingFailed):
            await asyncio.to_thread(self._open)

    def _embed(self, texts: list[str]) -> Embedded:
        session = self._open()
        try:
            return Embedded([Vector.of(numbers) for numbers in session.run(texts)])
        except NotAVector:
            raise EmbeddingFailed("the embedding model answered with something that is no vector") from None
        except Exception as error:  # whatever its packages raise of a model that is another kind of model
            raise EmbeddingFailed(f"the embedding model cannot be used: {type(error).__name__}") from error

    def _open(self) -> _Session:
        with self._opening:
            if self._opened is None:
                problem = problem_of(self.folder)
                if problem:
                    raise EmbeddingFailed(f"the embedding model cannot be used: {problem}")
                try:
                    self._opened = _Session(self.folder)
                except Exception as error:  # whatever its packages raise of files that are broken
                    raise EmbeddingFailed(f"the embedding model cannot be used: {type(error).__name__}") from error
            return self._opened


class _Session:
    """The opened model. Several threads may run it at once."""

    def __init__(self, folder: Path) -> None:
        runtime, tokenizers = (import_module(package) for package in PACKAGES)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1  # answers of others come at the same time
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(str(_model_in(folder)), options, providers=["CPUExecutionProvider"])
        self._wanted = [one.name for one in self._session.get_inputs()]
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(_longest(folder))
        self._tokenizer.enable_padding(**_padding(folder))
        self._takes_first = bool(_read(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))

    def run(self, texts: list[str]) -> list[list[float]]:
        encoded = self._tokenizer.encode_batch(texts)
        columns = [[one.ids for one in encoded], [one.attention_mask for one in encoded]]
        columns.append([one.type_ids for one in encoded])
        numbers = import_module("numpy")  # which onnxruntime brings
        fed = {name: numbers.array(column, dtype="int64") for name, column in zip(FED, columns, strict=True)}
        words = self._session.run(None, {name: fed[name] for name in self._wanted})[0]
        pooled = words[:, 0] if self._takes_first else mean_of(words, fed["attention_mask"])
        found: list[list[float]] = (pooled / numbers.linalg.norm(pooled, axis=1, keepdims=True)).tolist()
        return found


def mean_of(words: Any, mask: Any) -> Any:
    """Over the words of each text, without what only fills it up."""
    counted = mask[:, :, None]
    return (words * counted).sum(axis=1) / counted.sum(axis=1).clip(1)


def _model_in(folder: Path) -> Path | None:
    return next((folder / name for name in MODELS if (folder / name).is_file()), None)


def _digest(model: Path | None) -> str:
    if model is None:
        return "missing"
    with model.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _longest(folder: Path) -> int:
    """In tokens, as whoever made the model says."""
    said = [
        _read(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read(folder / "tokenizer_config.json").get("model_max_length"),
        _read(folder / "config.json").get("max_position_embeddings"),
    ]
    return min([USUAL_LENGTH, *(one for one in said if isinstance(one, int) and one > 0)])


def _padding(folder: Path) -> dict[str, Any]:
    """Nothing is read of what fills a text up, but a model may have no word of this number."""
    given = _read(folder / "config.json").get("pad_token_id")
    return {"pad_id": given} if isinstance(given, int) else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
