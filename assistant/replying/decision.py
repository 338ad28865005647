"""Who answers a question, and how: decided in one place, for visitors and for those who try out what a visitor gets."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from assistant.providers.base import Outcome, Partial, Provider, Question
from assistant.replying.plan import Plan
from assistant.replying.rules import Situation, reason_if_unsure, reason_to_hand_off


class ByRule:
    """Hands over, whatever was asked. Costs nothing."""

    name, model = "rules", ""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        yield Outcome("hand_off", reason=self.reason)


@dataclass(frozen=True, slots=True)
class Decision:
    """`question` knows what the owner wishes. `reason`: why a person takes over before anybody is asked, if so."""

    question: Question
    provider: Provider
    reason: str = ""


def decide(plan: Plan, provider: Provider, question: Question, situation: Situation) -> Decision:
    reason = reason_to_hand_off(plan, question, situation)
    asked = replace(question, if_unsure=reason_if_unsure(plan, situation), link_hosts=plan.link_hosts)
    return Decision(asked, ByRule(reason) if reason else provider, reason)
