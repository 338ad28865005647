"""German. It is polite without "Sie" or "du", where it can be."""

from __future__ import annotations

import re

from assistant.providers.builtin.phrases.base import Phrases, whole

_PERSON = (
    r"(?:(?:echte\w*|richtige\w*)\s+)?(?:menschen?|person|mitarbeiter\w*|berater\w*|kundenberater\w*|"
    r"kundendienst|kundenservice|jemand\w*)"
)
GERMAN = Phrases(
    greeting="Hallo! Worum geht es?",
    thanks="Gern geschehen! Gibt es noch etwas?",
    goodbye="Auf Wiedersehen, und danke für die Nachricht!",
    found="Ob das die Frage beantwortet, ist nicht sicher, aber das habe ich gefunden:",
    nothing="Das weiß ich nicht. Ich antworte nur aus unseren Hilfeseiten und habe dort nichts dazu gefunden.",
    offer="Soll ein Mensch weiterhelfen?",
    says_hello=whole(
        r"(?:hallo+|hi+|hey+|moin(?:\s+moin)?|servus|grüezi|grüß\s+(?:gott|dich|euch)|guten\s+(?:tag|morgen|abend))"
    ),
    says_thanks=whole(
        r"(?:(?:ok(?:ay)?|super|toll|gut|prima|perfekt|nein|ja)\W+)*(?:vielen\s+|besten\s+|herzlichen\s+)?(?:dank\w*)"
        r"(?:\W+(?:schön|sehr|dir|ihnen|euch|für|die|das|alles|hilfe))*"
    ),
    says_goodbye=whole(
        r"tschüss?i?|auf\s+wieder(?:sehen|schauen)|bis\s+(?:bald|dann|später)|schönen\s+tag(?:\s+noch)?|ciao"
    ),
    says_yes=whole(r"(?:ja+|jep|gerne?|bitte|klar|ok(?:ay)?|natürlich|unbedingt)(?:\W+(?:bitte|gerne?))*"),
    wants_person=re.compile(
        rf"^\W*(?:{_PERSON})(?:\W+bitte)?\W*$"
        rf"|\bmit\s+(?:\w+\s+)?{_PERSON}\s+(?:sprechen|reden|chatten|schreiben|telefonieren|verbinden)\b"
        rf"|\b(?:ich\s+(?:will|möchte|brauche|hätte\s+gern\w*)|bitte)\s+(?:\w+\s+)?{_PERSON}\b"
        rf"|\bverbind\w*\s+(?:sie\s+)?mich\b",
        re.IGNORECASE,
    ),
)
