"""The second script on customers' pages: the built one, with its few words in every language.

It is the same for all websites. Its name changes with its content, so browsers keep it for good.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from foundation.bundles import NotBuilt, bundle_text
from foundation.translations import Translator, languages, translator

JAVASCRIPT = "text/javascript; charset=utf-8"
HEADERS = {
    "Access-Control-Allow-Origin": "*",  # modules are fetched with CORS
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
KEPT = "public,max-age=31536000,immutable"
NOT_KEPT = "no-cache"  # another release's name, while servers of two are behind one address


@require_safe
@gzip_page
def controls(request: HttpRequest, digest: str) -> HttpResponse:
    try:
        script = controls_script(bundle_text("controls.js"))
    except NotBuilt:
        return HttpResponse("/* The front-ends have not been built yet. */", status=503, content_type=JAVASCRIPT)
    kept = KEPT if digest == _digest(script) else NOT_KEPT
    return HttpResponse(script, content_type=JAVASCRIPT, headers={**HEADERS, "Cache-Control": kept})


def controls_url() -> str:
    """Raises NotBuilt."""
    name = _digest(controls_script(bundle_text("controls.js")))
    return urljoin(settings.PUBLIC_URL, reverse("widget_pages:controls", args=[name]))


@lru_cache(maxsize=2)
def controls_script(built: str) -> str:
    words = {language: texts(translator(language)) for language in sorted(languages())}
    return f"const __WORDS__={json.dumps(words, ensure_ascii=False, separators=(',', ':'))};{built}"


@lru_cache(maxsize=2)
def _digest(script: str) -> str:
    return sha256(script.encode()).hexdigest()[:12]


def texts(gettext: Translator) -> list[str]:
    """By their places, to be short: see ControlsTexts in frontend/widget/loader/words.ts."""
    return [
        gettext("Close chat"),
        gettext("Try again"),
        gettext("The chat cannot be reached right now."),
        gettext("The chat cannot be reached right now. You can write to us:"),
    ]
