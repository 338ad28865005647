"""The websites that are asked, and the questions that each is asked."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Organisation, Website
from assistant.evaluation.questions import Asked, read_questions
from assistant.evaluation.trials import Tried, try_out
from assistant.evaluation.vectors import embed_now
from assistant.knowledge.articles import ArticleText, write_article
from demo.content import pages

QUESTIONS = Path(__file__).parent.parent / "questions"
LANGUAGES = {"acme": "en", "globex": "en", "acme-german": "de"}  # by folder of the content


def questions_of(folder: str) -> list[Asked]:
    return read_questions(QUESTIONS / f"{folder}.csv")


def make_website(folder: str) -> Website:
    """A new one that knows the folder's articles as the demo's own websites do, and nothing else."""
    website = Website.objects.create(
        organisation=Organisation.objects.create(name=f"Evaluation of {folder}"),
        name=folder,
        language=LANGUAGES[folder],
    )
    for page in pages(folder, "articles").values():
        body = f"{page.facts['summary']}\n\n{page.body}"
        write_article(website, ArticleText(page.slug, page.title, body, f"https://{folder}.test/{page.slug}"))
    return website


def try_out_all() -> list[Tried]:
    """Every question asked of a new website that knows its articles, by full-text search."""
    return [one for folder in LANGUAGES for one in try_out(make_website(folder), questions_of(folder))]


def try_out_all_by_meaning() -> list[Tried]:
    """The same by the embedding model that is set. Raises NoVectors or NotByMeaning."""
    return [one for folder in LANGUAGES for one in try_out(_embedded(folder), questions_of(folder), by_meaning=True)]


def _embedded(folder: str) -> Website:
    website = make_website(folder)
    embed_now(website)
    return website
