"""The actor of a REST request, which its view's permission has checked."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.actors import Actor, Staff, VisitorActor


def actor_of(request: Request) -> Actor:
    actor = request.auth
    assert isinstance(actor, Staff | VisitorActor), "the view lacks a permission class"
    return actor


def staff_of(request: Request) -> Staff:
    actor = request.auth
    assert isinstance(actor, Staff), "the view lacks the permission class IsStaff"
    return actor


def visitor_of(request: Request) -> VisitorActor:
    actor = request.auth
    assert isinstance(actor, VisitorActor), "the view lacks the permission class IsVisitor"
    return actor
