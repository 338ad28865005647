"""How a widget begins: its website's configuration, and a session for its visitor."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import visitor_of
from accounts.api.permissions import IsVisitor
from accounts.api.tokens import address_of
from accounts.models import Website
from conversations import audiences
from conversations.errors import Forbidden, NotFound
from conversations.limits import count_command
from conversations.presence import is_available
from conversations.subscribers.live import publish
from foundation.addresses import is_own_origin
from foundation.rate_limits import seconds_to_wait
from foundation.rest import answer, read, run
from widget.api.bodies import NewSession, SessionForm, WidgetConfig, Withdrawal, visitor_form
from widget.forms import is_left_here, unanswered
from widget.sessions import open_session
from widget.withdrawal import withdraw_consent


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
        conversation, config = session.conversation, widget_config(session.website)
        is_away = is_left_here(session.website, is_available=config.available)
        return answer(
            SessionForm(
                visitor_token=session.visitor_token,
                resume_handle=session.resume_handle,
                visitor=visitor_form(session.visitor),
                conversation=audiences.state_for_visitor(conversation) if conversation else None,
                widget=config,
                asks=unanswered(session.website, session.visitor, is_away=is_away),
            ),
            status=201,
        )


class ConsentView(APIView):
    """`POST widget/consent/`: taken back. It is given with a session."""

    permission_classes = (IsVisitor,)

    @extend_schema(request=Withdrawal, responses={204: None})
    def post(self, request: Request) -> Response:
        actor = visitor_of(request)
        count_command(actor)
        read(request, Withdrawal)
        run(withdraw_consent(actor))
        return answer(None, status=204)


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


def widget_config(website: Website) -> WidgetConfig:
    made_of = {"available", "back_at", "mails", "widget"}
    given = {name: getattr(website, name) for name in WidgetConfig.model_fields if name not in made_of}
    hours = website.opening_hours
    return WidgetConfig(
        available=run(is_available(website.pk, hours)),
        back_at=hours.next_opening(timezone.now()),
        mails=settings.SENDS_MAIL,
        widget=website.widget_settings,
        **given,
    )
