"""Spanish."""

from __future__ import annotations

import re

from assistant.providers.builtin.phrases.base import Phrases, whole

_PERSON = (
    r"(?:humano|ser\s+humano|persona(?:\s+real)?|agente|asesora?|operadora?|representante|alguien|"
    r"atención\s+al\s+cliente)"
)
SPANISH = Phrases(
    greeting="¡Hola! ¿Qué le gustaría saber?",
    thanks="¡De nada! ¿Hay algo más?",
    goodbye="¡Hasta luego, y gracias por escribirnos!",
    found="No estoy seguro de que esto responda a su pregunta, pero es lo que he encontrado:",
    nothing="No lo sé. Respondo solo con nuestras páginas de ayuda, y allí no he encontrado nada sobre esto.",
    offer="¿Quiere hablar con una persona?",
    says_hello=whole(r"(?:hola+|buen[oa]s(?:\s+(?:días|tardes|noches))?|qué\s+tal|hey+)"),
    says_thanks=whole(
        r"(?:(?:ok|vale|perfecto|genial|no|sí)\W+)*(?:muchas\s+|mil\s+)?gracias(?:\W+(?:por|todo|la|su|tu|ayuda|a|usted|ti))*"
    ),
    says_goodbye=whole(r"adi[óo]s|hasta\s+(?:luego|pronto|mañana)|chao|que\s+tenga\s+(?:un\s+)?buen\s+día"),
    says_yes=whole(
        r"(?:s[íi]+|claro|vale|ok(?:ay)?|por\s+favor|por\s+supuesto|con\s+gusto)(?:\W+(?:gracias|por\s+favor))*"
    ),
    wants_person=re.compile(
        rf"^\W*(?:un|una)?\s*{_PERSON}(?:\W+por\s+favor)?\W*$"
        rf"|\b(?:hablar|chatear|comunicarme)\s+con\s+(?:un\w*\s+|su\s+|el\s+)?{_PERSON}\b"
        rf"|\b(?:quiero|necesito|quisiera|prefiero|deseo)\s+(?:(?:a\s+)?un\w*\s+)?{_PERSON}\b"
        rf"|\b(?:páseme|pásame|comuníqueme|transfiérame|conécteme)\b",
        re.IGNORECASE,
    ),
)
