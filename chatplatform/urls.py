"""Every HTTP address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import allauth.urls
from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.urls import URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from accounts.api.tokens import ConnectionTokenView, TokenView
from accounts.people_log import with_rows
from chatplatform import api_pages, health
from chatplatform.admin_policy import with_jquery
from chatplatform.metrics import metrics
from conversations.api.attachments import AttachmentView
from conversations.api.pictures import picture
from dashboard.pages.invitation import invitation
from foundation.rest import error_page
from integrations.mail.inbound import inbound

# Our log-in, which is limited and asks for the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.admin_view = with_jquery(admin.site.admin_view)  # type: ignore[method-assign, assignment]

urlpatterns = [
    path("", RedirectView.as_view(url="/live-chat/")),
    path("", include("dashboard.pages.urls")),
    path("manage/", include("dashboard.manage.urls")),
    path("", include("widget.pages.urls")),
    path("pictures/<slug:name>.webp", picture, name="picture"),
    path("accounts/invitation/", invitation, name="invitation"),
    path("accounts/", include(allauth.urls)),
    path("admin/", admin.site.urls),
    path("api/v1/auth/token/", TokenView.as_view()),
    path("api/v1/auth/ws-connection-token/", ConnectionTokenView.as_view()),
    path("api/v1/attachments/<uuid:attachment_id>/", AttachmentView.as_view()),
    path("api/v1/widget/", include("widget.api.urls")),
    path("api/v1/mail/", inbound),
    path("api/v1/", include("dashboard.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
    path("api/docs/", api_pages.docs, name="api-docs"),
    path("api/client/", api_pages.client, name="api-client"),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("metrics", metrics),
    *([path("demo/", include("demo.urls"))] if apps.is_installed("demo") else []),
]


@csrf_exempt
def nothing_in_the_api(request: HttpRequest, rest: str = "") -> JsonResponse:
    return error_page("not_found", "There is nothing here.", 404)


def make_whole(patterns: Iterable[Any]) -> None:
    """allauth's pages: a change of somebody's log-in and the row that tells of it are one transaction."""
    for one in patterns:
        if isinstance(one, URLResolver):
            make_whole(one.url_patterns)
        else:
            one.callback = with_rows(one.callback)


make_whole(allauth.urls.urlpatterns)
urlpatterns.append(re_path(r"^api/(?P<rest>.*)$", nothing_in_the_api))


def failed(request: HttpRequest) -> HttpResponse:
    """Django's last resort: an error in the API is JSON, too."""
    if request.path.startswith("/api/"):
        return error_page("internal", "Something went wrong on our side.", 500)
    return HttpResponse(get_template("500.html").render(), status=500)


handler500 = failed
