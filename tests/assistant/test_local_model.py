"""A sentence model on this machine's disk. What asks it needs onnxruntime and tokenizers, an optional extra."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from assistant.embeddings import asking, index
from assistant.embeddings.asking import with_meaning
from assistant.embeddings.base import EmbeddingFailed
from assistant.embeddings.choice import embedder
from assistant.embeddings.indexing import embed_passages
from assistant.embeddings.local import PACKAGES, LocalModel, problem_of
from assistant.embeddings.standing import standing_of
from assistant.embeddings.vectors import NotAVector, Vector
from assistant.knowledge.articles import ArticleText, write_article
from assistant.providers.base import Question, Turn
from assistant.providers.builtin.provider import found_by
from foundation.db import db
from tests.assistant.onnx_files import write_model
from tests.cast import Cast

has_packages = pytest.mark.skipif(
    not all(map(find_spec, PACKAGES)), reason="the extra is not installed: make test-local-model"
)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_model(tmp_path)
    settings.EMBEDDING_MODEL_DIR = str(tmp_path)
    monkeypatch.setattr(index, "QUEUE", "nobody")
    monkeypatch.setattr(asking, "_rests", {})
    return tmp_path


@has_packages
async def test_a_question_in_other_words_is_answered_without_any_network(cast: Cast, folder: Path) -> None:
    for name, text in (("Zebras", "zebras eat"), ("Penguins", "penguins")):
        await db(write_article, cast.acme, ArticleText(name.lower(), name, text))
    await db(write_article, cast.globex, ArticleText("zebras", "Globex", "zebras eat"))
    await embed_passages(cast.acme.pk)
    standing = await db(standing_of, cast.acme.pk)
    assert standing is not None
    assert (standing.is_complete, standing.dimension) == (True, 3)
    outcome = await found_by(Question(cast.acme, [Turn("visitor", "equids nourishment")]))
    assert (outcome.kind, outcome.text) == ("answer", "zebras eat")


@has_packages
async def test_words_are_averaged_and_what_fills_a_text_up_is_not(folder: Path) -> None:
    alone = (await LocalModel(folder).embed(["zebras"])).vectors[0]
    among_longer = (await LocalModel(folder).embed(["zebras", "zebras eat eat eat penguins"])).vectors
    assert alone.parts.tolist() == [127, 0, 0]
    assert among_longer[0].parts == alone.parts
    assert among_longer[1].parts.tolist() == [0, 127, 0]  # zebras and penguins cancel out


@has_packages
async def test_another_model_in_the_same_folder_is_another_model(folder: Path) -> None:
    name = LocalModel(folder).name
    assert LocalModel(folder).name == name
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes() + b"\x9a\x06\x00")
    assert LocalModel(folder).name != name


@has_packages
@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
async def test_a_broken_model_says_so_and_full_text_search_answers(cast: Cast, folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"broken")
    await db(write_article, cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    await embed_passages(cast.acme.pk)
    standing = await db(standing_of, cast.acme.pk)
    assert standing is not None
    assert standing.error.startswith("the embedding model cannot be used: ")
    outcome = await found_by(Question(cast.acme, [Turn("visitor", "What do zebras eat?")]))
    assert outcome.text == "Zebras eat grass."


async def test_a_folder_without_a_model_is_no_failure_of_the_answer(cast: Cast, folder: Path) -> None:
    (folder / "model.onnx").unlink()
    assert problem_of(folder) == f"{folder} has no model.onnx"
    model = embedder()
    assert model is not None
    with pytest.raises(EmbeddingFailed, match=r"has no model\.onnx"):
        await model.embed(["zebras"])
    await db(write_article, cast.acme, ArticleText("zebras", "Zebras", "Zebras eat grass."))
    await embed_passages(cast.acme.pk)
    asked = await with_meaning(Question(cast.acme, [Turn("visitor", "What do zebras eat?")]))
    assert asked.meant is not None
    assert "has no model.onnx" in asked.meant.why


@pytest.mark.parametrize("numbers", [[], [0.0, 0.0], [1.0, float("nan")], [1.0, float("inf")], [1.0, "a"], [None]])
def test_what_is_no_vector_is_refused(numbers: list[float]) -> None:
    with pytest.raises(NotAVector):
        Vector.of(numbers)


def test_rounding_changes_a_cosine_by_little() -> None:
    one, other = [0.03 * n - 0.4 for n in range(30)], [0.4 - 0.02 * n for n in range(30)]
    exact = sum(a * b for a, b in zip(one, other, strict=True))
    exact /= (sum(a * a for a in one) * sum(b * b for b in other)) ** 0.5
    assert Vector.of(one).cosine(Vector.of(other)) == pytest.approx(exact, abs=0.005)
    stored = Vector.of(one)
    assert Vector.stored(stored.parts.tobytes(), stored.length).cosine(stored) == pytest.approx(1)
    assert stored.signs == "0" * 14 + "1" * 16
