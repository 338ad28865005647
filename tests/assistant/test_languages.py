"""The built-in assistant in the website's language; a wish for a person is understood in any."""

from __future__ import annotations

import pytest

from accounts.models import Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.providers.base import Outcome, Question, Turn
from assistant.providers.builtin.phrases import PHRASES, wants_person
from assistant.providers.builtin.provider import answer_to
from assistant.providers.claims import is_claimed
from tests.cast import new_website

SAID = {
    "de": {
        "greeting": ["Hallo", "Guten Tag!", "Moin moin"],
        "thanks": ["Vielen Dank!", "super, danke", "Danke schön für die Hilfe"],
        "goodbye": ["Tschüss", "Auf Wiedersehen!", "schönen Tag noch"],
        "yes": ["Ja", "ja bitte", "gerne"],
        "person": [
            "Ich möchte mit einem Menschen sprechen",
            "Mitarbeiter bitte",
            "Bitte einen Berater",
            "Verbinden Sie mich",
        ],
        "question": "Verkaufen Sie Kajaks?",
    },
    "fr": {
        "greeting": ["Bonjour", "salut !", "Bonsoir madame"],
        "thanks": ["merci", "Merci beaucoup !", "ok merci pour votre aide"],
        "goodbye": ["Au revoir", "bonne journée"],
        "yes": ["oui", "Oui, merci", "d'accord", "volontiers"],
        "person": [
            "Je voudrais parler à une personne",
            "un conseiller svp",
            "Je veux un humain",
            "passez-moi un agent",
        ],
        "question": "Vendez-vous des kayaks ?",
    },
    "es": {
        "greeting": ["Hola", "¡Buenas tardes!", "buenos días"],
        "thanks": ["gracias", "¡Muchas gracias por todo!", "vale, gracias"],
        "goodbye": ["adiós", "hasta luego"],
        "yes": ["sí", "Sí, por favor", "claro"],
        "person": ["Quiero hablar con una persona", "un agente por favor", "Necesito un humano", "pásame con alguien"],
        "question": "¿Venden kayaks?",
    },
    "ar": {
        "greeting": ["مرحبا", "السلام عليكم", "أهلا وسهلا", "صباح الخير"],
        "thanks": ["شكرا", "شكرًا جزيلًا", "تمام شكرا لك"],
        "goodbye": ["مع السلامة", "إلى اللقاء"],
        "yes": ["نعم", "نعم من فضلك", "طبعا"],
        "person": ["أريد التحدث مع موظف", "موظف من فضلك", "اريد انسان", "أريد أن أتكلم مع شخص حقيقي", "خدمة العملاء"],
        "question": "هل تبيعون قوارب الكاياك؟",
    },
}
EACH = [(language, what, text) for language, its in SAID.items() for what, texts in its.items() for text in texts]
TALK = [one for one in EACH if one[1] in ("greeting", "thanks", "goodbye")]


@pytest.fixture(scope="module")
def websites() -> dict[str, Website]:
    return {language: new_website("Acme", language=language) for language in ["en", *SAID]}


def ask(website: Website, text: str, before: str = "") -> Outcome:
    earlier = [Turn("visitor", "?"), Turn("assistant", before)] if before else []
    return answer_to(Question(website, [*earlier, Turn("visitor", text)]))


@pytest.mark.parametrize(("language", "what", "text"), TALK)
def test_small_talk_is_understood_and_answered_in_it(
    websites: dict[str, Website], language: str, what: str, text: str
) -> None:
    assert ask(websites[language], text).text == getattr(PHRASES[language], what)


@pytest.mark.parametrize("language", SAID)
def test_what_it_does_not_know_it_says_in_it_and_a_yes_is_a_yes(websites: dict[str, Website], language: str) -> None:
    phrases, website = PHRASES[language], websites[language]
    told = ask(website, str(SAID[language]["question"]))
    assert (told.kind, told.text) == ("no_answer", f"{phrases.nothing} {phrases.offer}")
    for yes in SAID[language]["yes"]:
        assert ask(website, yes, told.text).reason == "accepted the offer of a person", yes
        assert ask(website, yes).kind != "hand_off", "nothing was offered"
        assert ask(websites["en"], yes, PHRASES["en"].offer).kind == "hand_off", "whatever the website speaks"


@pytest.mark.parametrize(("language", "what", "text"), [one for one in EACH if one[1] == "person"])
def test_who_wants_a_person_may_say_so_in_any_language(
    websites: dict[str, Website], language: str, what: str, text: str
) -> None:
    for website in (websites[language], websites["en"]):
        assert ask(website, text).reason == "asked for a person"


@pytest.mark.parametrize(
    "text",
    ["Which tent will support snow?", "Is there a person who fits tents?", "Braucht eine Person zwei Zelte?",
     "¿Cuántas personas caben?", "Combien de personnes dans la tente ?", "كم شخص يتسع للخيمة؟", "Support"],
)  # fmt: skip
def test_who_only_speaks_of_people_wants_none(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize("language", PHRASES)
def test_what_it_says_itself_is_no_promise(language: str) -> None:
    phrases = PHRASES[language]
    for text in (phrases.greeting, phrases.thanks, phrases.goodbye, phrases.found, phrases.nothing, phrases.offer):
        assert not is_claimed(text), text


def test_in_german_it_quotes_german_and_is_unsure_in_german(websites: dict[str, Website]) -> None:
    website = new_website("Acme", language="de")
    body = "Die Lieferung innerhalb Deutschlands dauert zwei bis vier Werktage."
    write_article(website, ArticleText("lieferung", "Lieferzeiten", body, "https://acme.test/lieferung"))
    assert ask(website, "Wie lange dauert die Lieferung?").text == body
    assert not ask(websites["de"], "Wie lange dauert die Lieferung?").sources
