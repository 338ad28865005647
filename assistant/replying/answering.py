"""One answer from its leave to its record: what it may cost is kept back first, what it cost is written down last."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DatabaseError

from assistant.budgets import BUSY_PAUSES, Budget, Leave, estimated
from assistant.models import Reply
from assistant.providers.base import Outcome, Provider, ProviderFailed, Question, Usage
from assistant.replying.decision import ByRule
from assistant.replying.draft import Draft
from assistant.replying.plan import Plan
from assistant.replying.records import Ending, Job, grow, record_beginning, record_end
from conversations.actions.messages import Post, post_message
from foundation.db import db
from foundation.logs import log
from foundation.metrics import AI_ANSWERS, AI_FIRST, AI_TOKENS, AI_WHOLE

logger = log(__name__)
USED_UP = "the assistant's budget for today is used up"
USED_UP_MIDWAY = "the assistant's budget for today was used up in the middle of its answer"
NOTE = (
    "The assistant has used up its budget for today ({limits}). Until midnight UTC people answer on this website, "
    "unless an owner raises the budget. Visitors are not told."
)


@dataclass(slots=True)
class Answering:
    job: Job
    message_id: UUID
    question: Question
    plan: Plan
    provider: Provider
    draft: Draft = field(init=False)
    may_use: Usage = field(init=False)
    leave: Leave = field(init=False, default_factory=Leave)

    def __post_init__(self) -> None:
        self.draft = Draft(self.job, self.message_id, self.afford, self.plan.longest)
        self.may_use = estimated(self.question, self.plan.longest)

    async def begin(self) -> None:
        """Record it. Where the budget refuses, from here on it is a hand-over. Raises Stale."""
        leave = await self._record()
        for pause in BUSY_PAUSES:
            if leave.refused != "busy":
                break
            await asyncio.sleep(pause)
            leave = await self._record()
        if leave.refused:
            self.provider = ByRule(USED_UP)
            await self._record()
            logger.warning("[AI] no budget", website=self.job.website_id, why=leave.refused)
        if leave.is_news:
            note = NOTE.format(limits=self.plan.budget.limits)
            await post_message(Post(self.job.conversation_id, note, "system", kind="note"))
        self.leave = leave

    async def afford(self, used: Usage) -> None:
        """Keep more back for an answer that takes more than was thought. Raises ProviderFailed if there is no more."""
        if self.leave.covers(used, self.plan.budget):
            return
        try:
            grown = await db(grow, self.job, self.message_id, self.plan.budget, self.leave, used)
        except DatabaseError as error:  # an answer needs no Postgres until it is stored; what it used is counted then
            logger.warning("[AI] nothing more kept back", message=str(self.message_id), error=type(error).__name__)
            return
        if grown is None:
            raise ProviderFailed(USED_UP_MIDWAY, begun=bool(used.output_tokens))
        self.leave = grown

    async def end(
        self, state: Reply.State, outcome: Outcome | None = None, *, failure: str = "", paid: bool = True
    ) -> None:
        """Record how it ended. `paid`: without an outcome it has cost what its length tells."""
        draft = self.draft
        ending = Ending(
            state, outcome, failure, draft.text, draft.used, paid, draft.first_chunk_ms, draft.milliseconds()
        )
        used = await db(record_end, self.job, self.message_id, ending, self._budget, self.may_use)
        if used is not None:
            self._count(ending, used)
        logger.info(
            "[AI] answered" if state is Reply.State.STORED else "[AI] ended",
            conversation=str(self.job.conversation_id),
            message=str(self.message_id),
            state=state.value,
            outcome=outcome.kind if outcome else "",
            first_chunk_ms=ending.first_chunk_ms,
            ms=ending.ended_ms,
        )

    def _count(self, ending: Ending, used: Usage) -> None:
        name, outcome = self.provider.name, ending.outcome
        AI_ANSWERS.labels(provider=name, state=ending.state.value, outcome=outcome.kind if outcome else "").inc()
        AI_WHOLE.labels(provider=name).observe(self.draft.milliseconds() / 1000)
        if ending.first_chunk_ms is not None:
            AI_FIRST.labels(provider=name).observe(ending.first_chunk_ms / 1000)
        AI_TOKENS.labels(direction="input").inc(used.input_tokens or 0)
        AI_TOKENS.labels(direction="output").inc(used.output_tokens or 0)

    async def _record(self) -> Leave:
        return await db(
            record_beginning,
            self.job,
            self.message_id,
            self.provider,
            self.plan.budget,
            self.may_use,
            is_free=self._is_free,
        )

    @property
    def _is_free(self) -> bool:
        return isinstance(self.provider, ByRule)

    @property
    def _budget(self) -> Budget:
        return Budget() if self._is_free else self.plan.budget
