"""Whose address the server believes: asked with one in X-Forwarded-For that nobody has, to see what is made of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, Outcome

DOCUMENTED = ip_network("198.51.100.0/24")  # for examples in texts (RFC 5737): no visitor comes from there
HEADER = "X-Forwarded-For"
TITLE = "Visitors' addresses"
Verdict = Literal["well", "forged", "shared"]
ADVICE: dict[str, Advice] = {"forged": Advice.ADDRESSES_FORGED, "shared": Advice.ADDRESSES_SHARED}


@dataclass(frozen=True, slots=True)
class Seen:
    """`proxies`: how many have written in X-Forwarded-For whom they were asked by; at least one where what was sent in
    it has been taken out."""

    proxies: int
    trusted: int
    is_forged: bool

    @property
    def verdict(self) -> Verdict:
        if self.is_forged:
            return "forged"
        return "well" if self.proxies == self.trusted else "shared"

    @property
    def outcome(self) -> Outcome:
        """Fewer proxies than trusted may be right: this machine may reach the server by a shorter way than visitors."""
        if self.verdict == "well":
            return Outcome.OK
        return Outcome.NOTICE if self.verdict == "shared" and self.proxies < self.trusted else Outcome.FAILED

    @property
    def detail(self) -> str:
        passed = (
            "nobody has"
            if not self.proxies
            else f"{self.proxies} {'proxy has' if self.proxies == 1 else 'proxies have'}"
        )
        believed = "; an address that was made up is believed" if self.is_forged else ""
        return f"{passed} written there who asked, TRUSTED_PROXIES is {self.trusted}{believed}"


def seen_in(forwarded_for: str | None, believed: str, sent: str, trusted: int) -> Seen:
    """`believed`: whom the server takes the asker for; `sent`: what the asker has put into the header."""
    hops = [hop.strip() for hop in (forwarded_for or "").split(",") if hop.strip()]
    if sent and sent in hops:
        return Seen(len(hops) - 1 - hops.index(sent), trusted, believed == sent)
    return Seen(max(len(hops), 1 if sent else 0), trusted, is_forged=False)


def made_up_address() -> str:
    return str(DOCUMENTED[random.randrange(1, 255)])


def is_made_up(address: str) -> bool:
    try:
        return ip_address(address) in DOCUMENTED
    except ValueError:
        return False


def finding_on(seen: Seen) -> Finding:
    return Finding(seen.detail, ADVICE[seen.verdict], seen.outcome)
