"""Every sentence the built-in assistant says by itself, and what it understands without looking anything up.

It speaks every language of the catalogues; what it understands is written here, and in English where it is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from foundation.translations import base_of, languages, translator


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language. `offer` is what a plain "yes" accepts, so every text that offers a person ends with it."""

    greeting: str
    thanks: str
    goodbye: str
    found: str
    nothing: str
    offer: str
    says_hello: re.Pattern[str]
    says_thanks: re.Pattern[str]
    says_goodbye: re.Pattern[str]
    says_yes: re.Pattern[str]
    wants_person: re.Pattern[str]


def _whole(pattern: str) -> re.Pattern[str]:
    """The message says this and nothing else, apart from marks and emoji."""
    return re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    says_hello: re.Pattern[str]
    says_thanks: re.Pattern[str]
    says_goodbye: re.Pattern[str]
    says_yes: re.Pattern[str]
    wants_person: re.Pattern[str]


_PERSON = (
    r"(?:(?:real|live|actual)\s+)?(?:human(?:\s+being)?|person|people|agent|representative|operator|adviser|advisor)"
)
_SOMEBODY = (
    rf"(?:(?:a|an|the|your|some|one\s+of\s+your)\s+)?(?:{_PERSON}|someone|somebody|staff|team|support|employee)s?"
)

UNDERSTOOD = {
    "en": Understood(
        says_hello=_whole(
            r"(?:hi+|hello+|hey+|hiya|howdy|good\s+(?:morning|day|afternoon|evening))(?:\W+(?:there|all|everyone|again))?"
        ),
        says_thanks=_whole(
            r"(?:(?:ok(?:ay)?|great|perfect|super|cool|nice|no|yes)\W+)*(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)"
            r"(?:\W+(?:you|so|very|much|a|lot|again|for|your|the|help|that'?s|all|it|was|great))*"
        ),
        says_goodbye=_whole(
            r"(?:good)?\s*bye(?:\W*bye)?|see\s+you(?:\W+(?:later|soon))?|have\s+a\s+(?:nice|good)\s+day"
        ),
        says_yes=_whole(
            r"(?:yes|yeah|yep|sure|ok(?:ay)?|please|please\s+do|of\s+course|gladly|i\s+would)(?:\W+please)?"
        ),
        wants_person=re.compile(
            rf"^\W*{_PERSON}(?:\W+please)?\W*$"
            rf"|\b(?:talk|speak|chat)\s+(?:to|with)\s+{_SOMEBODY}\b"
            rf"|\b(?:want|need|like|prefer|(?:get|give)\s+me|(?:connect|transfer)\s+me\s+(?:to|with)|put\s+me\s+through\s+to)"
            rf"\s+(?:to\s+)?(?:an?\s+|the\s+|your\s+)?{_PERSON}\b",
            re.IGNORECASE,
        ),
    ),
    "de": Understood(
        says_hello=_whole(
            r"(?:hallo|hi+|hey+|moin(?:\W+moin)?|servus|grüezi|grüß\s+(?:gott|dich)|guten?\s+(?:morgen|tag|abend))"
            r"(?:\W+(?:zusammen|nochmal|ihr|alle))?"
        ),
        says_thanks=_whole(
            r"(?:(?:ok(?:ay)?|super|prima|toll|perfekt|gut|nein|ja)\W+)*(?:vielen\s+|herzlichen\s+|besten\s+)?"
            r"(?:dank(?:e|eschön)?|merci)(?:\W+(?:schön|sehr|für|die|hilfe|das|war|alles|dir|ihnen|euch))*"
        ),
        says_goodbye=_whole(
            r"tschüss?|tschau|ciao|auf\s+wiedersehen|bis\s+(?:bald|dann|später)|schönen\s+(?:tag|abend)(?:\s+noch)?"
        ),
        says_yes=_whole(r"(?:ja|jo|jawohl|gerne?|ok(?:ay)?|klar|natürlich|bitte|unbedingt)(?:\W+(?:bitte|gerne?))*"),
        wants_person=re.compile(
            r"^\W*(?:echter?\s+)?(?:mensch(?:en)?|mitarbeiter(?:in)?|person|berater(?:in)?|support)(?:\W+bitte)?\W*$"
            r"|\bmit\s+(?:\w+\s+){0,2}(?:mensch(?:en)?|mitarbeiter(?:in)?|person|berater(?:in)?|jemande?m?|support)\b"
            r"(?:\W+\w+){0,2}\W+(?:sprechen|reden|chatten|schreiben)\b"
            r"|\b(?:will|möchte|brauche|wünsche)\s+(?:\w+\s+){0,2}(?:menschen?|mitarbeiter(?:in)?|berater(?:in)?)\b",
            re.IGNORECASE,
        ),
    ),
    "fr": Understood(
        says_hello=_whole(r"(?:bonjour|bonsoir|salut|coucou|hello|all[oô])(?:\W+(?:à\s+tous|tout\s+le\s+monde))?"),
        says_thanks=_whole(
            r"(?:(?:ok|super|parfait|génial|très\s+bien|non|oui)\W+)*(?:un\s+grand\s+)?merci"
            r"(?:\W+(?:beaucoup|bien|à|vous|toi|pour|votre|ton|aide|c'est|tout|infiniment))*"
        ),
        says_goodbye=_whole(r"au\s+revoir|à\s+(?:bientôt|plus(?:\s+tard)?|demain)|bonne\s+(?:journée|soirée)|adieu"),
        says_yes=_whole(
            r"(?:oui|ouais|ok|d['’]accord|volontiers|bien\s+sûr|avec\s+plaisir)(?:\W+(?:merci|svp|s['’]il\s+vous\s+plaît))?"
        ),
        wants_person=re.compile(
            r"^\W*(?:une?\s+)?(?:vraie?\s+)?(?:humain|personne|agent|conseill(?:er|ère)|opérateur)(?:\W+s['’]il\s+vous\s+plaît)?\W*$"
            r"|\b(?:parler|discuter|échanger)\s+(?:à|avec)\s+(?:\w+['’\s]\s*){0,2}"
            r"(?:humain|personne|agent|conseill(?:er|ère)|quelqu['’]un|équipe|opérateur|support)\b"
            r"|\b(?:veux|voudrais|souhaite|préfère)\s+(?:\w+\s+){0,2}(?:humain|agent|conseill(?:er|ère)|opérateur)\b",
            re.IGNORECASE,
        ),
    ),
    "es": Understood(
        says_hello=_whole(
            r"(?:hola|buenas|buenos\s+días|buenas\s+(?:tardes|noches)|hey+|saludos)(?:\W+(?:a\s+todos|de\s+nuevo))?"
        ),
        says_thanks=_whole(
            r"(?:(?:ok|vale|genial|perfecto|muy\s+bien|no|sí|si)\W+)*(?:muchas\s+|mil\s+)?gracias"
            r"(?:\W+(?:por|la|su|tu|ayuda|todo|eso|es|a|ti|usted))*"
        ),
        says_goodbye=_whole(
            r"adi[oó]s|chao|hasta\s+(?:luego|pronto|mañana)|que\s+tenga\s+(?:un\s+)?buen\s+día|nos\s+vemos"
        ),
        says_yes=_whole(
            r"(?:s[ií]|claro|vale|ok|por\s+supuesto|con\s+gusto|de\s+acuerdo)(?:\W+(?:por\s+favor|gracias))?"
        ),
        wants_person=re.compile(
            r"^\W*(?:una?\s+)?(?:persona|humano|agente|asesora?|operadora?)(?:\s+(?:real|humano))?(?:\W+por\s+favor)?\W*$"
            r"|\b(?:hablar|chatear|conversar)\s+con\s+(?:\w+\s+){0,2}"
            r"(?:persona|humano|agente|asesora?|alguien|operadora?|equipo|soporte)\b"
            r"|\b(?:quiero|quisiera|necesito|prefiero)\s+(?:\w+\s+){0,2}(?:persona|humano|agente|asesora?|operadora?)\b",
            re.IGNORECASE,
        ),
    ),
    "ar": Understood(
        says_hello=_whole(
            r"(?:مرحبا|مرحباً|أهلا|أهلاً|اهلا|هلا|السلام\s+عليكم|صباح\s+(?:الخير|النور)|مساء\s+(?:الخير|النور))(?:\W+\w+)?"
        ),
        says_thanks=_whole(
            r"(?:(?:حسنا|حسناً|ممتاز|رائع|لا|نعم)\W+)*(?:شكرا|شكراً|مشكور|أشكرك)(?:\W+(?:جزيلا|جزيلاً|لك|لكم|كثيرا|كثيراً|على|المساعدة))*"
        ),
        says_goodbye=_whole(r"وداعا|وداعاً|مع\s+السلامة|إلى\s+اللقاء|الى\s+اللقاء|يوما?\s+سعيدا?"),
        says_yes=_whole(
            r"(?:نعم|أجل|ايوه|أيوه|طبعا|طبعاً|حسنا|حسناً|بالتأكيد|موافق)(?:\W+(?:من\s+فضلك|لو\s+سمحت|رجاء|شكرا))?"
        ),
        wants_person=re.compile(
            r"^\W*(?:موظف|إنسان|انسان|شخص(?:\s+حقيقي)?|مندوب|خدمة\s+العملاء)(?:\W+(?:من\s+فضلك|لو\s+سمحت))?\W*$"
            r"|(?:التحدث|أتحدث|الكلام|أتكلم|اتكلم|التواصل|أتواصل)\s+(?:مع|إلى)\s+(?:\w+\s+)?"
            r"(?:موظف|إنسان|انسان|شخص|أحد|مندوب|الفريق|الدعم|خدمة)"
            r"|(?:أريد|اريد|أحتاج|احتاج|أفضل)\s+(?:\w+\s+)?(?:موظفا?|إنسانا?|شخصا?|مندوبا?)",
        ),
    ),
}


def _phrases(language: str) -> Phrases:
    gettext, understood = translator(language), UNDERSTOOD.get(language, UNDERSTOOD["en"])
    return Phrases(
        greeting=gettext("Hello! What would you like to know?"),
        thanks=gettext("You're welcome! Is there anything else?"),
        goodbye=gettext("Goodbye, and thank you for writing!"),
        found=gettext("I'm not sure that this answers your question, but this is what I found:"),
        nothing=gettext("I don't know. I answer only from our help pages, and found nothing about this there."),
        offer=gettext("Would you like to talk to a person?"),
        says_hello=understood.says_hello,
        says_thanks=understood.says_thanks,
        says_goodbye=understood.says_goodbye,
        says_yes=understood.says_yes,
        wants_person=understood.wants_person,
    )


PHRASES = {language: _phrases(language) for language in languages()}


def phrases_for(language: str) -> Phrases:
    """English where a language is still missing."""
    return PHRASES[base_of(language) or "en"]
