"""Every `code` with which REST and sockets refuse, and what a program makes of it.

docs/reference.md is written from it. A refusal with another code fails a test: programs must be able to look it up.
"""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "invalid": (
        "400, 406, 415; `rejected`",
        "It has not the form; `fields` or `detail` say where. Do not repeat it.",
    ),
    "too_long": ("400, 413; `rejected`", "A text, a file or a whole body is larger than allowed. Do not repeat it."),
    "not_authenticated": ("401; close 4001", "No token, or one that is wrong, used or expired. Get a new one."),
    "otp_required": ("401", "The password was right, and the account wants a code, too: log in again with `otp`."),
    "otp_wrong": ("401", "The code was not, or was used before. Wait for the next one."),
    "forbidden": ("403; `rejected`, close 4003", "You may not; more rights, a scope or a consent are needed."),
    "second_factor_required": ("403; close 4003", "The organisation wants two-factor log-in, and you have none yet."),
    "not_found": ("404; `rejected`", "There is none, or it is not yours: the answer is the same."),
    "method_not_allowed": ("405", "This address takes other methods: `Allow` names them."),
    "conflict": (
        "409; `rejected`",
        "It does not fit what is there; `detail` or `conversation_id` say what.",
    ),
    "stale": ("–", "Within the server only: an answer of the AI that came too late. Clients are told `conflict`."),
    "in_progress": ("409", "The first request with this `Idempotency-Key` still runs: `Retry-After`."),
    "key_reused": ("422", "This `Idempotency-Key` was that of another request. Take a new one."),
    "rate_limited": ("429; `rejected`", "Too often: again after `Retry-After` or `retry_after`."),
    "too_many": ("close 4029", "Too many sockets from your address, open or in a minute."),
    "timeout": ("close 4008", "Nothing was heard from you for too long. Connect again and resume."),
    "too_slow": ("close 4008", "You read too slowly. Connect again and resume."),
    "too_large": ("close 4009", "A frame had more than 64 KiB. Do not repeat it."),
    "restarting": ("close 4012", "The server is busy coming back. Connect again in a moment."),
    "unavailable": ("503; `rejected`", "Postgres or Redis is away: again in a moment, with the same `client_id`."),
    "internal": ("500", "A fault of ours; `X-Request-Id` finds it in the log."),
}
