"""`GET diagnostics/`: the five tests of the running system, what it stands on, and figures of the caller's websites."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import administered_websites
from accounts.models import User
from dashboard.api.rights import owner_of
from dashboard.diagnostics.asking import seconds_until_next_run
from dashboard.diagnostics.running import diagnose
from foundation.rest import answer, run_long


class CheckResult(BaseModel):
    """`ms`: milliseconds it took, null where it was skipped. `detail` of a part is for operators alone."""

    key: str
    title: str
    outcome: Literal["ok", "failed", "notice", "skipped"]
    ms: float | None
    detail: str
    cause: str
    fix: str


class WebsiteState(BaseModel):
    """`subscribers`: dashboards that hear this website now, over all processes."""

    id: int
    name: str
    is_active: bool
    subscribers: int
    open_conversations: int


class Diagnostics(BaseModel):
    """`ok`: nothing that is needed has failed; a notice is no failure."""

    ok: bool
    at: datetime
    url: str
    steps: list[CheckResult]
    parts: list[CheckResult]
    websites: list[WebsiteState]


class DiagnosticsView(APIView):
    """`GET diagnostics/`, for owners and admins; six times a minute."""

    @extend_schema(responses=Diagnostics, operation_id="diagnostics_retrieve")
    def get(self, request: Request) -> Response:
        actor = owner_of(request)
        wait = seconds_until_next_run(actor.user_id)
        if wait:
            raise Throttled(wait)
        user = User.objects.get(pk=actor.user_id)
        mine = administered_websites(user).filter(pk__in=actor.websites)
        report = run_long(diagnose(websites=list(mine.values_list("pk", flat=True))))
        report = report if user.is_staff else report.for_owners()
        return answer(Diagnostics.model_validate(report.as_json()))
