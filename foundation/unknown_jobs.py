"""Jobs that a newer version has made, met by a worker of this one: put off, until a worker that knows them takes them.

During a rolling upgrade both work on one queue, and procrastinate lets a job fail for good whose task it does not know.
"""

from __future__ import annotations

from typing import Any, NoReturn

from procrastinate import App, RetryStrategy
from procrastinate.tasks import Task

LATER = RetryStrategy(max_attempts=100, wait=20)  # seconds; half an hour, in which no newer worker came


class UnknownJob(Exception):
    """No worker of this version can do this."""


class Tasks(dict[str, Any]):
    """The tasks of an app, by name. For any other name it has one that puts off what it is given."""

    def __init__(self, app: App) -> None:
        super().__init__(app.tasks)
        self._app = app

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name) or Task(_put_off, blueprint=self._app, queue="default", name=name, retry=LATER)


async def _put_off(**arguments: Any) -> NoReturn:
    raise UnknownJob
