"""Taking articles in by their slugs: what is there is changed or stays, and nothing is doubled or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import Website
from assistant.exchange.forms import Malformed, Written
from assistant.knowledge.articles import ArticleText, write_article
from assistant.knowledge.vocabulary import lock_words
from assistant.models import Article


@dataclass(slots=True)
class Plan:
    """Slugs."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)


def articles_of(website: Website) -> list[Written]:
    """What was written by hand; what was read from addresses and files is read again there."""
    written = Article.objects.for_website(website.pk).filter(source=None).order_by("slug")
    return [Written.of(one) for one in written]


@transaction.atomic
def import_articles(website: Website, given: Iterable[Written], *, is_dry: bool = False) -> Plan:
    """All of them or none. Raises Malformed where a slug is that of something the worker has read."""
    if not is_dry:
        Website.objects.select_for_update(no_key=True).get(pk=website.pk)  # two imports, one after the other
        lock_words(
            website.pk
        )  # which every article asks for at its end: in the other order they would wait for each other
    known = {one.slug: one for one in Article.objects.for_website(website.pk)}
    plan = Plan()
    wanted = list(given)
    for one in wanted:
        old = known.get(one.slug)
        if old is not None and old.source_id is not None:
            raise Malformed(f"{one.slug}: that is the slug of what was read from a source")
        now = ArticleText(old.slug, old.title, old.body, old.url, old.published, old.kind) if old else None
        (plan.made if now is None else plan.same if now == one.text else plan.changed).append(one.slug)
    if not is_dry:
        to_write = {*plan.made, *plan.changed}
        for one in wanted:
            if one.slug in to_write:
                write_article(website, one.text)
    return plan
