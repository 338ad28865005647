"""Which provider answers for a website: what its owner chose, else what the operator set, else the built-in one."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from django.conf import settings

from assistant.models import AssistantSettings
from assistant.providers.base import Outcome, Partial, Provider, ProviderFailed, Question
from assistant.providers.builtin import BuiltIn
from assistant.providers.compatible import Compatible
from assistant.providers.compatible.endpoint import Endpoint
from assistant.providers.compatible.prompt import Manner
from foundation.encryption import Unreadable

Chosen = AssistantSettings.Provider


def provider_for(website_id: int) -> Provider:
    """One for this answer. The operator's key goes to the operator's endpoint only."""
    found = AssistantSettings.objects.for_website(website_id).first()
    chosen = found or AssistantSettings(website_id=website_id)
    manner = Manner(chosen.tone, chosen.rules, chosen.longest_answer)
    if chosen.provider == Chosen.OWN:
        try:
            key = chosen.key()
        except Unreadable:
            return OutOfOrder("the key of the AI endpoint can no longer be read; it has to be entered again")
        public_only = not settings.AI_PRIVATE_ADDRESSES
        return Compatible(Endpoint(chosen.base_url, chosen.model, key, public_only), manner)
    if chosen.provider == Chosen.INSTALLATION and settings.AI_BASE_URL:
        endpoint = Endpoint(settings.AI_BASE_URL, settings.AI_MODEL, settings.AI_API_KEY, public_only=False)
        return Compatible(endpoint, manner)
    return BuiltIn()


class OutOfOrder:
    """Answers nothing, and says why."""

    name, model = "openai-compatible", ""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("")  # a generator yields, but what is empty is not shown
        raise ProviderFailed(self.reason, begun=False)
