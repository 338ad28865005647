"""Static files, of which the built ones are kept by browsers for good: their names change with their content."""

from __future__ import annotations

import re

from servestatic.middleware import ServeStaticMiddleware

BUILT = re.compile(r"/dist/[\w.-]+-[A-Z0-9]{8}\.(js|css)$")


class StaticFiles(ServeStaticMiddleware):
    """The middleware knows Django's own way of hashing names only, whatever its settings say."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        return bool(BUILT.search(url)) or super().immutable_file_test(path, url)
