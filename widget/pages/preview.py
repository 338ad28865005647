"""The chat as its owner is about to have it, on a page of our own: the real scripts, with a draft of the settings.

Nothing of it reaches the server: the window begins without a session, so a draft makes no visitor and no conversation.
"""

from __future__ import annotations

from typing import Any, Literal

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt, xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.drafts import drafted, kept_draft
from accounts.models import Website
from foundation.bundles import NotBuilt
from foundation.redis import RedisError
from foundation.rest import run
from foundation.translations import Translator
from widget.pages.controls import JAVASCRIPT
from widget.pages.frame import OUR_SITE, guarded, page
from widget.pages.languages import translator_for
from widget.pages.loader import asks_for_rules, config, rules_of, script_of

Side = Literal["open", "closed", "ended"]  # `ended`: the conversation was resolved


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-src": [SELF], "frame-ancestors": [SELF]})  # type: ignore[arg-type]  # it knows views without arguments
def preview(request: HttpRequest, token: str, side: Side) -> HttpResponse:
    """A page that stands for any of the owner's, with the chat on it."""
    website = _website(token)
    context = {"website": website, "token": token, "side": side, "query": request.GET.urlencode()}
    return render(request, "widget/preview.html", context)


@require_safe
@never_cache
def preview_loader(request: HttpRequest, token: str, side: Side) -> HttpResponse:
    website = _website(token)
    website.website_key = side  # what the page notes of an open window is not for the other side
    given = config(website)
    given["origin"] = f"{settings.PUBLIC_URL}/widget/preview/{token}"  # below which the window is looked for
    given["settings"] = given.get("settings", {}) | _asked(request, side)
    given["asks"] = True  # so that nothing is noted: what was sent away here is there again the next time
    rules = [rule.model_dump() for rule in website.widget_settings.proactive[:1]]
    if rules:
        given["rules"] = f"{settings.PUBLIC_URL}{request.path}?rules"
    try:
        if asks_for_rules(request):
            at_once = [rule | {"page": "*", "seconds": 0, "visits": 1} for rule in rules]
            return HttpResponse(rules_of(at_once), content_type=JAVASCRIPT)
        return HttpResponse(script_of(given), content_type=JAVASCRIPT)
    except NotBuilt:
        return HttpResponse("/* The front-ends have not been built yet. */", status=503, content_type=JAVASCRIPT)


@require_safe
@xframe_options_exempt
def preview_frame(request: HttpRequest, token: str, side: Side) -> HttpResponse:
    website = _website(token)
    website.website_key = side
    gettext = translator_for(website, request.GET.get("locale", ""))
    try:
        shown = page(website, gettext, available=True)
    except NotBuilt:
        return guarded(HttpResponse("The front-ends have not been built yet.", status=503), OUR_SITE)
    shown["boot"]["preview"] = _session(website) | (_ending(website, gettext) if side == "ended" else {})
    return guarded(render(request, "widget/frame.html", shown), OUR_SITE)


def _website(token: str) -> Website:
    try:
        draft = run(kept_draft(token))
    except RedisError:
        draft = None
    website = drafted(draft) if draft else None
    if website is None:
        raise Http404
    return website


def _asked(request: HttpRequest, side: Side) -> dict[str, Any]:
    found: dict[str, Any] = {"autoOpen": side != "closed"}
    if request.GET.get("scheme") in ("light", "dark"):
        found["colorScheme"] = request.GET["scheme"]
    if request.GET.get("locale"):
        found["locale"] = request.GET["locale"][:20]
    return found


def _session(website: Website) -> dict[str, Any]:
    """What the server would have answered a new visitor (widget/api/bodies.py)."""
    form = website.widget_settings.form
    asks = [field.model_dump() for field in form.fields] if form.enabled else []
    return {
        "visitor_token": "",
        "resume_handle": None,
        "conversation": None,
        "asks": asks,
        "widget": {"available": True},
    }


def _ending(website: Website, gettext: Translator) -> dict[str, Any]:
    """A conversation that is over, in words that are there in every language."""
    now = timezone.now().isoformat()
    state = {"id": "preview", "rev": 2, "status": "resolved", "handled_by": "human", "agent": None, "rating": None}
    markers = {"staff_delivered_rev": 2, "staff_read_rev": 2, "visitor_read_rev": 2, "unread_count": 0}
    said = [("user", gettext("Talk to a person")), ("assistant", gettext("Thank you."))]
    entries = [
        {
            **{"id": f"preview-{n}", "seq": n, "rev": n, "client_id": None, "conversation_id": "preview"},
            **{"kind": "message", "role": role, "is_manual": role == "assistant", "content": content},
            **{"author": None, "timestamp": now, "attachments": [], "sources": [], "deleted": False},
        }
        for n, (role, content) in enumerate(said, start=1)
    ]
    return {"conversation": {**state, **markers, "asks_email": False}, "entries": entries}
