"""What may be seen of an answer while it is unfinished: nothing that its end may forbid.

It is asked up to twenty times a second for each of many answers, so it looks at what has been added. What was hidden
once stays hidden until the answer is judged as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.providers.claims import cannot_be_checked, is_claimed_so_far, is_too_short_to_tell, without_begun_claim
from assistant.providers.compatible.leaks import Kept, without_unfinished_code
from assistant.providers.compatible.prompt import Prompt
from assistant.providers.compatible.reading import Said
from assistant.providers.safe_text import safe_text, without_marks, without_unfinished_mark

ADDED = 600  # characters that may have been added since the last look, with what came before them


@dataclass(slots=True)
class Screen:
    prompt: Prompt
    kept: Kept
    is_closed: bool = False

    def shown(self, said: Said) -> str:
        """Of the text so far; empty: nothing yet."""
        hides = said.kind in (None, "hand_off") or (said.kind == "no_answer" and self.prompt.question.if_unsure)
        if hides or self.is_closed:
            return ""
        added = said.text[-ADDED:]
        self.is_closed = self.kept.is_plainly_in(added) or is_claimed_so_far(added, said.text)
        if self.is_closed or self.kept.may_begin_in(added):
            return ""
        if not self._is_checked(said):
            return ""
        text = without_unfinished_mark(without_unfinished_code(said.text))
        text, _ = without_marks(without_begun_claim(text), len(self.prompt.passages))
        return safe_text(text, self.prompt.hosts, self.prompt.known()).strip()

    def _is_checked(self, said: Said) -> bool:
        """What names no passage may not be shown in the end if nobody can read what it promises."""
        _, marks = without_marks(said.text, len(self.prompt.passages))
        if said.kind == "no_answer" or marks or any(0 < one <= len(self.prompt.passages) for one in said.sources):
            return True
        return not is_too_short_to_tell(said.text) and not cannot_be_checked(said.text)
