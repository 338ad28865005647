"""What a question speaks of: its words, what else they may have been meant as, and how much each of them tells."""

from __future__ import annotations

import math
from dataclasses import dataclass

from accounts.models import Website
from assistant.knowledge.languages import words_of_asking
from assistant.knowledge.thesaurus import Kin, Phrase, Thesaurus, thesaurus_for
from assistant.knowledge.vocabulary import articles_with, corrections_of, lexemes_of
from assistant.knowledge.words import LONGEST_WORD, spoken_words, terms_of
from assistant.models import Article

MOST_TERMS = 60  # of a very long message the beginning decides
CORRECTED = 0.95  # how well a word one letter away says what was typed


@dataclass(frozen=True, slots=True)
class Term:
    """Any of the lexemes will do, each as well as it says. `weight` is the greater the rarer it is in the articles.

    Some article has it if it `is_known`.
    """

    lexemes: dict[str, float]
    weight: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a website's articles and its language know of the words of one question."""

    website: Website
    thesaurus: Thesaurus
    lexemes: dict[str, list[str]]
    known: dict[str, int]
    articles: int

    def term_for(self, spellings: tuple[str, ...], asking: frozenset[str]) -> Term | None:
        """None for a stop word. What was written stays although unknown: else strangers' questions look like ours."""
        written = [lexeme for word in spellings for lexeme in self.lexemes[word]]
        if not written:
            return None
        meant: Kin = dict.fromkeys(written, 1.0)
        if not self.thesaurus.kin.keys() & written and not self.known.keys() & written:
            meant |= self._corrections(spellings[0])
        for its in [self.thesaurus.kin[lexeme] for lexeme in meant if lexeme in self.thesaurus.kin]:
            meant |= {lexeme: worth for lexeme, worth in self._known(its).items() if worth > meant.get(lexeme, 0)}
        weight = 0 if spellings[0] in asking else self._rarity(meant)
        return Term(meant, weight, bool(self.known.keys() & meant))

    def term_for_phrase(self, phrase: Phrase) -> Term:
        known = self._known(phrase.kin)
        return Term(known, self._rarity(phrase.kin), bool(known))

    def _corrections(self, word: str) -> Kin:
        """What a word that is known nowhere may have been meant as; it is known from now on, with its other words."""
        corrections = corrections_of(self.website.pk, word) or self.thesaurus.corrections_of(word)
        kin = {other for lexeme in corrections for other in self.thesaurus.kin.get(lexeme, {})}
        if corrections:
            self.known.update(articles_with(self.website.pk, sorted({*corrections, *kin})))
        return dict.fromkeys(corrections, CORRECTED)

    def _known(self, kin: Kin) -> Kin:
        """Other words that no article uses would only cost time."""
        return {lexeme: worth for lexeme, worth in kin.items() if lexeme in self.known}

    def _rarity(self, meant: Kin) -> float:
        """By the best known of what was meant."""
        best = max((worth for lexeme, worth in meant.items() if lexeme in self.known), default=0)
        with_it = max((self.known.get(lexeme, 0) for lexeme, worth in meant.items() if worth == best), default=0)
        return math.log((self.articles + 1) / (with_it + 0.5)) if with_it <= self.articles else 0.0


def terms_for(website: Website, question: str) -> list[Term]:
    spoken = [term for term in terms_of(question) if max(map(len, term)) <= LONGEST_WORD][:MOST_TERMS]
    thesaurus = thesaurus_for(website.language)
    phrases = thesaurus.phrases_in(" ".join(spoken_words(question)[: 2 * MOST_TERMS]))
    lexemes = lexemes_of(website.language, [word for term in spoken for word in term])
    written = {lexeme for found in lexemes.values() for lexeme in found}
    kin = {other for lexeme in written for other in thesaurus.kin.get(lexeme, {})}
    kin |= {lexeme for phrase in phrases for lexeme in phrase.kin}
    vocabulary = Vocabulary(
        website,
        thesaurus,
        lexemes,
        articles_with(website.pk, sorted(written | kin)),
        Article.objects.for_website(website.pk).filter(published=True).count(),
    )
    in_phrases = {word for phrase in phrases for word in phrase.words}
    asking = words_of_asking(website.language)
    terms = [vocabulary.term_for(term, asking) for term in spoken if term[0] not in in_phrases]
    return [term for term in terms if term] + [vocabulary.term_for_phrase(phrase) for phrase in phrases]
