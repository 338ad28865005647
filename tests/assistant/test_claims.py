"""That a person comes is done, never only said: in the languages that we know, and where we know none."""

from __future__ import annotations

import pytest

from accounts.models import Website
from assistant.providers.base import Outcome, Question, Turn
from assistant.providers.claims import CLAIMED, UNCHECKED, cannot_be_checked, is_claimed, without_begun_claim
from assistant.providers.claims.sentences import SENTENCES
from assistant.providers.compatible.prompt import Manner, Prompt, prompt_for
from assistant.providers.compatible.provider import _outcome
from assistant.providers.compatible.reading import Reading, Said
from assistant.providers.compatible.screen import Screen

CLAIMS = {
    "en": [
        "I have transferred you to a human agent.",
        "A colleague will call you.",
        "I'm a real person now, I am human.",
    ],
    "de": ["Ich habe Sie mit einem Mitarbeiter verbunden.", "Ich verbinde Sie.", "Ein Kollege meldet sich gleich."],
    "fr": [
        "Je vous mets en relation avec un conseiller.",
        "J'ai prévenu l'équipe.",
        "Un conseiller va vous contacter.",
    ],
    "es": ["Le he transferido a un agente.", "He avisado al equipo.", "Un agente le contactará."],
    "ar": [
        "لقد قمت بتحويلك إلى أحد موظفي الدعم.",
        "سيتواصل معك أحد زملائي قريبًا.",
        "تم تحويل محادثتك إلى الفريق المختص.",
        "أبلغت الفريق بمشكلتك.",
        "أنت الآن تتحدث مع موظف حقيقي.",
        "أنا إنسان ولست آلة.",
    ],
    "pt": ["Transferi você para um atendente.", "Um colega vai entrar em contato.", "Sou uma pessoa, não um robô."],
    "it": ["Ho avvisato un operatore.", "Un collega la contatterà.", "La metto in contatto con un operatore."],
    "nl": ["Ik heb u doorverbonden.", "Een collega neemt contact met u op.", "Ik ben een echt mens."],
    "pl": ["Przekazałem rozmowę konsultantowi.", "Łączę z konsultantem.", "Konsultant wkrótce odpowie."],
    "ru": ["Я перевёл вас на оператора.", "Соединяю с оператором.", "Оператор скоро ответит."],
    "tr": ["Sizi bir temsilciye aktarıyorum.", "Temsilcimiz birazdan size yazacak."],
    "zh": ["我已为您转接人工客服。", "客服人员会尽快联系您。", "我是真人。"],
    "ja": ["担当者におつなぎします。", "私は人間です。"],
}
HARMLESS = {
    "en": "Refunds are paid within five days of the return. You can have an invoice as a PDF file.",
    "de": "Die Lieferung dauert drei bis fünf Tage. Rechnungen finden Sie in Ihrem Konto.",
    "fr": "La livraison est gratuite dès 50 euros et vous pouvez la suivre dans votre compte.",
    "es": "El envío es gratis desde 50 euros y puede seguirlo en su cuenta.",
    "ar": "سيتم توصيل طلبك خلال ثلاثة أيام، ويتم تحويل المبلغ إلى حسابك خلال أسبوع من الإرجاع.",
    "pt": "O envio é grátis a partir de 50 euros e você pode acompanhar na sua conta.",
    "it": "La spedizione è gratuita da 50 euro e si può seguire nel suo conto.",
    "nl": "De levering is gratis vanaf 50 euro en u kunt die in uw account volgen.",
    "pl": "Dostawa jest bezpłatna od 200 zł, a zwrot można zrobić w ciągu 14 dni.",
    "ru": "Доставка бесплатна от 50 евро, и вы можете следить за ней в личном кабинете.",
    "tr": "Kargo 500 lira ve üzeri için ücretsiz, iade için en çok 14 gün var.",
    "zh": "满五百元免运费，退货需在十四天内寄回。",
    "ja": "五千円以上のご注文は送料無料です。返品は十四日以内にお願いします。",
}
# What sounds like a promise in a neighbour's language.
FALSE_FRIENDS = [
    "Le transfert a été fait, le passeport a été envoyé et la messagerie a changé.",
    "Le passage a lieu par la porte de gauche.",
    "He is in the team that you know, and she is a persona non grata.",
    "Il passo a nord è chiuso, ma la strada è aperta.",
]
# Greek, Hebrew, Hindi, Korean, Persian, Finnish, Hungarian, Ukrainian: we know none of their sentences.
UNKNOWN = [
    "Σας συνέδεσα με έναν συνάδελφο, παρακαλώ περιμένετε.",
    "העברתי אותך לנציג אנושי, אנא המתן.",
    "मैंने आपको एक प्रतिनिधि से जोड़ दिया है, कृपया प्रतीक्षा करें।",
    "상담원에게 연결해 드렸습니다. 잠시만 기다려 주세요.",
    "شما را به یکی از همکارانم وصل کردم، لطفاً منتظر بمانید.",
    "Siirsin sinut asiakaspalvelijalle, odota hetki.",
    "Átkapcsoltam egy munkatársunkhoz, kérem várjon.",
    "Передаю вашу розмову колезі, зачекайте хвилинку.",
]


@pytest.mark.parametrize(("language", "claim"), [(one, claim) for one in CLAIMS for claim in CLAIMS[one]])
def test_a_claim_is_known_in_each_language_that_we_know(language: str, claim: str) -> None:
    assert is_claimed(claim)
    assert SENTENCES.keys() == CLAIMS.keys() == HARMLESS.keys()


@pytest.mark.parametrize("language", HARMLESS)
def test_what_promises_nobody_is_said_in_all_of_them_without_a_source(language: str) -> None:
    text = HARMLESS[language]
    assert not is_claimed(text)
    assert not cannot_be_checked(text)


@pytest.mark.parametrize(("language", "claim"), [(one, claim) for one in CLAIMS for claim in CLAIMS[one]])
def test_nothing_of_a_claim_is_seen_while_it_grows(language: str, claim: str) -> None:
    before = f"{HARMLESS[language]} "
    for end in range(1, len(claim) - 1):
        unfinished = before + claim[:end]
        if is_claimed(unfinished):
            return
    shown = without_begun_claim(before + claim[:-2])
    assert claim[: len(claim) // 2] not in shown


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_what_only_sounds_like_a_promise_elsewhere_is_none(text: str) -> None:
    assert not is_claimed(text)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_nobody_can_read_is_no_word_to_be_trusted(text: str) -> None:
    assert cannot_be_checked(text) or is_claimed(text)


@pytest.mark.parametrize("text", ["OK.", "Ναι.", "Πώς μπορώ να σας βοηθήσω;", "어떤 주문인가요?", "12–14", ""])
def test_a_question_and_what_is_too_short_to_promise_anything_may_be_said(text: str) -> None:
    assert not cannot_be_checked(text)


# --- an answer of a model ---


@pytest.fixture
def prompt(shop: Website) -> Prompt:
    return prompt_for(Question(shop, [Turn("visitor", "I forgot my password")]), Manner())


def outcome_of(prompt: Prompt, text: str, sources: str = "[]", kind: str = "answer") -> Outcome:
    reading = Reading(arguments=f'{{"outcome": "{kind}", "sources": {sources}, "text": "{text}"}}', ended="tool_calls")
    return _outcome(prompt, prompt.kept_from(""), reading, reading.used(1))


@pytest.mark.parametrize("text", UNKNOWN[:6])
def test_without_a_source_it_is_handed_over_and_with_one_it_is_said(prompt: Prompt, text: str) -> None:
    handed = outcome_of(prompt, text)
    assert (handed.kind, handed.reason) == ("hand_off", UNCHECKED)
    assert outcome_of(prompt, text, kind="ask").kind == "hand_off"
    assert outcome_of(prompt, text, sources="[1]").kind == "answer"


def test_a_claim_with_a_source_is_handed_over_all_the_same(prompt: Prompt) -> None:
    claimed = outcome_of(prompt, CLAIMS["ar"][0], sources="[1]")
    assert (claimed.kind, claimed.reason) == ("hand_off", CLAIMED)


@pytest.mark.parametrize("text", UNKNOWN)
def test_while_it_grows_nothing_is_shown_of_what_may_not_be_said_in_the_end(prompt: Prompt, text: str) -> None:
    screen = Screen(prompt, prompt.kept_from(""))
    assert {screen.shown(Said("answer", text[:end])) for end in range(len(text))} == {""}
    assert Screen(prompt, prompt.kept_from("")).shown(Said("answer", text, sources=(1,))) != "" or is_claimed(text)


def test_in_a_language_that_we_know_it_grows_before_its_eyes(prompt: Prompt) -> None:
    screen = Screen(prompt, prompt.kept_from(""))
    shown = [screen.shown(Said("answer", HARMLESS["en"][:end])) for end in range(0, 80, 4)]
    assert len(set(shown)) > 5
