"""Which kind of actor a view is for. What they may see of it is decided by scoped queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actors import Staff, VisitorActor

if TYPE_CHECKING:  # it imports this module, by way of the settings
    from rest_framework.views import APIView


class IsStaff(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Staff)


class IsVisitor(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, VisitorActor)


class IsAnyActor(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Staff | VisitorActor)
