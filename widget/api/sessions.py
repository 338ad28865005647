"""How a widget begins: its website's configuration, and a session for its visitor."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.tokens import address_of
from accounts.models import Website
from conversations import audiences
from conversations.errors import Forbidden, NotFound
from conversations.models import Visitor
from conversations.presence import somebody_is_on
from conversations.subscribers.live import publish
from foundation.addresses import is_own_origin
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, read, run
from widget.api.bodies import NewSession, SessionForm, VisitorForm, WidgetConfig
from widget.sessions import open_session


class SessionsView(APIView):
    """`POST widget/sessions/`."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(request=NewSession, responses={201: SessionForm})
    def post(self, request: Request) -> Response:
        origin = request.headers.get("Origin")
        if origin is not None and not is_own_origin(origin):
            raise Forbidden("Only the chat's own page may open a session.")
        wait = run(seconds_to_wait(f"session:{address_of(request)}", settings.ENVIRONMENT.limit_sessions_per_minute))
        if wait:
            raise Throttled(wait)
        session = open_session(read(request, NewSession), request.headers.get("User-Agent", ""))
        run(publish(*session.happened))
        conversation = session.conversation
        return answer(
            SessionForm(
                visitor_token=session.visitor_token,
                resume_handle=session.resume_handle,
                visitor=visitor_form(session.visitor),
                conversation=audiences.state_for_visitor(conversation) if conversation else None,
                widget=widget_config(session.website),
            ),
            status=201,
        )


class ConfigView(APIView):
    """`GET widget/config/<website_key>/`."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(responses=WidgetConfig)
    def get(self, request: Request, website_key: str) -> Response:
        website = Website.objects.filter(website_key=website_key, is_active=True).first()
        if website is None:
            raise NotFound("website")
        return answer(widget_config(website))


def visitor_form(visitor: Visitor) -> VisitorForm:
    return VisitorForm(
        id=visitor.pk, name=visitor.name, email=visitor.email, identified=visitor.external_id is not None
    )


def widget_config(website: Website) -> WidgetConfig:
    given = {name: getattr(website, name) for name in WidgetConfig.model_fields if name != "available"}
    return WidgetConfig(available=run(somebody_is_on(website.pk)), **given)
