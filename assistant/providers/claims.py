"""What the assistant must not merely say: that a person comes, has come, or writes. A hand-off is done, never told.

Where it says so it is taken at its word: the conversation is handed over, in the system's words, and its own are not
shown. English, German, French and Spanish; a wrong hand-off costs little.
"""

from __future__ import annotations

import re

CLAIMED = "the assistant said that a person takes over"
_PERSON = (
    r"(?:human|person|people|agent|colleague|representative|specialist|adviser|advisor|operator|supervisor|manager|"
    r"team|staff|support|someone|somebody)"
)
CLAIM = re.compile(
    rf"\bI(?:['’]ve|\s+have)\s+(?:\w+\s+)?(?:transferred|connected|forwarded|escalated|handed|passed|notified|informed|"
    rf"alerted|told|contacted|called|put)\b[^.!?\n]{{0,60}}\b(?:you|this|your|it|{_PERSON})\b"
    r"|\bI(?:['’]m|\s+am|['’]ll|\s+will)\s+(?:now\s+|just\s+)?(?:transfer|connect|forward|escalat|hand|put|pass)\w*\s+"
    r"(?:you|this|your)\b"
    rf"|\byou(?:['’]re|\s+are|\s+have\s+been)\s+(?:now\s+|being\s+)?"
    rf"(?:talking|speaking|chatting|connected|transferred|handed)\s+(?:over\s+)?(?:to|with)\b"
    r"|\b(?:has|have)\s+(?:just\s+|now\s+)?(?:joined|entered|taken\s+over)\b(?:\s+(?:this|the|our|your))?"
    r"\s*(?:chat|conversation|\W|$)"
    rf"|\b{_PERSON}\s+(?:\w+\s+)?(?:will|is\s+going\s+to|is\s+about\s+to)\s+(?:\w+\s+)?"
    rf"(?:take\s+over|join|be\s+with|contact|call|reach|answer|write)\b"
    rf"|\b(?:I(?:['’]m|\s+am)|this\s+is)\s+(?:\w+,?\s+)?(?:now\s+)?(?:a|an|the|your)\s+(?:real\s+|live\s+|human\s+)?"
    rf"(?:human|person|agent|supervisor|operator)\b"
    r"|\bI(?:['’]m|\s+am)\s+(?:not\s+an?\s+(?:AI|bot|assistant|machine)|human)\b"
    r"|\bich\s+habe\s+(?:sie|dich|ihr\w*|das)\b[^.!?\n]{0,60}\b(?:weitergeleitet|verbunden|übergeben|informiert)\b"
    r"|\bich\s+(?:verbinde|übergebe|leite)\s+(?:sie|dich|das)\b"
    r"|\bhat\s+(?:den\s+chat|das\s+gespräch|die\s+unterhaltung)\s+übernommen\b"
    r"|\bich\s+bin\s+(?:ein|eine)\s+(?:echte\w*\s+)?(?:mensch|person|mitarbeiter\w*)\b"
    r"|\bje\s+vous\s+(?:ai\s+)?(?:transf|mets?\s+en\s+relation|connect)\w*"
    r"|\b(?:a|vient\s+de)\s+rejoin\w*\s+(?:la\s+conversation|le\s+chat)\b|\bje\s+suis\s+un\s+(?:humain|agent)\b"
    r"|\b(?:le|te)\s+(?:he\s+)?(?:transf|conect|comuni|pas)\w*\s+(?:a|con)\s+"
    r"|\bse\s+ha\s+unido\s+(?:al\s+chat|a\s+la\s+conversación)\b|\bsoy\s+un\s+(?:humano|agente)\b",
    re.IGNORECASE,
)
ENDS = (". ", "! ", "? ", "… ", "。", "\n")
BEGUN = re.compile(
    r"\bI(?:['’]ve|\s+have|['’]m|\s+am|['’]ll|\s+will)\b"
    r"|\byou(?:['’]re|\s+are|\s+have\s+been)\s+(?:now|being|talk|speak|chat|connect|transf|hand)"
    r"|\b(?:has|have)\s+(?:just\s+|now\s+)?(?:join|enter|taken)|\bthis\s+is\s+\w"
    rf"|\b{_PERSON}\s+(?:\w+\s+)?(?:will|is\s+(?:going|about))\b"
    r"|\bich\s+(?:habe|verbinde|übergebe|leite|bin)\b|\bhat\s+(?:den|das|die)\b|\bje\s+(?:vous|suis)\b"
    r"|\b(?:a|vient\s+de)\s+rejoi|\b(?:le|te)\s+(?:he\s+)?(?:transf|conect|comun|pas)|\bse\s+ha\b|\bsoy\b",
    re.IGNORECASE,
)


def is_claimed(text: str) -> bool:
    """Whether the text says that a person comes, has come or writes."""
    return CLAIM.search(text) is not None


def without_begun_claim(text: str) -> str:
    """Of an unfinished text what may be shown: a last sentence that may become a claim waits for its end."""
    begin = max((at + len(end) for end in ENDS if (at := text.rfind(end)) >= 0), default=0)
    return text[:begin] if BEGUN.search(text, begin) else text
