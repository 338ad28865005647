"""The demo's articles as a website's knowledge, and the questions that were written for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from demo.content import pages
from tests.cast import new_website

QUESTIONS = Path(__file__).parent / "questions.txt"
REFUSED = {"elsewhere", "missing"}


@dataclass(frozen=True)
class Asked:
    """`answers` are slugs of articles, or why there is none."""

    text: str
    answers: set[str]

    @property
    def is_covered(self) -> bool:
        return not self.answers & REFUSED


def website_that_knows(folder: str) -> Website:
    website = new_website(folder.title())
    for page in pages(folder, "articles").values():
        body = f"{page.facts['summary']}\n\n{page.body}"
        write_article(website, ArticleText(page.slug, page.title, body, f"https://{folder}.test/{page.slug}"))
    return website


def slug_of(url: str) -> str:
    return url.rpartition("/")[2]


def questions() -> list[Asked]:
    lines = [line for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if "|" in line]
    asked = [line.partition("|") for line in lines if not line.startswith("#")]
    return [Asked(text.strip(), set(head.split())) for head, _, text in asked]


def website_with_passwords() -> Website:
    """Quickly made: with one article."""
    website = new_website("Acme")
    body = "Forgotten your password? The log-in page has a link with which you choose a new one."
    write_article(website, ArticleText("password", "Your password", body, "https://acme.test/password"))
    return website
