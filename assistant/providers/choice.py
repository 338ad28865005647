"""Which provider answers for a website: what its owner chose, else what the operator set, else the built-in one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable

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
    """One for this answer."""
    found = AssistantSettings.objects.for_website(website_id).first()
    return provider_chosen_by(found or AssistantSettings(website_id=website_id))


def provider_chosen_by(chosen: AssistantSettings) -> Provider:
    """The operator's key goes to the operator's endpoint only."""
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


def websites_with_model(website_ids: Iterable[int]) -> set[int]:
    """Those for which a model behind an endpoint writes, so that texts can be had from it."""
    wanted = set(website_ids)
    chosen = {
        one.website_id: one.provider
        for one in AssistantSettings.objects.for_system().filter(website__in=wanted).only("website", "provider")
    }
    by_default = Chosen.INSTALLATION
    models = {Chosen.OWN, Chosen.INSTALLATION} if settings.AI_BASE_URL else {Chosen.OWN}
    return {website_id for website_id in wanted if chosen.get(website_id, by_default) in models}


class OutOfOrder:
    """Answers nothing, and says why."""

    name, model = "openai-compatible", ""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Partial("")  # a generator yields, but what is empty is not shown
        raise ProviderFailed(self.reason, begun=False)
