"""What the OpenAPI document says of each address beyond its forms: who may call it, and how it refuses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from accounts.api.idempotency import HEADER, takes_keys
from accounts.api.permissions import IsAnyActor, IsStaff, IsVisitor
from foundation.rest import ErrorAnswer

Needed = list[dict[str, list[str]]]
STAFF: Needed = [{"staffToken": []}, {"apiKey": []}, {"staffSession": []}]
VISITOR: Needed = [{"visitorToken": []}]
WHO: dict[Any, Needed] = {IsStaff: STAFF, IsVisitor: VISITOR, IsAnyActor: STAFF + VISITOR}
CREDENTIALS = {
    "staffToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "from `POST auth/token/`",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": '`Api-Key <key>`; from `POST api-keys/`, or the page "API keys"',
    },
    "staffSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "chat_session_<port>",
        "description": "The browser's log-in. Calls that write need the CSRF token in `X-CSRFToken`, too.",
    },
    "visitorToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "starts with `v_`; from `POST widget/sessions/`",
    },
}


IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"},
    OpenApiParameter.HEADER,
    description="Your own name for this request: asked again with it within 24 hours, it is not done again.",
)


class Schema(AutoSchema):
    """`REST_FRAMEWORK["DEFAULT_SCHEMA_CLASS"]`."""

    def get_auth(self) -> Needed:
        wanted = next((WHO[one] for one in self.view.permission_classes if one in WHO), [])
        for name in (name for one in wanted for name in one):
            found = ResolvedComponent(name, ResolvedComponent.SECURITY_SCHEMA, schema=CREDENTIALS[name], object=name)
            self.registry.register_on_missing(found)
        return wanted

    def get_tags(self) -> list[str]:
        return ["visitor"] if self.path.startswith("/api/v1/widget/") else ["staff"]

    def get_override_parameters(self) -> list[Any]:
        return [IDEMPOTENCY_KEY] if self._takes_keys() else []

    def _takes_keys(self) -> bool:
        return takes_keys(self.method, self.path) and bool(self.get_auth())

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusals():
            answers.setdefault(status, self._get_response_for_code(ErrorAnswer, status, direction=direction))
        return dict(sorted(answers.items()))

    def _refusals(self) -> list[str]:
        known = ["429", "503"]
        if self._takes_keys():
            known += ["400", "409", "422"]
        if self.method in ("POST", "PATCH"):
            known += ["400", "413", "415"]
        elif self.get_override_parameters():
            known += ["400", "404"]  # 404: a cursor that we have not made
        if self.get_auth() or "auth/token/" in self.path:
            known += ["401", "403"]
        if "{" in self.path:
            known += ["404", "409"]
        if self.path.endswith("widget/sessions/"):
            known += ["403", "404"]
        return known
