"""The values that labels of our metrics can have, as far as they are few."""

from __future__ import annotations

from typing import get_args

from procrastinate.contrib.django import app

from assistant.models import Reply
from assistant.providers.base import Kind
from assistant.providers.builtin.provider import BuiltIn
from assistant.providers.choice import OutOfOrder
from chatplatform.figures import QUEUES
from foundation.limits import LIMITS

KNOWN_VALUES = {
    "job": {"web", "worker"},
    "state": {*Reply.State.values, "idle", "busy", "waiting"},
    "status": {"1xx", "2xx", "3xx", "4xx", "5xx"},
    "outcome": {"granted", "refused", "unavailable", "issued", "consumed", "too_often", *get_args(Kind), ""},
    "result": {"told", "participants_only", "this_process_only", "failed", "done", "cancelled"},
    "queue": set(QUEUES),
    "limit": {limit.name for limit in LIMITS.values()},
    "where": {"commands", "channel_layer"},
    "pool": {"hot", "reads"},
    "audience": {"staff", "visitor"},
    "provider": {BuiltIn.name, OutOfOrder.name},
    "task": set(app.tasks),
}
