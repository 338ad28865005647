"""How a website wants its visitors to be answered: what it may cost, how long, and when a person takes over."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.budgets import Budget, budget_of
from assistant.models import AssistantSettings

FREE = Budget()


@dataclass(frozen=True, slots=True)
class Plan:
    """`most_turns` and `longest` (characters): None for no limit."""

    budget: Budget = FREE
    hand_off_words: tuple[str, ...] = ()
    hands_off_unsure: bool = False
    most_turns: int | None = None
    longest: int | None = None
    link_hosts: tuple[str, ...] = ()
    people_first: bool = False
    hand_off_pages: tuple[str, ...] = ()


def plan_for(website_id: int) -> Plan:
    found = AssistantSettings.objects.for_website(website_id).first()
    chosen = found or AssistantSettings(website_id=website_id)
    return Plan(
        budget_of(chosen),
        tuple(chosen.hand_off_words),
        chosen.when_unsure == AssistantSettings.WhenUnsure.HAND_OFF,
        chosen.most_turns,
        chosen.longest_answer,
        tuple(chosen.link_hosts),
        chosen.people_first,
        tuple(chosen.hand_off_pages),
    )
