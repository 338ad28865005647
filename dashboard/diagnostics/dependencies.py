"""The servers of others that the worker uses: all of them are asked side by side, each for a few seconds at most."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from assistant.models import AssistantSettings
from dashboard.diagnostics.checking import checked
from dashboard.diagnostics.endpoints import MOST, ai, are_embeddings_set, embeddings, endpoints_of
from dashboard.diagnostics.findings import Outcome, Result
from dashboard.diagnostics.mail import email, is_mailbox_set, mailbox
from foundation.db import db

OWN = "own_ai"
OWN_TITLE = "Websites' own AI endpoints"
MOST_NAMED = 5  # websites in the title of an endpoint that many have


async def ask_services() -> list[Result]:
    """Those of the installation; what is no must and not set is left out."""
    checks = [("email", "E-mail", email)]
    checks += [("mailbox", "Mailbox of answers by e-mail", mailbox)] if is_mailbox_set() else []
    checks += [("ai", "AI endpoint", ai)]
    checks += [("embeddings", "Embeddings", embeddings)] if are_embeddings_set() else []
    return await asyncio.gather(*[checked(*one) for one in checks])


async def ask_endpoints_of(websites: Sequence[int]) -> list[Result]:
    """The first few that differ; how many were not tried is said."""
    found = endpoints_of(await db(_own_settings, websites))
    asked = await asyncio.gather(
        *[checked(f"{OWN}_{one.websites[0]}", _title(one.websites), one.check, one.websites) for one in found[:MOST]]
    )
    rest = found[MOST:]
    return [*asked, *([_not_tried(len(rest))] if rest else [])]


def _own_settings(websites: Sequence[int]) -> list[AssistantSettings]:
    return list(AssistantSettings.objects.for_system().filter(website__in=websites).order_by("website"))


def _title(websites: Sequence[int]) -> str:
    named = ", ".join(map(str, websites[:MOST_NAMED]))
    more = f" and {len(websites) - MOST_NAMED} more" if len(websites) > MOST_NAMED else ""
    return f"AI endpoint of website {named}{more}"


def _not_tried(number: int) -> Result:
    why = f"{number} more, for one run asks {MOST} of them; choose a website to have its own asked"
    return Result(f"{OWN}_more", OWN_TITLE, Outcome.NOTICE, None, why)
