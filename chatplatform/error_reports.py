"""The technical report of an error, on the page that DEBUG shows: where it failed, without anybody's values."""

from __future__ import annotations

from typing import Any

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from foundation.scrubbing import GONE, scrubbed

NAMED = ("request_GET_items", "request_FILES_items", "request_COOKIES_items", "filtered_POST_items")
LEFT_OUT = ("unicode_hint", "user_str")


class NoVariables(SafeExceptionReporterFilter):
    """Variables are named, and their values left out."""

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        """Pairs of name and value."""
        return [(name, GONE) for name, _ in super().get_traceback_frame_variables(request, tb_frame)]


class NoValues(ExceptionReporter):
    """What the request carried, and the settings, are named, too."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        for name in NAMED:
            data[name] = [(one[0], GONE) for one in data.get(name) or ()]
        for name in ("request_meta", "settings"):
            data[name] = dict.fromkeys(data.get(name) or {}, GONE)
        for name in LEFT_OUT:
            data.pop(name, None)
        data["request_insecure_uri"] = str(data.get("request_insecure_uri", "")).partition("?")[0]
        for name in ("exception_value", "exception_notes"):
            data[name] = scrubbed(data.get(name, ""))
        return data
