"""What a page answers while Redis is away, where it cannot do without."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from foundation.logs import log
from foundation.redis import RedisError
from foundation.rest import error_page

logger = log(__name__)


class OutagesAsAnswers:
    """503 and when to come back, in place of 500. Views of the API say so themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, RedisError):
            return None
        logger.error("page failed", path=request.path, error=repr(error))
        answer: HttpResponse
        if request.path.startswith("/api/"):
            answer = error_page("unavailable", "Try again in a moment.", 503)
        else:
            answer = HttpResponse(get_template("503.html").render(), status=503)
        answer["Retry-After"] = "2"
        return answer
