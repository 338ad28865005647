"""What the demo's shops suggest asking: each has an answer that is sure of itself."""

from __future__ import annotations

import pytest

from accounts.models import Website
from assistant.embeddings.meaning import NOTHING_MEANT
from assistant.providers.base import Question, Turn
from assistant.providers.builtin.phrases.en import ENGLISH
from assistant.providers.builtin.provider import answer_to
from demo.companies import COMPANIES

CHIPS = [(key, chip) for key, company in COMPANIES.items() for chip in company.chips]


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(("key", "chip"), CHIPS)
def test_each_suggested_question_has_a_sure_answer(key: str, chip: str) -> None:
    website = Website.objects.get(website_key=key)
    outcome = answer_to(Question(website, [Turn("visitor", chip)], meant=NOTHING_MEANT))
    assert outcome.kind == "answer"
    assert ENGLISH.found not in outcome.text
