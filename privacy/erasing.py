"""Taking conversations away with all that was ever made of them. One transaction, the caller's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.kept_answers import forget_concerning
from assistant.models import Article, SettledQuestion
from audit.models import forget_targets
from conversations.models import Attachment, Conversation, SearchProgress, Visitor

# What a receipt says of each table; what has no name of its own is among "others".
NAMES = {
    "conversations.Conversation": "conversations",
    "conversations.Entry": "entries",
    "conversations.EntryWords": "search_words",
    "conversations.Mention": "mentions",
    "conversations.Visitor": "visitors",
    "assistant.Reply": "assistant_answers",
    "assistant.Thumb": "thumbs",
    "assistant.Article": "drafts",
    "widget.VisitorToken": "tokens",
    "dashboard.ConversationFacts": "report_rows",
}
# The name of the address a transcript goes to stands in a job until it is done; a job that runs now keeps its ids only.
DROP_JOBS = """
WITH gone AS (
    DELETE FROM procrastinate_jobs
    WHERE status <> 'doing' AND args::text LIKE ANY (%(patterns)s) AND NOT EXISTS (
        SELECT 1 FROM procrastinate_periodic_defers periodic WHERE periodic.job_id = procrastinate_jobs.id
    )
    RETURNING 1
), bared AS (
    UPDATE procrastinate_jobs SET args = args - 'email' WHERE status = 'doing' AND args::text LIKE ANY (%(patterns)s)
)
SELECT count(*) FROM gone
"""


def erase_conversations(conversation_ids: Collection[UUID]) -> Counter[str]:
    """How much of what went. The files go after the commit: see `conversations.actions.attachments.remove_files`."""
    counts: Counter[str] = Counter()
    if not conversation_ids:
        return counts
    _keep_indexers_out()
    held = Conversation.objects.for_system().select_for_update(of=("self",)).filter(pk__in=conversation_ids)
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    counts += _erase_drafts(ids)
    counts["files"] += _let_go_of_files(Attachment.objects.for_system().filter(conversation__in=ids))
    counts += delete(Conversation.objects.for_system().filter(pk__in=ids))
    drop_traces(ids, counts)
    return counts


def _erase_drafts(conversation_ids: list[UUID]) -> Counter[str]:
    """Articles begun from a question in them and published to nobody: they quote it. A published one is the owner's."""
    settled = SettledQuestion.objects.for_system().filter(reply__conversation__in=conversation_ids)
    drafts = Article.objects.for_system().filter(published=False, pk__in=settled.values("article"))
    ids = list(drafts.values_list("pk", flat=True))
    # The log calls an article by its title, which was the question.
    forget_targets(list(settled.exclude(article=None).values_list("article", flat=True)))
    return delete(Article.objects.for_system().filter(pk__in=ids)) if ids else Counter()


def erase_visitors(visitor_ids: Collection[UUID]) -> Counter[str]:
    """Who has no conversation any more; with their tokens."""
    counts = delete(Visitor.objects.for_system().filter(pk__in=visitor_ids))
    drop_traces(visitor_ids, counts)
    return counts


def delete(rows: QuerySet) -> Counter[str]:  # type: ignore[type-arg]  # of any model
    """With all that hangs on them, in the layers above as well: Django knows who points at whom."""
    _, found = rows.delete()
    counts: Counter[str] = Counter()
    for label, number in found.items():
        counts[NAMES.get(label, "others")] += number
    return counts


def drop_traces(ids: Collection[UUID], counts: Counter[str]) -> None:
    """Jobs that wait or have failed, answers that were kept, and what the operators' admin noted of it."""
    texts = [str(one) for one in ids]
    if not texts:
        return
    with connection.cursor() as cursor:
        cursor.execute(DROP_JOBS, {"patterns": [f'%"{text}"%' for text in texts]})
        counts["jobs"] += cursor.fetchone()[0]
    counts["kept_answers"] += forget_concerning(ids)
    LogEntry.objects.filter(object_id__in=texts).delete()
    forget_targets(texts)


def _keep_indexers_out() -> None:
    """A round that has read an entry could write its words after us. It holds this row, and skips where we do."""
    list(SearchProgress.objects.for_system().select_for_update())


def _let_go_of_files(files: QuerySet[Attachment]) -> int:
    """The row stays until its file is gone, without the name; it is due now, and belongs to nothing."""
    return files.update(name="", entry=None, conversation=None, author=None, keep_until=timezone.now())
