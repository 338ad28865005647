"""An answer is gone when it has been given: pages of a megabyte must not wait for the garbage collector."""

from __future__ import annotations

import gc
import weakref

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView


class Page(dict[str, str]):
    """Something large that can be watched."""


pages: list[weakref.ref[Page]] = []


class PageView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        page = Page(text="x" * 1000)
        pages.append(weakref.ref(page))
        return Response(page)


def test_a_page_is_let_go_with_its_answer() -> None:
    gc.disable()
    try:
        assert ask() == b'{"text":"' + b"x" * 1000 + b'"}'
        assert pages[-1]() is None
    finally:
        gc.enable()


def ask() -> bytes:
    answer = PageView.as_view()(APIRequestFactory().get("/"))
    content: bytes = answer.render().content
    answer.close()
    return content
