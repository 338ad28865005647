"""One refusal per reason. Sockets turn it into `rejected`, REST into an error answer; nothing else decides."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

Code = Literal["invalid", "forbidden", "not_found", "rate_limited", "too_long", "conflict", "unavailable", "stale"]


class Refusal(Exception):
    """What was asked for will not be done. `detail` is for people; `retry_after` in seconds."""

    code: Code = "invalid"

    def __init__(self, detail: str, *, retry_after: float | None = None, conversation_id: UUID | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.conversation_id = conversation_id


class Invalid(Refusal):
    code = "invalid"


class TooLong(Refusal):
    code = "too_long"


class Forbidden(Refusal):
    code = "forbidden"


class NotFound(Refusal):
    """There is none, or it is another tenant's: the answer is the same."""

    code = "not_found"

    def __init__(self, what: str = "conversation") -> None:
        super().__init__(f"There is no such {what}.")


class RateLimited(Refusal):
    code = "rate_limited"

    def __init__(self, retry_after: float) -> None:
        super().__init__("That was too fast. Try again in a moment.", retry_after=round(retry_after, 2))


class Conflict(Refusal):
    """The visitor has another open conversation: `conversation_id`."""

    code = "conflict"

    def __init__(self, conversation_id: UUID | None) -> None:
        other = f"Another conversation is open: {conversation_id}"
        super().__init__(other if conversation_id else "This client_id is taken.", conversation_id=conversation_id)


class AssistantOff(Refusal):
    """The assistant is switched off on this website, so it cannot be given a conversation."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__("The assistant is switched off on this website.")


class WebhookOff(Refusal):
    """Nothing is sent to a webhook that is switched off or paused, so nothing is sent to it again."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__("This webhook is switched off. Switch it on, then send it once more.")


class LastOwner(Refusal):
    """An organisation is never without an owner."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__("An organisation needs an owner: make somebody else its owner first.")


class Stale(Refusal):
    """An AI write that came too late: a person took over, or the answer was stopped or superseded."""

    code = "stale"

    def __init__(self) -> None:
        super().__init__("This answer is no longer wanted.")


class Unavailable(Refusal):
    code = "unavailable"

    def __init__(self) -> None:
        super().__init__("That does not work right now. Try again in a moment.", retry_after=2)
