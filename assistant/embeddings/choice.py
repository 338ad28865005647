"""Which model says what texts mean: an endpoint, a folder on this machine, or none."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from assistant.embeddings.base import Embedder
from assistant.embeddings.endpoint import EmbeddingEndpoint
from assistant.embeddings.local import local_model


def embedder() -> Embedder | None:
    """None: there is full-text search only. The key of AI_BASE_URL goes to AI_BASE_URL only."""
    if settings.EMBEDDING_MODEL_DIR:
        return local_model(Path(settings.EMBEDDING_MODEL_DIR))
    if not settings.AI_EMBEDDING_MODEL:
        return None
    if settings.AI_EMBEDDING_BASE_URL:
        url, key = settings.AI_EMBEDDING_BASE_URL, settings.AI_EMBEDDING_API_KEY
    else:
        url, key = settings.AI_BASE_URL, settings.AI_API_KEY
    return EmbeddingEndpoint(url, settings.AI_EMBEDDING_MODEL, key)
