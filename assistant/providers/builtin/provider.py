"""From a question to words: a greeting, a person, or what the articles say, as sure as the search is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from django.conf import settings

from assistant.embeddings.asking import with_meaning
from assistant.providers.base import Outcome, Partial, Question, Source
from assistant.providers.builtin.phrases import Phrases, phrases_for, says_yes, wants_person
from assistant.providers.builtin.quoting import quote
from assistant.providers.builtin.zones import Zone, zone_of
from assistant.providers.claims import CLAIMED, is_claimed
from assistant.providers.safe_text import own_hosts, safe_text
from assistant.retrieval import Found, find_passages
from foundation.db import db

MOST_LINKS, WORTH_A_LINK = 3, 0.5  # a link to something half as good as the best still helps
WORDS_PER_CHUNK = 4
LONGEST_SECONDS = 1.8  # a reader wants to see it written, not to wait for it


class BuiltIn:
    name, model = "built-in", ""

    async def answer(self, question: Question) -> AsyncGenerator[Partial | Outcome]:
        outcome = await found_by(question)
        async for partial in _written(outcome.text):
            yield partial
        yield outcome


async def found_by(question: Question) -> Outcome:
    """The whole answer, found by meaning where a model can say what the question means."""
    phrases = phrases_for(question.language)
    needs_search = _said_at_once(question, phrases) is None
    return await db(answer_to, await with_meaning(question) if needs_search else question)


def answer_to(question: Question) -> Outcome:
    """The whole answer at once; it depends on the question, what it is said to mean, and the articles only."""
    phrases = phrases_for(question.language)
    outcome = _said_at_once(question, phrases) or _looked_up(question, phrases)
    return Outcome("hand_off", reason=CLAIMED, used=outcome.used) if is_claimed(outcome.text) else outcome


def _said_at_once(question: Question, phrases: Phrases) -> Outcome | None:
    return wish_for_person(question, phrases) or _small_talk(question, phrases)


def wish_for_person(question: Question, phrases: Phrases) -> Outcome | None:
    """The hand-off, if that is what the visitor plainly asks for."""
    text = _spoken(question)
    if wants_person(text):
        return Outcome("hand_off", reason="asked for a person")
    if says_yes(text) and question.last_answer.endswith(phrases.offer):
        return Outcome("hand_off", reason="accepted the offer of a person")
    return None


def _small_talk(question: Question, phrases: Phrases) -> Outcome | None:
    text = _spoken(question)
    if phrases.says_hello.fullmatch(text):
        return Outcome("ask", phrases.greeting)
    if phrases.says_thanks.fullmatch(text):
        return Outcome("ask", phrases.thanks)
    if phrases.says_goodbye.fullmatch(text):
        return Outcome("answer", phrases.goodbye)
    return None


def _spoken(question: Question) -> str:
    return question.text.strip().replace("’", "'")


def _looked_up(question: Question, phrases: Phrases) -> Outcome:
    found = find_passages(question.website, question.text, meant=question.meant)
    used = tuple((one.passage_id, round(one.score, 4)) for one in found)
    zone = zone_of(found, question.meant)
    if zone is Zone.SURE:
        best = found[0]
        source = Source(best.title, best.url)  # a file has no address: its title says where this is from
        text = _harmless(quote(best, question.website.language), found, question)
        return Outcome("answer", text, (source,), used=used)
    if question.if_unsure:
        return Outcome("hand_off", reason=question.if_unsure, used=used, is_unsure=True)
    if zone is Zone.UNSURE:
        text = f"{phrases.found}\n\n{_harmless(_links(found), found, question)}\n\n{phrases.offer}"
        return Outcome("ask", text, used=used, is_unsure=True)
    return Outcome("no_answer", f"{phrases.nothing} {phrases.offer}", used=used)


def _harmless(text: str, found: Sequence[Found], question: Question) -> str:
    """Articles may come from pages on which strangers write."""
    return safe_text(text, own_hosts([one.url for one in found], question.website, question.link_hosts), text)


def _articles(found: Sequence[Found]) -> list[Found]:
    """The best passage of each of the best articles, without those that are far worse."""
    best: dict[int, Found] = {}
    for one in found:
        if one.merit >= found[0].merit * WORTH_A_LINK:
            best.setdefault(one.article_id, one)
    return list(best.values())[:MOST_LINKS]


def _links(found: Sequence[Found]) -> str:
    return "\n".join(f"- {_link(one)}" for one in _articles(found))


def _link(one: Found) -> str:
    title = f"{one.title} – {one.heading}" if one.heading else one.title
    return f"[{title}]({one.url})" if one.url else title


async def _written(text: str) -> AsyncGenerator[Partial]:
    """The text growing by a few words at a time, at the set pace."""
    pause = 1 / settings.AI_CHUNKS_PER_SECOND
    words = text.split(" ")
    step = max(WORDS_PER_CHUNK, round(len(words) * pause / LONGEST_SECONDS))
    for end in range(step, len(words) + step, step):
        yield Partial(" ".join(words[:end]))
        await asyncio.sleep(pause)
