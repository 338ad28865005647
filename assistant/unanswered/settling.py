"""What becomes of a question that was not answered: an article, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.models import User, Website
from assistant.knowledge.articles import ArticleText, new_slug, write_article
from assistant.models import Article, Reply, SettledQuestion
from assistant.unanswered.grouping import Group
from audit.recording import record

LONGEST_TITLE = 200


def drafted(group: Group) -> tuple[str, str]:
    """Title and body of an article to be worked on: the question, and what the staff said."""
    others = [one for one in group.wordings if one != group.latest.text]
    also = "Also asked as:\n\n" + "\n".join(f"- {_in_a_line(one)}" for one in others[:10]) if others else ""
    return _in_a_line(group.latest.text)[:LONGEST_TITLE], "\n\n".join(
        part for part in (group.staff_answer, also) if part
    )


def settle_with_article(
    website: Website, reply_ids: Collection[UUID], user: User, title: str, body: str, publish: bool
) -> Article:
    with transaction.atomic():
        text = ArticleText(new_slug(website, title), title, body, published=publish)
        article = write_article(website, text)
        _settle(website, reply_ids, user, article)
    return article


def dismiss(website: Website, reply_ids: Collection[UUID], user: User) -> int:
    """How many were open until now."""
    return _settle(website, reply_ids, user, None)


@transaction.atomic
def _settle(website: Website, reply_ids: Collection[UUID], user: User, article: Article | None) -> int:
    """Replies of other websites are left alone."""
    mine = Reply.objects.for_website(website.pk).filter(pk__in=reply_ids).values_list("pk", flat=True)
    before = SettledQuestion.objects.for_website(website.pk).filter(reply__in=reply_ids).count()
    rows = [SettledQuestion(reply_id=one, website=website, article=article, settled_by=user) for one in mine]
    SettledQuestion.objects.bulk_create(rows, ignore_conflicts=True)
    record("questions.settled", website, count=len(rows), with_article=article is not None)
    return len(rows) - before


def _in_a_line(text: str) -> str:
    return " ".join(text.split())
