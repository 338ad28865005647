"""The one script on a customer's page, with the website's settings written into it: it makes no further request.

Where messages show themselves there is a second one at the same address, which the first brings in: `?rules`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.models import Website
from accounts.widget_settings import OwnTexts, ProactiveRule, WidgetSettings
from foundation.bundles import NotBuilt, bundle_text
from foundation.colours import palette
from foundation.translations import Translator, languages, translator
from widget.pages.controls import JAVASCRIPT, controls_url
from widget.pages.first_visit import note_first_visit
from widget.pages.languages import translator_for
from widget.pages.websites import find_website

HEADERS = {
    "Access-Control-Allow-Origin": "*",  # the rules are a module, and modules are fetched with CORS
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
    if website is not None:
        note_first_visit(website, request)
    made = rules_for if asks_for_rules(request) else script_for
    try:
        script = made(website) if website else NO_CHAT
    except NotBuilt:
        return HttpResponse("/* The front-ends have not been built yet. */", status=503, content_type=JAVASCRIPT)
    return HttpResponse(script, content_type=JAVASCRIPT, headers=HEADERS)


def script_for(website: Website) -> str:
    return script_of(config(website))


def script_of(given: dict[str, Any]) -> str:
    """The built loader as a function of its settings."""
    settings_text = json_text(given)
    built = bundle_text("loader.js").strip()
    return f'!function(__CONFIG__){{"use strict";{built}}}({settings_text});'


def asks_for_rules(request: HttpRequest) -> bool:
    return "rules" in request.GET


def rules_for(website: Website) -> str:
    chosen = website.widget_settings
    return rules_of([proactive(rule, chosen) for rule in chosen.proactive])


def rules_of(rules: list[dict[str, Any]]) -> str:
    """The built script with the rules before it."""
    given = {
        "rules": rules,
        "dismiss": {language: translator(language)("Close") for language in sorted(languages())},
    }
    return f"const __RULES__={json_text(given)};{bundle_text('rules.js')}"


def rules_url(website: Website) -> str:
    return urljoin(settings.PUBLIC_URL, reverse("widget_pages:loader", args=[website.website_key])) + "?rules"


def json_text(given: dict[str, Any]) -> str:
    """As it may stand in a script."""
    written = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    # Two line ends that JSON allows inside strings, and JavaScript did not for long.
    return written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def config(website: Website) -> dict[str, Any]:
    colours, chosen, gettext = palette(website.brand_color), website.widget_settings, translator_for(website)
    found = {
        "origin": settings.PUBLIC_URL,
        "key": website.website_key,
        "controls": controls_url(),
        "picture": urljoin(settings.PUBLIC_URL, website.avatar_url) if shows_picture(website) else "",
        "brand": colours.fill,
        "onBrand": colours.on_fill,
        "language": gettext.language,
        "mail": website.support_email,
        "settings": look(chosen, gettext.is_from_right_to_left),
        "rules": rules_url(website) if chosen.proactive else "",
        "asks": chosen.consent.enabled,
        # All of them, since the page chooses: the script makes no request of its own.
        "texts": {language: texts(website, translator(language)) for language in sorted(languages())},
    }
    return {name: value for name, value in found.items() if value}


def proactive(rule: ProactiveRule, chosen: WidgetSettings) -> dict[str, Any]:
    """`said`: in the languages in which the owner has said it, beside the website's own."""
    said = {language: own.proactive[rule.key] for language, own in chosen.texts.items() if rule.key in own.proactive}
    return rule.model_dump(exclude={"key"}) | ({"said": said} if said else {})


def texts(website: Website, gettext: Translator) -> list[str | int]:
    """By their places, to be short: see LoaderTexts in frontend/widget/loader/config.ts."""
    chosen = website.widget_settings
    own = chosen.texts.get(gettext.language, OwnTexts())
    words = own.launcher_text or chosen.launcher.text
    return [
        int(gettext.is_from_right_to_left),
        gettext("Chat with {name}").format(name=website.name),
        gettext("Open chat"),
        gettext("The chat cannot be reached right now."),
        *([words] if words else []),
    ]


def shows_picture(website: Website) -> bool:
    return bool(website.widget_settings.launcher.picture and website.avatar_url)


def look(chosen: WidgetSettings, is_from_right_to_left: bool) -> dict[str, Any]:
    """In the words of `window.chatPlatformSettings`, which goes before it. `end` is where it is anyway."""
    found: dict[str, Any] = {"hideLauncher": chosen.launcher.hidden}
    if chosen.launcher.position == "start":
        found["position"] = "right" if is_from_right_to_left else "left"
    if chosen.color_scheme != "auto":
        found["colorScheme"] = chosen.color_scheme
    return {name: value for name, value in found.items() if value}
