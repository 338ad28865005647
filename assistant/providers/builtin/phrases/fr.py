"""French."""

from __future__ import annotations

import re

from assistant.providers.builtin.phrases.base import Phrases, whole

_PERSON = (
    r"(?:(?:vrai\w*|véritable)\s+)?(?:humaine?|être\s+humain|personne|conseill(?:er|ère)|agente?|"
    r"opérat(?:eur|rice)|quelqu'un|service\s+client)"
)
FRENCH = Phrases(
    greeting="Bonjour ! Que souhaitez-vous savoir ?",
    thanks="Avec plaisir ! Y a-t-il autre chose ?",
    goodbye="Au revoir, et merci de nous avoir écrit !",
    found="Je ne suis pas sûr que cela réponde à votre question, mais voici ce que j'ai trouvé :",
    nothing="Je ne sais pas. Je réponds uniquement d'après nos pages d'aide, et je n'y ai rien trouvé à ce sujet.",
    offer="Souhaitez-vous parler à une personne ?",
    says_hello=whole(r"(?:bonjour|bonsoir|salut|coucou|hello|allô)(?:\W+(?:à\s+tous|madame|monsieur))?"),
    says_thanks=whole(
        r"(?:(?:ok|super|parfait|génial|non|oui|d'accord)\W+)*merci(?:\W+(?:beaucoup|bien|à|vous|toi|pour|votre|l'aide|aide|tout))*"
    ),
    says_goodbye=whole(r"au\s+revoir|à\s+(?:bientôt|plus(?:\s+tard)?)|bonne\s+(?:journée|soirée)"),
    says_yes=whole(
        r"(?:oui+|ouais|d'accord|ok(?:ay)?|volontiers|bien\s+sûr|s'il\s+vous\s+plaît|svp|avec\s+plaisir)(?:\W+(?:merci|svp|s'il\s+vous\s+plaît))*"
    ),
    wants_person=re.compile(
        rf"^\W*(?:un|une)?\s*{_PERSON}(?:\W+(?:svp|s'il\s+vous\s+plaît))?\W*$"
        rf"|\b(?:parler|discuter|échanger)\s+(?:à|avec)\s+(?:un\w*\s+|votre\s+|le\s+)?{_PERSON}\b"
        rf"|\b(?:veux|voudrais|souhaite|besoin\s+d')\s*(?:un\w*\s+)?{_PERSON}\b"
        r"|\b(?:mettez|passez|transférez)-moi\b",
        re.IGNORECASE,
    ),
)
