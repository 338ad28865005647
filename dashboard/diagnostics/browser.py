"""The same way once more, gone by the operator's own browser: through whatever lies between it and us.

The page's script (frontend/manage/diagnostics.ts) goes it, with a probe that it asks for and gives back. What it meets
is told by the one table of advice, which the page carries along: when it is needed, nothing may come through any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, TimestampSigner

from accounts.actors import staff_actor
from accounts.connection_tokens import issue
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.forwarding import ADVICE, made_up_address
from dashboard.diagnostics.probe import make_probe, remove_probe
from dashboard.diagnostics.symptoms import CLOSINGS, REFUSALS, STATUSES
from foundation.db import db

STEPS = {
    "address": "Whose address the server believes",
    "dashboard": "The dashboard's socket connects and is greeted",
    "subscribe": "Its subscription is confirmed",
    "widget": "The widget's socket connects and is greeted",
    "message": "A visitor's message is confirmed",
    "receive": "The dashboard receives it",
}
# What a browser is told less of than a program: why nothing was answered, or no socket opened.
MET = {
    "blocked": Advice.BROWSER_BLOCKED,
    "no_answer": Advice.NO_ANSWER,
    "no_socket": Advice.BROWSER_NO_SOCKET,
    "cut": Advice.CUT,
    "held_back": Advice.HELD_BACK,
    "not_ours": Advice.NOT_OURS,
    "unknown": Advice.UNKNOWN,
}
SIGNER = TimestampSigner(salt="dashboard.diagnostics.browser")
LIFETIME = 3600  # seconds in which it can be given back by its handle; the worker takes it away sooner


@dataclass(frozen=True, slots=True)
class Lent:
    """A probe for a browser: the key of its website for the widget, and the right to one socket of its dashboard."""

    handle: str
    website_key: str
    connection_token: str


async def lend_probe(user_id: int) -> Lent:
    """Raises RedisError while Redis is away; then nothing is left."""
    made = await db(make_probe)
    try:
        actor = await db(staff_actor, made.user_id)
        assert actor is not None, "it has just been made"
        token = await issue(actor)
    except BaseException:
        await db(remove_probe, made.organisation_id)
        raise
    return Lent(SIGNER.sign(f"{made.organisation_id}.{user_id}"), made.website_key, token)


async def take_back(handle: str, user_id: int) -> bool:
    """Whether the handle was one, given to this person. The probe may be gone already."""
    try:
        organisation_id, _, lent_to = SIGNER.unsign(handle, max_age=LIFETIME).partition(".")
    except BadSignature:
        return False
    if lent_to != str(user_id):
        return False
    await db(remove_probe, int(organisation_id))
    return True


def for_the_page() -> dict[str, Any]:
    """All that its script can say, as plain JSON."""
    return {
        "made_up": made_up_address(),
        "advice": {one.name: {"cause": one.cause, "fix": one.fix} for one in Advice},
        "closings": {code: one.name for code, one in CLOSINGS.items()},
        "statuses": {status: one.name for status, one in STATUSES.items()},
        "refusals": {status: one.name for status, one in REFUSALS.items()},
        "verdicts": {verdict: one.name for verdict, one in ADVICE.items()},
        "met": {what: one.name for what, one in MET.items()},
    }
