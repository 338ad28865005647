"""Websites over REST: everybody of the staff sees theirs, owners and admins change them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.websites import rotate_key
from accounts.actors import SEES_ALL, Staff, administers_organisation, memberships_of
from accounts.api.actors import staff_of
from accounts.api.bodies import NewWebsite, WebsiteChanges, WebsiteForm, WebsitesForm
from accounts.models import Website
from conversations.actions.websites import add_website, delete_website, set_up_website
from foundation.pages import PAGE_PARAMETERS, Pages
from foundation.rest import answer, form, read, run


class ById(Pages):
    ordering = "id"


class WebsitesView(APIView):
    """`GET|POST websites/`."""

    @extend_schema(parameters=PAGE_PARAMETERS, responses={200: WebsitesForm}, operation_id="websites_list")
    def get(self, request: Request) -> Response:
        pages = ById()
        found = pages.paginate_queryset(
            Website.objects.filter(pk__in=list(staff_of(request).websites)), request, view=self
        )
        return pages.get_paginated_response([form(WebsiteForm.of(website)) for website in found or []])

    @extend_schema(request=NewWebsite, responses={201: WebsiteForm})
    def post(self, request: Request) -> Response:
        body = read(request, NewWebsite)
        organisation = self._organisation(staff_of(request), body.organisation)
        return answer(WebsiteForm.of(run(add_website(organisation, _given(body)))), status=201)

    def _organisation(self, actor: Staff, wanted: int | None) -> int:
        """The organisation to make it in: the one asked for, or the only one this person administers."""
        mine = memberships_of(actor).filter(role__in=SEES_ALL)
        found = list(mine.values_list("organisation_id", flat=True))
        if wanted is None and len(found) == 1:
            return found[0]
        if wanted not in found:
            raise PermissionDenied(
                "Only owners and admins may add a website; name the organisation if you have several."
            )
        return wanted


class WebsiteView(APIView):
    """`GET|PATCH|DELETE websites/<id>/`."""

    @extend_schema(responses=WebsiteForm, operation_id="websites_retrieve")
    def get(self, request: Request, website_id: int) -> Response:
        return answer(WebsiteForm.of(_website(staff_of(request), website_id)))

    @extend_schema(request=WebsiteChanges, responses=WebsiteForm)
    def patch(self, request: Request, website_id: int) -> Response:
        website = administered(staff_of(request), website_id)
        return answer(WebsiteForm.of(run(set_up_website(website.pk, _given(read(request, WebsiteChanges))))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, website_id: int) -> Response:
        website = administered(staff_of(request), website_id)
        run(delete_website(website.pk, website.organisation_id))
        return answer(None, status=204)


class RotateKeyView(APIView):
    """`POST websites/<id>/rotate-key/`: the old script tag stops working."""

    @extend_schema(request=None, responses=WebsiteForm)
    def post(self, request: Request, website_id: int) -> Response:
        website = administered(staff_of(request), website_id)
        return answer(WebsiteForm.of(rotate_key(website.pk)))


def _website(actor: Staff, website_id: int) -> Website:
    if website_id not in actor.websites:
        raise NotFound
    return Website.objects.get(pk=website_id)


def administered(actor: Staff, website_id: int) -> Website:
    """Raises NotFound for one that the actor may not see, PermissionDenied where they may only answer."""
    website = _website(actor, website_id)
    if not administers_organisation(actor, website.organisation_id):
        raise PermissionDenied("Only owners and admins may do this.")
    return website


def _given(body: WebsiteChanges) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_unset=True, exclude={"organisation"})
