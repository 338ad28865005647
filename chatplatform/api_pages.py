"""`/api/docs/`: the REST schema as a page of our own; viewers from a CDN would break the strict CSP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "patch", "delete", "put")


def docs(request: HttpRequest) -> HttpResponse:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return render(request, "api/docs.html", {"operations": list(operations(schema))})


def operations(schema: dict[str, Any]) -> Any:
    for address, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                found = methods[method]
                yield {
                    "method": method.upper(),
                    "address": address,
                    "about": found.get("description", ""),
                    "parameters": found.get("parameters", []),
                    "body": _form(found.get("requestBody", {})),
                    "answers": {code: _form(answer) for code, answer in found["responses"].items()},
                }


def _form(part: dict[str, Any]) -> str:
    """The name of the schema that a body or an answer has."""
    schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref") or ""
    return str(reference).rsplit("/", 1)[-1]
