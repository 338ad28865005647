"""The page that carries the inbox: who is looking, what they may see, and where the bundle lies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actors import administered_websites, websites_of
from accounts.colleagues import is_away
from accounts.models import User
from assistant.providers.choice import websites_with_model
from conversations.files.limits import upload_limits
from foundation.bundles import NotBuilt, bundle_url, chunk_urls

DEFAULT_PORTS = {"http": 80, "https": 443}
# The app writes text, never markup: nothing may turn a string into script.
NO_MARKUP = {"require-trusted-types-for": ["'script'"], "trusted-types": [NONE]}


@require_safe
@never_cache
@csp_update(NO_MARKUP)
def inbox(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """The inbox, whatever conversation the address names: the app reads it from the address and asks for its rights."""
    if not asked_for_on_public_host(request):
        return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path())
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    try:
        bundles = {
            "script": bundle_url("inbox.js"),
            "styles": bundle_url("inbox.css"),
            "chunks": chunk_urls("inbox.js"),
        }
    except NotBuilt:
        return render(request, "dashboard/not_built.html", status=503)
    return render(request, "dashboard/inbox.html", {**bundles, "boot": boot(request, request.user)})


def asked_for_on_public_host(request: HttpRequest) -> bool:
    """The socket takes our exact origin only, so on another host name the page would stay silent."""
    public = urlsplit(settings.PUBLIC_URL)
    asked = urlsplit(f"//{request.get_host()}")
    default = DEFAULT_PORTS[public.scheme]
    return (asked.hostname, asked.port or default) == (public.hostname, public.port or default)


def boot(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the app knows before it asks for anything."""
    websites = list(websites_of(user).values("id", "name", "website_key", "ai_enabled", "assistant_name"))
    with_model = websites_with_model(website["id"] for website in websites)
    return {
        "user": {"id": user.pk, "name": user.shown_name, "email": user.email, "is_away": is_away(user.pk)},
        "websites": [website | {"rewrites": website["id"] in with_model} for website in websites],
        "csrf": get_token(request),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "upload": upload_limits(),
        "now": timezone.now().isoformat(),
        "public_url": settings.PUBLIC_URL,
        "ws_url": settings.PUBLIC_URL.replace("http", "ws", 1) + "/ws/dashboard/",
        "login_url": reverse("account_login"),
        "logout_url": reverse("account_logout"),
        "manage_url": reverse("manage:home") if administered_websites(user).exists() else None,
    }
