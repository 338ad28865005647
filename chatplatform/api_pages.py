"""`/api/docs/`: the REST schema as a page of our own; viewers from a CDN would break the strict CSP.

And `/api/client/`, on which the API is tried by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from drf_spectacular.generators import SchemaGenerator

from foundation.bundles import NotBuilt, bundle_url

METHODS = ("get", "post", "patch", "delete", "put")
CODE = re.compile(r"`([^`]+)`")

Schema = dict[str, Any]


def docs(request: HttpRequest) -> HttpResponse:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    forms = [form(name, found) for name, found in schema["components"]["schemas"].items()]
    return render(request, "api/docs.html", {"operations": list(operations(schema)), "forms": forms})


def client(request: HttpRequest) -> HttpResponse:
    """For anybody: it has no data of its own, and asks for everything with the token that was given to it."""
    try:
        return render(request, "api/client.html", {"script": bundle_url("api_client.js")})
    except NotBuilt:
        return render(request, "dashboard/not_built.html", status=503)


def operations(schema: Schema) -> Iterator[Schema]:
    for address, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                found = methods[method]
                yield {
                    "anchor": found["operationId"],
                    "method": method.upper(),
                    "address": address,
                    "about": prose(found.get("description", "")),
                    "parameters": [parameter(one) for one in found.get("parameters", [])],
                    "body": content(found.get("requestBody", {})),
                    "answers": {code: content(answer) for code, answer in found["responses"].items()},
                }


def parameter(found: Schema) -> Schema:
    return {
        "name": found["name"],
        "place": found["in"],
        "type": kind(found["schema"]),
        "required": found.get("required", False),
        "about": prose(found.get("description", "")),
    }


def form(name: str, found: Schema) -> Schema:
    """A component: its fields, or, for one that is only a word, the words there are."""
    required = found.get("required", [])
    fields = [
        {
            "name": field,
            "type": kind(schema),
            "required": field in required,
            "about": prose(schema.get("description", "")),
        }
        for field, schema in found.get("properties", {}).items()
    ]
    return {"name": name, "about": prose(found.get("description", "")), "fields": fields, "type": kind(found)}


def content(part: Schema) -> SafeString:
    """What a body or an answer is; empty when there is none."""
    schema = part.get("content", {}).get("application/json", {}).get("schema")
    return kind(schema) if schema else SafeString("")


def kind(schema: Schema) -> SafeString:
    """A type in words: names of components lead to their fields."""
    if reference := schema.get("$ref"):
        name = str(reference).rsplit("/", 1)[-1]
        return format_html_join("", '<a href="#{}">{}</a>', [(f"form-{name}", name)])
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return format_html_join(" or ", "{}", [(kind(one),) for one in schema[several]])
    if "enum" in schema:
        return format_html_join(" or ", "<code>{}</code>", [(one,) for one in schema["enum"]])
    if schema.get("type") == "array":
        return format_html_join("", "list of {}", [(kind(schema.get("items", {})),)])
    return plain(schema)


def plain(schema: Schema) -> SafeString:
    """`string (uuid)`, `integer or null`; nothing said means anything."""
    named = schema.get("type", "any")
    words = " or ".join(named) if isinstance(named, list) else str(named)
    return escape(f"{words} ({schema['format']})" if "format" in schema else words)


def prose(text: str) -> SafeString:
    """Words between backticks as code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", escape(text)))  # escaped before
