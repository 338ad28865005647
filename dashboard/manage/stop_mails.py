"""The end of one kind of mails, from the mail itself: for its reader, logged in or not, and for their mail program."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions.mail_choices import DIGEST, NEW, UNCLAIMED, stop_mails, stopped_by

WORDS = {
    NEW: "mails about new conversations",
    DIGEST: "digests",
    UNCLAIMED: "mails about conversations that nobody claims",
}


@csrf_exempt  # mail programs send it by themselves (RFC 8058); the token says who has read the mail
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stopped(request: HttpRequest, token: str) -> HttpResponse:
    """Opened, it asks: programs that look at links before their reader does must end nothing."""
    found = stopped_by(token)
    if found is None or found[1] not in WORDS:
        raise Http404
    person, kind = found
    if request.method == "POST":
        stop_mails(person.pk, kind)
    context = {"person": person, "what": WORDS[kind], "is_done": request.method == "POST"}
    return render(request, "manage/stop_mails.html", context)
