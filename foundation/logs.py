"""Structured logs: one line per thing that happened, never the text of a message, and no secret."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar
from types import MappingProxyType
from typing import Any

import structlog
from structlog.dev import plain_traceback

from foundation.scrubbing import scrubbed

# uvicorn's own lines about requests and sockets show query strings, and with them connection tokens.
QUIET = {
    "uvicorn.access": "WARNING",
    "uvicorn.error": "WARNING",
    "procrastinate": "WARNING",
    "daphne": "WARNING",
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    # With LOG_LEVEL=DEBUG they would show what people write.
    "websockets": "INFO",
    "psycopg": "WARNING",
    "openai": "INFO",
}


def logging_config(form: str, level: str) -> dict[str, Any]:
    """Set up structlog and return the matching `logging` configuration, `form` being "text" or "json"."""
    shared: list[Any] = [
        with_ids,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain_traceback)
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    without_what_nobody_may_read,
                    renderer,
                ],
            }
        },
        "filters": {"no_traceback": {"()": "foundation.logs.NoTraceback"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{name: {"level": quiet} for name, quiet in QUIET.items()},
            "django.security.DisallowedHost": {"filters": ["no_traceback"]},
        },
    }
    logging.config.dictConfig(config)
    return config


Ids = Mapping[str, str]
_ids: ContextVar[Ids] = ContextVar("request, connection or job at work", default=MappingProxyType({}))


@contextmanager
def logged_with(**ids: str) -> Iterator[None]:
    """Every line from here on names these: of this task, of tasks it starts, and of threads that work for it."""
    token = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(token)


def current_ids() -> Ids:
    """What the lines of this moment name; for what is done for many at once."""
    return _ids.get()


def for_nobody() -> Context:
    """For `create_task`: what works for many must not be logged as if it were for who happened to start it."""
    return Context()


def with_ids(logger: Any, method: str, line: dict[str, Any]) -> dict[str, Any]:
    """What the line itself names goes before."""
    return {**line, **{name: value for name, value in _ids.get().items() if name not in line}}


def without_what_nobody_may_read(logger: Any, method: str, line: dict[str, Any]) -> dict[str, Any]:
    """For lines of libraries, too: the last before they are written."""
    cleaned: dict[str, Any] = scrubbed(line)
    return cleaned


class NoTraceback(logging.Filter):
    """For what strangers cause at will, such as requests for hosts that are not ours: a line is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


def log(name: str) -> Any:
    """A logger for a module: `log.info("[WS_SEND] told", conversation=…)`."""
    return structlog.stdlib.get_logger(name)
