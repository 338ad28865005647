"""Who may open a page of these: owners and admins of the organisation that the website belongs to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.actors import may_administer, websites_of
from accounts.models import User, Website
from accounts.second_factor import lacks_second_factor
from dashboard.pages.inbox import led_to_second_factor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PageOfWebsite = Callable[Concatenate[HttpRequest, Website, P], HttpResponseBase]


def for_members(view: View[P]) -> View[P]:
    """For whoever is logged in; others are sent to the log-in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if lacks_second_factor(request.user.pk):
            return led_to_second_factor(request)
        return view(request, *args, **kwargs)

    return cast(View[P], never_cache(guarded))


def for_owners(view: PageOfWebsite[P]) -> Callable[..., HttpResponseBase]:
    """The view gets the website of `website_id`: 404 for who may not see it, 403 for who may only answer there."""

    @wraps(view)
    def guarded(request: HttpRequest, website_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = member(request)
        website = websites_of(user).filter(pk=website_id).first()
        if website is None:
            raise Http404
        if not may_administer(user.pk, website.organisation_id):
            raise PermissionDenied("Only owners and admins may do this.")
        return view(request, website, *args, **kwargs)

    return for_members(guarded)


def member(request: HttpRequest) -> User:
    """Who is looking, on a page for members."""
    assert isinstance(request.user, User), "the view lacks the decorator for_members"
    return request.user
