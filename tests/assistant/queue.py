"""The queue of jobs as a worker sees it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.conf import settings
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.psycopg_connector import PsycopgConnector

from tests.clients.people import Visitor


async def all_jobs_done(visitor: Visitor) -> None:
    """What the AI would have to say about this conversation, it has said."""
    unfinished = (
        "SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND args->>'conversation_id' = %(id)s"
    )
    async with queue() as jobs:
        for pause in [0.05] * 100:
            if not await jobs.connector.execute_query_all_async(unfinished, id=visitor.conversation_id):
                return
            await asyncio.sleep(pause)
    pytest.fail("a job of this conversation is still not done")


def queue() -> Any:
    """The queue as a worker sees it."""
    jobs: App = app.with_connector(PsycopgConnector(conninfo=settings.DATABASE_URL))
    return jobs.open_async()
