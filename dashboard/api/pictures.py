"""Pictures over REST: one's own, and those of websites that one administers."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Staff
from accounts.api.actors import staff_of
from accounts.colleagues import members_for
from conversations.actions.pictures import made_small, put_picture, set_own_picture
from conversations.api.attachments import UPLOAD, uploaded
from conversations.errors import Forbidden, NotFound
from dashboard.api.websites import administered
from foundation.rest import answer, run


class PictureForm(BaseModel):
    """`avatar_url` is an address on our own host."""

    avatar_url: str


takes_a_picture = extend_schema(request=UPLOAD, responses={201: PictureForm})


class MemberPictureView(APIView):
    """`POST|DELETE members/<id>/picture/`: one's own only."""

    parser_classes = (MultiPartParser,)

    @takes_a_picture
    def post(self, request: Request, user_id: int) -> Response:
        actor = _oneself(staff_of(request), user_id)
        return answer(PictureForm(avatar_url=run(set_own_picture(actor, _sent(request, actor)))), status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, user_id: int) -> Response:
        run(set_own_picture(_oneself(staff_of(request), user_id), None))
        return answer(None, status=204)


class WebsitePictureView(APIView):
    """`POST|DELETE websites/<id>/picture/`."""

    parser_classes = (MultiPartParser,)

    @takes_a_picture
    def post(self, request: Request, website_id: int) -> Response:
        actor = staff_of(request)
        website = administered(actor, website_id)
        return answer(PictureForm(avatar_url=put_picture(website, _sent(request, actor))), status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, website_id: int) -> Response:
        put_picture(administered(staff_of(request), website_id), None)
        return answer(None, status=204)


def _oneself(actor: Staff, user_id: int) -> Staff:
    """Raises NotFound for somebody who shares no website with the actor, and Forbidden for a colleague."""
    if user_id == actor.user_id:
        return actor
    if user_id not in {one.user.pk for one in members_for(actor)}:
        raise NotFound("member")
    raise Forbidden("Everybody chooses their own picture.")


def _sent(request: Request, actor: Staff) -> bytes:
    file = uploaded(request, actor)
    return made_small(file.name or "", file, file.size or 0)
