"""Errors are told to Sentry where the operator has one, without anybody's values."""

from __future__ import annotations

from importlib import import_module

from foundation.scrubbing import scrubbed_report


def report_errors(dsn: str) -> None:
    """Does nothing without an address; then the package is not even loaded."""
    if not dsn:
        return
    import_module("sentry_sdk").init(
        dsn=dsn,
        before_send=scrubbed_report,
        before_send_transaction=lambda event, hint: None,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )
