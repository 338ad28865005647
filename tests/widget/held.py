"""The way to a first message, with one step of it held up."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route

from foundation.bundles import bundle_url

PICTURE = "/pictures/not-there.png"


class Held:
    """One step of the way, until it is let go."""

    def __init__(self, page: Page, step: str) -> None:
        self.routes: list[Route] = []
        self.is_held = True
        page.context.route(address_of(step), self._hold)

    def _hold(self, route: Route) -> None:
        if self.is_held:
            self.routes.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self.is_held = False
        while self.routes:
            self.routes.pop().continue_()


def address_of(step: str) -> re.Pattern[str]:
    addresses = {
        "script": "controls-",
        "document": "/widget/frame/",
        "window": re.escape(bundle_url("frame.js")),
        "composer": re.escape(bundle_url("writing.js")),
        "list": re.escape(bundle_url("conversation.js")),
        "picture": re.escape(PICTURE),
        "session": "/widget/sessions/",
        "token": "/auth/ws-connection-token/",
        "message": "/widget/conversations/$",
    }
    return re.compile(addresses[step])
