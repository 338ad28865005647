"""What the page of the diagnostics needs to go a message's way from the browser: a probe, and its end."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dashboard.api.rights import owner_of
from dashboard.diagnostics.asking import seconds_until_next_run
from dashboard.diagnostics.browser import lend_probe, take_back
from foundation.redis import RedisError
from foundation.rest import ErrorAnswer, answer, error_body, read, run


class BrowserProbe(BaseModel):
    """An organisation that is nobody's, for some minutes. `website_key` begins a session of a visitor;
    `connection_token` opens one socket of its dashboard; `handle` gives it back."""

    handle: str
    website_key: str
    connection_token: str


class ProbeHandle(BaseModel):
    model_config = ConfigDict(extra="forbid")

    handle: str = Field(min_length=1, max_length=200)


class BrowserProbeView(APIView):
    """`POST diagnostics/browser/`, for owners and admins; six times a minute."""

    @extend_schema(request=None, responses={201: BrowserProbe, 503: ErrorAnswer}, operation_id="diagnostics_browser")
    def post(self, request: Request) -> Response:
        actor = owner_of(request)
        wait = seconds_until_next_run(actor.user_id, "browser-")
        if wait:
            raise Throttled(wait)
        try:
            lent = run(lend_probe(actor.user_id))
        except RedisError:
            return Response(error_body("unavailable", "Try again in a moment."), status=503)
        made = BrowserProbe(handle=lent.handle, website_key=lent.website_key, connection_token=lent.connection_token)
        return answer(made, status=201)


class BrowserProbeEndView(APIView):
    """`POST diagnostics/browser/end/`: it is removed with all that was said. Whoever closes the page leaves it to the
    worker."""

    @extend_schema(request=ProbeHandle, responses={204: None, 404: ErrorAnswer}, operation_id="diagnostics_browser_end")
    def post(self, request: Request) -> Response:
        actor = owner_of(request)
        if not run(take_back(read(request, ProbeHandle).handle, actor.user_id)):
            return Response(error_body("not_found", "There is no such probe."), status=404)
        return answer(None, status=204)
