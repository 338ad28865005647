"""`manage.py weigh_script`: what customers' pages load of ours, as it is served."""

from __future__ import annotations

import gzip
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Website
from foundation.bundles import bundle_text
from foundation.translations import languages
from widget.pages.controls import controls_script
from widget.pages.loader import rules_for, script_for

LIMIT = 3500  # bytes, gzipped
CONTROLS_LIMIT = 4200
RULES_LIMIT = 2000
FIRST_OPEN_LIMIT = 25_000
PADDING = 100  # bytes that Django adds to a gzipped answer at most, so that its length tells nothing of its content
NAME = "A website whose name is long"
# Everything an owner can set that stands in the first script, and more rules than anybody has.
HEAVIEST: dict[str, Any] = {
    "consent": {"enabled": True},
    "color_scheme": "light",
    "launcher": {"position": "start", "text": "Ask us whatever you would like to know", "picture": True},
    "proactive": [
        {"message": f"Are you looking for something to wear on day {day} of your walk?", "page": f"/days/{day}/*"}
        for day in range(10)
    ],
}


class Command(BaseCommand):
    help = "Weighs what customers' pages load of ours, as it is served: each script and a first open."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        second = weight(controls_script(bundle_text("controls.js")))
        window = built("frame.js", "frame.css")
        weights = [
            (f"script as served, {one}", weight(script_for(heaviest(one))), LIMIT) for one in sorted(languages())
        ]
        weights += [
            ("second script as served", second, CONTROLS_LIMIT),
            ("ten rules as served", weight(rules_for(heaviest("en"))), RULES_LIMIT),
            ("first open as served", second + window + built("writing.js"), FIRST_OPEN_LIMIT),
            ("… that asks for consent", second + window + built("consent.js"), FIRST_OPEN_LIMIT),
            ("… that asks by a form", second + window + built("consent.js", "forms.js"), FIRST_OPEN_LIMIT),
        ]
        for what, found, limit in weights:
            self.stdout.write(f"{'ok  ' if found <= limit else 'OVER'}  {what:<26} {found:>6} of {limit} bytes gzipped")
        if any(found > limit for _, found, limit in weights):
            raise CommandError("What customers' pages load is too heavy.")


def heaviest(language: str) -> Website:
    found = Website(name=NAME, language=language, brand_color="#7a3df0", widget=HEAVIEST)
    found.support_email = "customer-service@a-shop.example"
    found.avatar_url = "/pictures/0f8f7f0e-6f3c-4a0f-9b1f-2b8f0c3d4e5f/"
    return found


def built(*entries: str) -> int:
    """Files that are served as they are, compressed by the build."""
    return sum(len(gzip.compress(bundle_text(entry).encode(), 9)) for entry in entries)


def weight(script: str) -> int:
    return len(gzip.compress(script.encode(), 6)) + PADDING
