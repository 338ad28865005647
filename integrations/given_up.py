"""Jobs that were given up are begun again: a mail server that is away for an evening costs nobody a mail.

A job's own retries end after about an hour. A worker of an earlier release gives up at once what it does not know, and
one that was killed too often over a job does, too. Answers of the assistant are no such jobs: an hour later nobody
wants them, and `assistant.replying.abandoned` ends them in its own way. Nor are exports: who waits for one sees that
it failed, and asks for another.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from foundation.db import db
from foundation.logs import log

logger = log(__name__)
PAUSE = timedelta(minutes=15)  # since it failed last
FOR = timedelta(days=3)  # since it was first to be done
AT_ONCE = 100
# Of two that may not wait together, the one that waits already does what the other was to do.
GIVEN_UP = """
SELECT job.id FROM procrastinate_jobs job
WHERE job.status = 'failed' AND job.queue_name IN ('default', 'webhooks') AND job.task_name NOT LIKE 'assistant.%%'
  AND job.task_name <> 'privacy.export'
  AND EXISTS (SELECT 1 FROM procrastinate_events event
              WHERE event.job_id = job.id AND event.type = 'deferred' AND event.at > %(since)s)
  AND NOT EXISTS (SELECT 1 FROM procrastinate_events event
                  WHERE event.job_id = job.id AND event.type = 'failed' AND event.at > %(rested)s)
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other
                  WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo')
ORDER BY job.id LIMIT %(most)s FOR UPDATE OF job SKIP LOCKED
"""


async def bring_back_given_up() -> int:
    """For the worker, every so often; how many."""
    return await db(_bring_back)


@transaction.atomic
def _bring_back() -> int:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, {"since": now - FOR, "rested": now - PAUSE, "most": AT_ONCE})
        found = [job_id for (job_id,) in cursor.fetchall()]
    brought = [job_id for job_id in found if _begin_again(job_id)]
    if brought:
        logger.warning("[JOB] begun again", count=len(brought), first=brought[0])
    return len(brought)


def _begin_again(job_id: int) -> bool:
    """False: another one came to wait in its place meanwhile."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    except IntegrityError:
        return False
    return True
