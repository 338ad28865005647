"""The one script on a customer's page, with the website's settings written into it: it makes no further request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.models import Website
from accounts.widget_settings import WidgetSettings
from foundation.bundles import NotBuilt, bundle_text, bundle_url
from foundation.translations import Translator, languages, translator
from widget.pages.colours import palette
from widget.pages.languages import translator_for
from widget.pages.websites import find_website

JAVASCRIPT = "text/javascript; charset=utf-8"
HEADERS = {
    "Cache-Control": "public,max-age=300,stale-while-revalidate=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}

# The same for a key that never was and for one that is switched off: who is a customer is nobody's business.
NO_CHAT = 'console.info("[chat] This website key has no chat.");'


@require_safe
@gzip_page
def loader(request: HttpRequest, website_key: str) -> HttpResponse:
    website = find_website(website_key)
    try:
        script = script_for(website) if website else NO_CHAT
    except NotBuilt:
        return HttpResponse("/* The front-ends have not been built yet. */", status=503, content_type=JAVASCRIPT)
    return HttpResponse(script, content_type=JAVASCRIPT, headers=HEADERS)


def script_for(website: Website) -> str:
    """The built loader as a function of its settings."""
    settings_text = json.dumps(config(website), ensure_ascii=False, separators=(",", ":"))
    # Two line ends that JSON allows inside strings, and JavaScript did not for long.
    settings_text = settings_text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'!function(__CONFIG__){{"use strict";{bundle_text("loader.js").strip()}}}({settings_text});'


def config(website: Website) -> dict[str, Any]:
    colours, chosen, gettext = palette(website.brand_color), website.widget_settings, translator_for(website)
    return {
        "origin": settings.PUBLIC_URL,
        "key": website.website_key,
        "controls": urljoin(settings.PUBLIC_URL, bundle_url("controls.js")),
        "brand": colours.fill,
        "onBrand": colours.on_fill,
        "language": gettext.language,
        "mail": website.support_email,
        "settings": look(chosen, gettext.is_from_right_to_left),
        "proactive": [rule.model_dump() for rule in chosen.proactive],
        # All of them, since the page chooses: the script makes no request of its own.
        "texts": {language: texts(website, translator(language)) for language in sorted(languages())},
    }


def texts(website: Website, gettext: Translator) -> list[str | int]:
    """By their places, to be short: see LoaderTexts in frontend/widget/loader/config.ts."""
    return [
        int(gettext.is_from_right_to_left),
        gettext("Chat with {name}").format(name=website.name),
        gettext("Open chat"),
        gettext("Close chat"),
        unreachable_text(website, gettext),
        gettext("Try again"),
        gettext("Close"),
    ]


def look(chosen: WidgetSettings, is_from_right_to_left: bool) -> dict[str, Any]:
    """In the words of `window.chatPlatformSettings`, which goes before it. `end` is where it is anyway."""
    found: dict[str, Any] = {"launcherText": chosen.launcher.text, "hideLauncher": chosen.launcher.hidden}
    if chosen.launcher.position == "start":
        found["position"] = "right" if is_from_right_to_left else "left"
    if chosen.color_scheme != "auto":
        found["colorScheme"] = chosen.color_scheme
    return {name: value for name, value in found.items() if value}


def unreachable_text(website: Website, gettext: Translator) -> str:
    if website.support_email:
        return gettext("The chat cannot be reached right now. You can write to us:")
    return gettext("The chat cannot be reached right now.")
