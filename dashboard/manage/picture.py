"""The website's own picture, on the page of how the chat looks. It takes effect at once, unlike the draft beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import Website
from conversations.actions.pictures import NO_PICTURE, made_small, put_picture
from conversations.errors import Invalid, Refusal
from dashboard.manage.access import for_owners


@require_POST
@for_owners
def picture(request: HttpRequest, website: Website) -> HttpResponse:
    try:
        content = None if "remove" in request.POST else _sent(request)
    except Refusal as refused:
        messages.error(request, refused.detail.removeprefix("file: "))
    else:
        put_picture(website, content)
        messages.success(request, "The picture is gone." if content is None else "Visitors see this picture now.")
    return redirect("manage:appearance", website.pk)


def _sent(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(NO_PICTURE)
    return made_small(file.name or "", file, file.size or 0)
