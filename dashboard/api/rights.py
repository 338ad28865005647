"""Who may set a website up over REST: its owners and admins, as on its pages. Others of the staff are told so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.actors import SEES_ALL, Staff, memberships_of
from accounts.api.actors import staff_of
from accounts.models import Website
from conversations.errors import Invalid, NotFound
from dashboard.api.websites import administered

ORGANISATION = OpenApiParameter("organisation", OpenApiTypes.INT, description="needed by who administers several")
WEBSITE = OpenApiParameter("website", OpenApiTypes.INT, required=True, description="whose")


def owner_of(request: Request) -> Staff:
    """Before anything of the request is looked at. Raises PermissionDenied for who administers nothing."""
    actor = staff_of(request)
    if not memberships_of(actor).filter(role__in=SEES_ALL).exists():
        raise PermissionDenied("Only owners and admins may do this.")
    return actor


def asked_website(request: Request) -> Website:
    """That of `?website=`. Raises Invalid, NotFound or PermissionDenied."""
    return named_website(request, request.query_params)


def named_website(request: Request, given: Mapping[str, Any]) -> Website:
    actor, asked = owner_of(request), str(given.get("website", ""))
    if not asked.isascii() or not asked.isdigit() or len(asked) > 18:
        raise Invalid("website: the id of one")
    return administered(actor, int(asked))


def asked_organisation(request: Request, mine: list[int]) -> int:
    """That of `?organisation=`, if it is one of these; else the only one of them. Raises Invalid or NotFound."""
    asked = str(request.query_params.get("organisation", ""))
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Invalid("organisation: the id of one")
    return one_of(mine, int(asked) if asked else None)


def one_of(mine: list[int], wanted: int | None) -> int:
    """Raises Invalid or NotFound."""
    if wanted is None and len(mine) == 1:
        return mine[0]
    if wanted is None:
        raise Invalid("organisation: name it, you have several")
    if wanted not in mine:
        raise NotFound("organisation")
    return wanted


def administered_organisations(actor: Staff) -> list[int]:
    mine = memberships_of(actor).filter(role__in=SEES_ALL)
    return list(mine.values_list("organisation_id", flat=True))


def organisations_of(actor: Staff) -> list[int]:
    return list(memberships_of(actor).values_list("organisation_id", flat=True))
