"""`GET diagnostics/`: the five tests of the running system, what it stands on, and figures of the caller's websites."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import administered_websites
from accounts.models import User
from dashboard.api.rights import owner_of
from dashboard.diagnostics.asking import seconds_until_next_run
from dashboard.diagnostics.forwarding import HEADER, Verdict, is_made_up, seen_in
from dashboard.diagnostics.running import diagnose
from foundation.addresses import client_address
from foundation.rest import answer, run_long


class CheckResult(BaseModel):
    """`ms`: milliseconds it took, null where it was not `tried`; `detail` says why. Else `detail` of a part is for
    operators alone, unless it is of `websites`, whose own it is."""

    key: str
    title: str
    outcome: Literal["ok", "failed", "notice", "skipped"]
    ms: float | None
    tried: bool
    detail: str
    cause: str
    fix: str
    websites: list[int]


class WebsiteState(BaseModel):
    """`subscribers`: dashboards that hear this website now, over all processes."""

    id: int
    name: str
    is_active: bool
    subscribers: int
    open_conversations: int


class Asked(BaseModel):
    website: int | None = Field(None, ge=1, lt=1 << 63)


class Diagnostics(BaseModel):
    """`ok`: nothing that is needed has failed; a notice is no failure. `websites`: the first fifty by name; how many
    there are besides is said in `more_websites`."""

    ok: bool
    at: datetime
    url: str
    steps: list[CheckResult]
    parts: list[CheckResult]
    websites: list[WebsiteState]
    more_websites: int


SENT = "What you have put into X-Forwarded-For: an address that nobody has (198.51.100.0/24)."


class AddressAsked(BaseModel):
    sent: str = Field("", max_length=45)


class AddressSeen(BaseModel):
    """`proxies`: how many have written into X-Forwarded-For whom they were asked by. `verdict`: `forged` where an
    address that was made up is believed, `shared` where all visitors seem to come from one."""

    proxies: int
    trusted_proxies: int
    verdict: Verdict


class AddressView(APIView):
    """`GET diagnostics/address/?sent=`, for owners and admins: who the server believes that they are. No address is
    told, for those of the proxies are nobody's business."""

    @extend_schema(
        parameters=[OpenApiParameter("sent", str, description=SENT)],
        responses=AddressSeen,
        operation_id="diagnostics_address_retrieve",
    )
    def get(self, request: Request) -> Response:
        owner_of(request)
        asked = AddressAsked.model_validate(request.query_params.dict())
        sent = asked.sent if is_made_up(asked.sent) else ""
        believed = client_address(request.META.get("REMOTE_ADDR") or "", request.headers.get(HEADER))
        seen = seen_in(request.headers.get(HEADER), believed, sent, settings.TRUSTED_PROXIES)
        return answer(AddressSeen(proxies=seen.proxies, trusted_proxies=seen.trusted, verdict=seen.verdict))


class DiagnosticsView(APIView):
    """`GET diagnostics/?website=`, for owners and admins; six times a minute."""

    @extend_schema(
        parameters=[OpenApiParameter("website", int, description="One of yours, alone.")],
        responses=Diagnostics,
        operation_id="diagnostics_retrieve",
    )
    def get(self, request: Request) -> Response:
        actor = owner_of(request)
        asked = Asked.model_validate(request.query_params.dict())
        wait = seconds_until_next_run(actor.user_id)
        if wait:
            raise Throttled(wait)
        user = User.objects.get(pk=actor.user_id)
        mine = administered_websites(user).filter(pk__in=actor.websites)
        if asked.website is not None:
            mine = mine.filter(pk=asked.website)
            if not mine.exists():
                raise NotFound
        report = run_long(diagnose(websites=mine))
        report = report if user.is_staff else report.for_owners()
        return answer(Diagnostics.model_validate(report.as_json()))
