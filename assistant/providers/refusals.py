"""What an endpoint means by a status of HTTP: in words for the staff, and whether another attempt may go better."""

from __future__ import annotations

PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}
MEANINGS = {
    401: "refused its key",
    403: "refused its key",
    402: "wants to be paid",
    404: "knows no such address or model",
    429: "is too busy, or its quota is used up",
}
