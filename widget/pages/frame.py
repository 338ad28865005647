"""The chat's own document, embedded in customers' pages: who may embed it, and what it knows before it asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from accounts.models import Website
from accounts.widget_settings import FormField, OwnTexts, WidgetSettings
from conversations.files.limits import upload_limits
from conversations.models import Visitor
from conversations.presence import is_available
from conversations.protocol import MAX_CONTENT
from foundation.bundles import NotBuilt, bundle_url, chunk_urls
from foundation.colours import palette
from foundation.rest import run
from foundation.translations import Translator
from widget.forms import is_left_here, unanswered
from widget.pages.ancestors import frame_ancestors
from widget.pages.languages import translator_for
from widget.pages.texts import texts
from widget.pages.websites import find_website

NOBODY = ("'none'",)
OUR_SITE = ("'self'",)


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, website_key: str) -> HttpResponse:
    website = find_website(website_key)
    if website is None:
        # The same for a key that never was and for one that is switched off.
        return guarded(render(request, "widget/frame.html"), NOBODY)
    ancestors = frame_ancestors(website.allowed_domains, demo=settings.DEMO)
    gettext = translator_for(website, request.GET.get("locale", ""))
    try:
        available = run(is_available(website.pk, website.opening_hours))
        return guarded(render(request, "widget/frame.html", page(website, gettext, available)), ancestors)
    except NotBuilt:
        return guarded(HttpResponse("The front-ends have not been built yet.", status=503), ancestors)


def page(website: Website, gettext: Translator, available: bool) -> dict[str, Any]:
    asks = asked_first(website, available)
    return {
        "boot": boot(website, gettext) | {"available": available, "asks": [one.model_dump() for one in asks]},
        "title": gettext("Chat with {name}").format(name=website.name),
        "language": gettext.language,
        "direction": "rtl" if gettext.is_from_right_to_left else "ltr",
        "styles": bundle_url("frame.css"),
        "script": bundle_url("frame.js"),
        "chunks": [*chunk_urls("frame.js"), *begins_with(website, asks)],
    }


def boot(website: Website, gettext: Translator) -> dict[str, Any]:
    """Public by nature: everybody who can see the launcher can read it."""
    colours, chosen = palette(website.brand_color), website.widget_settings
    own = chosen.texts.get(gettext.language, OwnTexts())
    back_at = website.opening_hours.next_opening(timezone.now())
    return {
        "key": website.website_key,
        "name": website.name,
        "picture": website.avatar_url,
        "language": gettext.language,
        "colours": {
            "fill": colours.fill,
            "onFill": colours.on_fill,
            "accentOnLight": colours.accent_on_light,
            "accentOnDark": colours.accent_on_dark,
        },
        # What nobody has changed is said in the visitor's language.
        "greeting": own.greeting or gettext(website.greeting),
        "intro": own.intro or gettext(website.intro),
        "chips": own.chips or website.chips,
        "mail": website.support_email,
        "assistant": gettext(website.assistant_name) if website.ai_enabled else None,
        "maxLength": MAX_CONTENT,
        "upload": upload_limits(),
        "mails": settings.SENDS_MAIL,
        "backAt": back_at.isoformat() if back_at else None,
        **look(chosen, own),
        "texts": texts(gettext),
        "now": int(timezone.now().timestamp() * 1000),
    }


def begins_with(website: Website, asks: list[FormField]) -> list[str]:
    """What a new visitor meets: the question whether they agree, the form, or where to write."""
    if website.widget_settings.consent.enabled:
        return [bundle_url("consent.js")]
    return [bundle_url(name) for name in (["consent.js", "forms.js"] if asks else ["writing.js"])]


def asked_first(website: Website, available: bool) -> list[FormField]:
    """The form a new visitor finds: what a session would answer now, so that the window need not wait for one."""
    return unanswered(website, Visitor(website=website), is_away=is_left_here(website, is_available=available))


def look(chosen: WidgetSettings, own: OwnTexts) -> dict[str, Any]:
    """What is switched on. The owner's texts in the visitor's language, else those in the website's own; where they are
    empty, too, texts.py has them."""
    asked = chosen.consent
    said = {"text": own.consent_text or asked.text, "link_text": own.consent_link_text or asked.link_text}
    return {
        "faces": chosen.show_faces,
        "emoji": chosen.emoji,
        "consent": asked.model_dump() | said if asked.enabled else None,
        "formIntro": own.form_intro or chosen.form.intro,
        "labels": own.labels,
        "away": own.offline_text or chosen.offline.text,
        "rating": own.rating_question or chosen.rating.question if chosen.rating.enabled else None,
        "transcript": chosen.transcript and settings.SENDS_MAIL,
    }


def guarded(response: HttpResponse, ancestors: tuple[str, ...]) -> HttpResponse:
    response["Content-Security-Policy"] = policy(ancestors)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cross-Origin-Embedder-Policy"] = "credentialless"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def policy(ancestors: tuple[str, ...]) -> str:
    """No inline script or style anywhere: styles are set through the CSSOM, the boot data is no script."""
    sockets = settings.PUBLIC_URL.replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            f"connect-src 'self' {sockets}",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(ancestors)}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
