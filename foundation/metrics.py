"""What this process counts of itself; `/metrics` shows it in the form of Prometheus.

Every metric is made here or in `chatplatform/figures.py`, and docs/operators/metrics.md lists them from there. Nothing
in a label names a person, a website or a conversation.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("chatplatform_messages", "Entries that were stored, by who says them.", ["type"])
SOCKETS = Gauge("chatplatform_open_sockets", "Open sockets, by whose they are.", ["kind"], multiprocess_mode="livesum")
CLOSED = Counter("chatplatform_sockets_closed", "Sockets that the server closed, by close code.", ["kind", "code"])
DELIVERY = Histogram(
    "chatplatform_delivery_seconds",
    "From a message's commit until one web process has written it to its sockets; observed once per process.",
    ["audience"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
BROADCASTS = Counter(
    "chatplatform_broadcasts",
    "Live events, by how far they were told: `told`, `participants_only`, `this_process_only` or `failed`.",
    ["result"],
)
RESUMED = Histogram(
    "chatplatform_resumed_entries",
    "How many entries a client that was away has fetched at once.",
    ["kind"],
    buckets=(0, 1, 2, 5, 10, 20, 50, 100, 200),
)
TOKENS = Counter(
    "chatplatform_connection_tokens",
    "Tokens for sockets: `issued`, `consumed`, `refused` (unknown, used, expired), `too_often` or `unavailable`.",
    ["outcome"],
)
REFUSED = Counter(
    "chatplatform_sockets_refused", "Sockets that were not let in, by the reason they were told.", ["reason"]
)
RATE_LIMITED = Counter(
    "chatplatform_rate_limited",
    "How often a limit was asked, by what it said.",
    ["limit", "outcome"],
)
REQUESTS = Histogram(
    "chatplatform_request_seconds",
    "Requests by HTTP, by method and first figure of the answer's status.",
    ["method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
AI_ANSWERS = Counter(
    "chatplatform_ai_answers",
    "Answers of the assistant that were begun, by provider, state and outcome (empty where none came).",
    ["provider", "state", "outcome"],
)
AI_FIRST = Histogram(
    "chatplatform_ai_first_chunk_seconds",
    "Until the first words of an answer.",
    ["provider"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
AI_WHOLE = Histogram(
    "chatplatform_ai_answer_seconds",
    "Until an answer was whole, or had failed.",
    ["provider"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 90),
)
AI_TOKENS = Counter("chatplatform_ai_tokens", "Tokens that endpoints have counted or were estimated.", ["direction"])
JOBS_DONE = Histogram(
    "chatplatform_job_seconds",
    "Jobs of the worker, by how they ended: `done`, `failed` (it may be tried again) or `cancelled`.",
    ["task", "result"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300),
)
DATABASE = Gauge(
    "chatplatform_database_connections",
    "Connections to Postgres by pool (`hot`: storing messages, `reads`: all else) and state; `waiting`: who has none.",
    ["pool", "state"],
    multiprocess_mode="livesum",
)
REDIS_ERRORS = Counter(
    "chatplatform_redis_errors", "Calls of Redis that failed after their retries, by host.", ["where", "host"]
)
REDIS_AWAY = Gauge(
    "chatplatform_redis_away",
    "1 while the last call of a Redis host has failed: `commands` (tokens, limits, presence) or `channel_layer`.",
    ["where", "host"],
    multiprocess_mode="livemax",
)
RETENTION_FAILED = Counter(
    "chatplatform_retention_failed",
    "How often a website's old conversations could not be deleted; it is tried again in the next round.",
)


@cache
def limit_outcome(limit: str, outcome: str) -> Counter:
    """The counter of one outcome: `granted`, `refused`, or `unavailable` where the limit is closed without Redis."""
    return RATE_LIMITED.labels(limit=limit, outcome=outcome)


@cache
def messages_of(kind: str, role: str, is_manual: bool) -> Counter:
    """The counter of one type of entry: visitor, staff, assistant, system, note or activity."""
    spoken = {"user": "visitor", "assistant": "staff" if is_manual else "assistant"}.get(role, "system")
    return MESSAGES.labels(type=spoken if kind == "message" else kind)


@cache
def redis_error_at(where: str, host: str) -> Counter:
    """Where it failed: `channel_layer`, or `commands` for tokens, limits and presence."""
    return REDIS_ERRORS.labels(where=where, host=host)


@cache
def redis_is_away(where: str, host: str) -> Gauge:
    return REDIS_AWAY.labels(where=where, host=host)


@cache
def delivery_to(audience: str) -> Histogram:
    return DELIVERY.labels(audience=audience)
