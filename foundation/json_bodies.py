"""The bodies that REST takes: JSON of a modest size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST = 256 * 1024  # bytes; 10 000 characters are at most 120 000 of them, whatever they are escaped to


class TooLarge(APIException):
    status_code = 413


class JsonParser(BaseParser):
    """In place of DRF's, which reads bodies of any size and fails on those that are nested very deep."""

    media_type = "application/json"
    largest = LARGEST

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise TooLarge(f"A body may have at most {self.largest // 1024} KiB.")
        try:
            return json.loads(body.decode(settings.DEFAULT_CHARSET), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise ParseError("This is not valid JSON.") from None


class LargeJsonParser(JsonParser):
    """For texts of owners: 100 000 characters, whatever they are escaped to."""

    largest = 5 * LARGEST


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
