"""Who may set a website up over REST: its owners and admins, as on its pages. Others of the staff are told so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.actors import SEES_ALL, Staff
from accounts.api.actors import staff_of
from accounts.api.websites import administered
from accounts.models import Membership, Website
from conversations.errors import Invalid

WEBSITE = OpenApiParameter("website", OpenApiTypes.INT, required=True, description="whose")


def owner_of(request: Request) -> Staff:
    """Before anything of the request is looked at. Raises PermissionDenied for who administers nothing."""
    actor = staff_of(request)
    if not Membership.objects.filter(user=actor.user_id, role__in=SEES_ALL).exists():
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
