"""What the answers of a website depend on, as one short text: when it differs, the questions are asked again.

Looked at by the worker rather than told by whoever changes something, so that no way of changing knowledge is missed.
"""

from __future__ import annotations

import json
from hashlib import sha256

from django.conf import settings
from django.db.models import Count, Max, Model

from accounts.models import Website
from assistant.embeddings.standing import standing_of
from assistant.models import Article, AssistantSettings, Passage


def fingerprint_of(website: Website) -> str:
    """Passages are made anew whenever their article is written, so their ids tell of every change of knowledge."""
    passages = Passage.objects.for_website(website.pk).aggregate(count=Count("pk"), newest=Max("pk"))
    articles = Article.objects.for_website(website.pk).aggregate(count=Count("pk"), changed=Max("updated_at"))
    chosen = AssistantSettings.objects.for_website(website.pk).first()
    parts = [
        passages,
        articles,
        [website.language, website.assistant_name, website.name, website.allowed_domains],
        _values(chosen) if chosen else None,
        [settings.AI_BASE_URL, settings.AI_MODEL],
        *_meanings(website),
    ]
    return sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def _meanings(website: Website) -> list[object]:
    """By which model passages are found, and whether already. Without one it is what it was before there were any."""
    standing = standing_of(website.pk)
    return [[standing.model, standing.is_complete]] if standing else []


def _values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
