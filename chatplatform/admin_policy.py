"""The operators' admin is Django's: its jQuery writes markup into the pages, which Trusted Types would forbid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace

View = Callable[..., Any]
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


def with_jquery(admin_view: Callable[..., View]) -> Callable[..., View]:
    """`AdminSite.admin_view`, whose pages have the rest of our policy: `script-src 'self'` among it."""

    def wrapped(view: View, cacheable: bool = False) -> View:
        loosened: View = csp_replace(WITHOUT_TRUSTED_TYPES)(admin_view(view, cacheable))
        return loosened

    return wrapped
