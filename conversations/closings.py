"""How a socket ends: a code that browsers can see, and the word for it in the error frame that comes before."""

from __future__ import annotations


class Closed(Exception):
    """This socket ends with a code that the client sees; `reason` is the `code` of its error frame."""

    def __init__(self, code: int, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.reason, self.detail = code, reason, detail


class Disconnected(Exception):
    """The client has gone."""


NOT_AUTHENTICATED = (4001, "not_authenticated", "The connection token is missing, expired or used.")
LOGGED_OUT = (4001, "not_authenticated", "The log-in by which this was opened has ended.")
NOT_ALLOWED = (4003, "forbidden", "You may not open this.")
NO_SECOND_FACTOR = (4003, "second_factor_required", "Set up two-factor log-in first: your organisation requires it.")
NO_SIGN_OF_LIFE = (4008, "timeout", "Nothing was heard from you for too long.")
TOO_SLOW = (4008, "too_slow", "You read too slowly; connect again and resume.")
TOO_LARGE = (4009, "too_large", "A frame may have at most 64 KiB.")
RESTARTING = (4012, "restarting", "The server is busy coming back. Connect again in a moment.")
TOO_OFTEN = (4029, "too_many", "Too many sockets were opened from your address. Wait a minute.")
TOO_MANY = (4029, "too_many", "Too many sockets are open from your address.")
