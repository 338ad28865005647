"""Whether questions are matched by meaning, in the words of the page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from assistant.embeddings.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class ShownMeaning:
    """`is_moving` while passages are given to the model, of which there are `done` of `total`."""

    tone: str
    label: str
    detail: str
    done: int
    total: int
    is_moving: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def shown_meaning(website_id: int) -> ShownMeaning | None:
    """None where no model is set: then there is nothing to say about it."""
    standing = standing_of(website_id)
    return _shown(standing) if standing else None


def _shown(standing: Standing) -> ShownMeaning:
    done, total = standing.done, standing.total
    given = f"{done} of {total} passages have been given to the model {standing.model}"
    if not standing.is_complete and standing.error:
        detail = f"{_sentence(standing.error)} {given}; it is tried again by itself."
        return ShownMeaning("bad", "Full-text search answers", detail, done, total, True)
    if not standing.is_complete:
        return ShownMeaning("waiting", "Full-text search answers", f"So far {given}.", done, total, True)
    if standing.asking_error:
        return ShownMeaning(
            "bad", "Full-text search answered last", _sentence(standing.asking_error), done, total, False
        )
    detail = f"Questions are matched by meaning, with the model {standing.model}."
    return ShownMeaning("good", "By meaning", detail, done, total, False)


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
