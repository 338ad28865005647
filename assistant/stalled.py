"""Jobs of workers that were killed: nobody would ever finish them, so somebody has to notice."""

from __future__ import annotations

from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from foundation.logs import log

logger = log(__name__)
MOST_ATTEMPTS = 5  # a job that kills its worker each time is given up


async def sweep_stalled(app: App, seconds_without_heartbeat: float = 15) -> int:
    """Give the jobs of workers that show no sign of life to others; how many. To be called every 15 seconds."""
    manager = app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=seconds_without_heartbeat))
    for job in stalled:
        if job.attempts < MOST_ATTEMPTS:
            try:
                await manager.retry_job(job)
            except UniqueViolation:  # another one waits that does what this was to do
                await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
        else:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        logger.warning("[AI] a worker died over a job", job=job.id, task=job.task_name, attempts=job.attempts)
    return len(stalled)
