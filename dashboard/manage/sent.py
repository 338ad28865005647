"""What a form's page was sent."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def sent_in(request: HttpRequest) -> QueryDict | None:
    """For a form's `data`: None where its page is only opened. What was sent empty was sent, and is looked at."""
    return request.POST if request.method == "POST" else None
