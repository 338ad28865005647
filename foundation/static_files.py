"""Static files, of which the built ones are kept by browsers for good: their names change with their content."""

from __future__ import annotations

import re

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware

BUILT = re.compile(r"/dist/[\w.-]+-[A-Z0-9]{8}\.(js|css)$")


class StaticFiles(ServeStaticMiddleware):
    """The middleware knows Django's own way of hashing names only, whatever its settings say."""

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        url = request.path_info
        if url not in self.files and BUILT.search(url):  # built after this process started
            found = await sync_to_async(self.find_file)(url)
            if found is not None:
                self.files[url] = found
        response: HttpResponseBase = await super().__call__(request)
        return response

    def immutable_file_test(self, path: str, url: str) -> bool:
        return bool(BUILT.search(url)) or super().immutable_file_test(path, url)
