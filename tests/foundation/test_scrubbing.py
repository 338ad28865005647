"""The one search that spares a harmless text the rules finds every text that a rule would change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.scrubbing import RULES, scrubbed

SECRET = "Abcdefgh12345678-Abcdefgh12345678_Abcdefgh12345678"
WORDS = (
    "DETAIL: CONTEXT: Query: STATEMENT: LINE 12: input_value= input_type= invalid input byte UTF connection_token=",
    "Token.",
    "? & amp; key= code= my-token= bearer BEARER api-key Basic ' \" : whsec_ v_ r_ eyJ . gAAAA sk- redis:// user:word@",
    "\\n … Straße /ws/chat/",
)
pieces = st.sampled_from([*" ".join(WORDS).split(" "), SECRET, "\n", " ", ", ", "\n\n"])


@given(st.lists(pieces, max_size=9).map("".join))
@settings(max_examples=1000)
def test_no_rule_is_spared_to_a_text_that_it_concerns(text: str) -> None:
    thorough = text
    for pattern, replacement in RULES:
        thorough = pattern.sub(replacement, thorough)
    assert scrubbed(text) == thorough
