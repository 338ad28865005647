"""Forget what every website's passages mean, and have the embedding model asked anew: when it was exchanged for another
of the same name."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assistant.embeddings.index import forget_vectors


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        forget_vectors()
        self.stdout.write("Forgotten. A worker begins anew within 15 seconds; until then, full-text search answers.")
