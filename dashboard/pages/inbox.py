"""The page that carries the inbox: who is looking, what they may see, and where the bundle lies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import SEES_ALL, administered_websites, websites_of
from accounts.colleagues import availability_of
from accounts.models import Membership, User
from accounts.second_factor import SecondFactorMissing, lacks_second_factor
from assistant.providers.choice import websites_with_model
from conversations.files.limits import upload_limits
from foundation.bundles import NotBuilt, bundle_url, chunk_urls
from foundation.translations import language_name, languages

SHOWN = ("id", "name", "website_key", "is_active", "ai_enabled", "assistant_name", "unclaimed_minutes", "avatar_url")
# Nothing may turn a string into script but what begins the service worker (frontend/inbox/alerts/desktop.ts), whose
# address is written there.
NOTICES = "notices"


@require_safe
@never_cache
@csp_replace({"trusted-types": [NOTICES]})
def inbox(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """The inbox, whatever conversation the address names: the app reads it from the address and asks for its rights."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    if lacks_second_factor(request.user.pk):
        return led_to_second_factor(request)
    if has_nothing_yet(request.user):
        return redirect("manage:start")
    try:
        bundles = {
            "script": bundle_url("inbox.js"),
            "styles": bundle_url("inbox.css"),
            "chunks": chunk_urls("inbox.js"),
        }
    except NotBuilt:
        return render(request, "dashboard/not_built.html", status=503)
    return render(request, "dashboard/inbox.html", {**bundles, "boot": boot(request, request.user)})


@require_safe
@never_cache
def websites(request: HttpRequest) -> JsonResponse:
    """Those of the page as they are now, for one that is open when there is one more."""
    if not isinstance(request.user, User) or lacks_second_factor(request.user.pk):
        return JsonResponse({"websites": []}, status=403)
    return JsonResponse({"websites": websites_shown(request.user)})


def has_nothing_yet(user: User) -> bool:
    """Whether the first run is what they need: no website, and none that somebody else could give them."""
    mine = Membership.with_suspended.filter(user=user)
    administers = mine.filter(is_suspended=False, role__in=SEES_ALL)
    is_new = settings.SIGN_UP and not mine.exists()
    return not websites_of(user).exists() and bool(is_new or administers.exists())


def led_to_second_factor(request: HttpRequest) -> HttpResponse:
    """Before anything else, where an organisation requires one."""
    messages.warning(request, str(SecondFactorMissing()))
    return redirect("mfa_index")


def away_of(user: User) -> dict[str, Any]:
    state = availability_of(user.pk)
    return {"is_away": state.is_away, "away_from": state.away_from}


def websites_shown(user: User) -> list[dict[str, Any]]:
    found = list(websites_of(user).values(*SHOWN))
    with_model = websites_with_model(website["id"] for website in found)
    return [website | {"rewrites": website["id"] in with_model} for website in found]


def boot(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the app knows before it asks for anything."""
    return {
        "user": {
            "id": user.pk,
            "name": user.shown_name,
            "email": user.email,
            "avatar_url": user.avatar_url,
            **away_of(user),
        },
        "websites": websites_shown(user),
        "csrf": get_token(request),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "upload": upload_limits(),
        "sends_mail": settings.SENDS_MAIL,
        "mail_languages": [(one, language_name(one)) for one in sorted(languages())],
        "now": timezone.now().isoformat(),
        "public_url": settings.PUBLIC_URL,
        "ws_url": settings.PUBLIC_URL.replace("http", "ws", 1) + "/ws/dashboard/",
        "login_url": reverse("account_login"),
        "logout_url": reverse("account_logout"),
        "websites_url": reverse("dashboard:websites"),
        "account_url": reverse("manage:account"),
        "mails_url": reverse("manage:mails"),
        "manage_url": reverse("manage:home") if administered_websites(user).exists() else None,
    }
