"""A large website: thousands of articles that look like the demo's, and say the same sentences about other things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Passage
from demo.content import pages

PARTS, SENTENCES = 4, 5  # headed parts of an article, and sentences of each
SYLLABLES = (
    "ba", "cor", "del", "fin", "gra", "hel", "jor", "kem", "lun", "mor", "nis", "pol", "quar", "rik", "tam", "vel",
)  # fmt: skip
SENTENCE = re.compile(r"(?<=[.!?])\s+")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def fill(website: Website, passages: int) -> None:
    """Write articles until the website has at least this many passages. Always the same ones."""
    random = Random(5)
    sentences, headings = _material("acme", "globex")
    for number in range(passages):
        if number % 50 == 0 and Passage.objects.for_website(website.pk).count() >= passages:
            return
        write_article(website, _article(random, number, sentences, headings))


def _article(random: Random, number: int, sentences: list[str], headings: list[str]) -> ArticleText:
    model = "".join(random.choices(SYLLABLES, k=3)).title()
    parts = [
        f"## {random.choice(headings)}\n\nFor the {model} {number}: {' '.join(random.sample(sentences, SENTENCES))}"
        for _ in range(PARTS)
    ]
    title = f"{model} {number}: {random.choice(headings)}"
    return ArticleText(f"filler-{number}", title, "\n\n".join(parts), f"https://filler.test/{number}")


def _material(*folders: str) -> tuple[list[str], list[str]]:
    """All sentences and all headings of the folders' articles."""
    bodies = [page.body for folder in folders for page in pages(folder, "articles").values()]
    return [one for body in bodies for one in _sentences(body)], [
        one for body in bodies for one in HEADING.findall(body)
    ]


def _sentences(body: str) -> Iterator[str]:
    plain = [line for line in body.splitlines() if line and not line.startswith(("#", "-", "`", "<"))]
    return (sentence for line in plain for sentence in SENTENCE.split(line))
