"""Which kind of actor a view is for. What they may see of it is decided by scoped queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actors import Staff, VisitorActor
from accounts.api.scopes import check_scope

if TYPE_CHECKING:  # it imports this module, by way of the settings
    from rest_framework.views import APIView


class IsStaff(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Staff) and is_in_scope(request, request.auth)


class IsVisitor(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, VisitorActor)


class IsAnyActor(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.auth, Staff):
            return is_in_scope(request, request.auth)
        return isinstance(request.auth, VisitorActor)


def is_in_scope(request: Request, actor: Staff) -> bool:
    """People need none. Raises PermissionDenied, which names the scope that a key lacks."""
    if actor.key is not None:
        check_scope(request, actor.key)
    return True
