"""API keys over REST, for owners and admins. People only: no key makes another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from drf_spectacular.utils import extend_schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiKey, Scope
from conversations.errors import NotFound
from dashboard.api.rights import ORGANISATION, administered_organisations, asked_organisation, one_of, owner_of
from foundation.rest import ErrorAnswer, answer, read, run
from integrations.api_keys import delete_key, make_key, tell_of_end

LONGEST_NAME = 80  # characters


class ApiKeyForm(BaseModel):
    """`start`: by which it is known; `key` is told once. `websites` null: every one that its maker may see."""

    id: int
    organisation: int
    name: str
    start: str
    scopes: list[Scope]
    websites: list[int] | None
    user_id: int
    user_name: str
    expires_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime
    key: str | None = None

    @classmethod
    def of(cls, one: ApiKey, key: str | None = None) -> ApiKeyForm:
        return cls(
            id=one.pk,
            organisation=one.organisation_id,
            name=one.name,
            start=one.start,
            scopes=[Scope(name) for name in one.scopes],
            websites=None if one.sees_every_website else sorted(site.pk for site in one.websites.all()),
            user_id=one.user_id,
            user_name=one.user.shown_name,
            expires_at=one.expires_at,
            last_used_at=one.last_used_at,
            created_at=one.created_at,
            key=key,
        )


class ApiKeysForm(BaseModel):
    """All of an organisation: there are at most 50."""

    results: list[ApiKeyForm]
    next: str | None = None
    previous: str | None = None


class NewApiKey(BaseModel):
    """`organisation`: needed by who administers several. Without `expires_at` it lasts until it is deleted."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    scopes: Annotated[list[Scope], Field(min_length=1)]
    websites: list[int] | None = None
    expires_at: AwareDatetime | None = None
    organisation: int | None = None


class ApiKeysView(APIView):
    """`GET|POST api-keys/`."""

    @extend_schema(
        parameters=[ORGANISATION], responses={200: ApiKeysForm, 404: ErrorAnswer}, operation_id="api_keys_list"
    )
    def get(self, request: Request) -> Response:
        organisation = asked_organisation(request, administered_organisations(owner_of(request)))
        return answer(ApiKeysForm(results=[ApiKeyForm.of(one) for one in keys_of(organisation)]))

    @extend_schema(request=NewApiKey, responses={201: ApiKeyForm, 404: ErrorAnswer})
    def post(self, request: Request) -> Response:
        actor = owner_of(request)
        body = read(request, NewApiKey)
        organisation = one_of(administered_organisations(actor), body.organisation)
        made, key = make_key(organisation, actor.user_id, body.name, body.scopes, body.websites, body.expires_at)
        return answer(ApiKeyForm.of(made, key), status=201)


class ApiKeyView(APIView):
    """`GET|DELETE api-keys/<id>/`."""

    @extend_schema(responses=ApiKeyForm, operation_id="api_keys_retrieve")
    def get(self, request: Request, key_id: int) -> Response:
        return answer(ApiKeyForm.of(_key(request, key_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key_id: int) -> Response:
        key = _key(request, key_id)
        delete_key(key)
        run(tell_of_end(key))
        return answer(None, status=204)


def keys_of(organisation_id: int) -> list[ApiKey]:
    """The newest first. Index api_keys_of_organisation."""
    mine = ApiKey.objects.for_organisations([organisation_id]).select_related("user")
    return list(mine.prefetch_related("websites").order_by("-id"))


def _key(request: Request, key_id: int) -> ApiKey:
    """Raises NotFound for one of an organisation that the caller does not administer."""
    mine = ApiKey.objects.for_organisations(administered_organisations(owner_of(request)))
    found = mine.select_related("user").filter(pk=key_id).first()
    if found is None:
        raise NotFound("API key")
    return found
