"""An example of every body and answer of the API, made from its form: so it cannot say what the form does not."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
JSON = "application/json"
# What a field of this name may hold, where its form allows it.
WORDS = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiNyJ9.c2lnbmF0dXJl",
    "action": "conversation.resolved",
    "answer": "Within 30 days, in its box.",
    "assistant_name": "Acme Assistant",
    "body": "Send it back within **30 days**, in its box.",
    "code": "not_found",
    "color": "#3454d1",
    "brand_color": "#3454d1",
    "content": "Do you have it in blue?",
    "content_type": "image/png",
    "cursor": "cD0yMDI2LTExLTIw",
    "detail": "There is no such conversation.",
    "email": "vera@example.com",
    "greeting": "Hello! How can we help?",
    "key": "cpk_example",
    "language": "en",
    "name": "Vera",
    "next": "https://chat.example.com/api/v1/labels/?cursor=cD0yMDI2LTExLTIw",
    "page_title": "Blue shoes",
    "page_url": "https://shop.example.com/shoes",
    "preview": "Do you have it in blue?",
    "previous": "https://chat.example.com/api/v1/labels/?cursor=cj0xJnA9MjAyNg",
    "question": "How can I send something back?",
    "referrer": "https://www.example.com/",
    "shortcut": "returns",
    "subject": "Blue shoes",
    "support_email": "help@example.com",
    "text": "Do you have it in blue?",
    "timestamp": "2026-11-20T10:00:00Z",
    "title": "Sending things back",
    "url": "https://shop.example.com/help/returns",
    "user_name": "Ada",
    "user_agent": "Mozilla/5.0",
    "website_key": "demo-acme",
}
FORMATS = {
    "date": "2026-11-20",
    "date-time": "2026-11-20T10:00:00Z",
    "email": "vera@example.com",
    "time": "09:00:00",
    "uri": "https://shop.example.com/help/returns",
    "uuid": "0b9d5f0e-6c1e-4d5a-9a44-2f6d6f2b7c11",
}
PATTERNS = {"^#[0-9a-fA-F]{6}$": "#3454d1"}
REFUSALS: Schema = {
    "400": {"code": "invalid", "detail": "content: Field required", "fields": {"content": ["Field required"]}},
    "401": {"code": "not_authenticated", "detail": "Authentication credentials were not provided."},
    "403": {"code": "forbidden", "detail": "Only owners and admins may do this."},
    "404": {"code": "not_found", "detail": "There is no such conversation."},
    "409": {"code": "in_progress", "detail": "The first request with this key is still running."},
    "413": {"code": "too_long", "detail": "That is too large: at most 256 KiB."},
    "415": {"code": "invalid", "detail": 'Unsupported media type "text/plain" in request.'},
    "422": {"code": "key_reused", "detail": "This key was used for another request. Take a new one."},
    "429": {"code": "rate_limited", "detail": "That was too fast. Try again in a moment.", "retry_after": 0.4},
    "503": {"code": "unavailable", "detail": "Try again in a moment.", "retry_after": 2.0},
}
PLAIN: dict[str, Any] = {"boolean": True, "null": None, "number": 1.5, "string": "example", "object": {}}


def with_examples(result: Schema, **_: Any) -> Schema:
    """A hook of drf-spectacular: each form's example stands once, and operations refer to it."""
    forms: Schema = result["components"]["schemas"]
    named = result["components"].setdefault("examples", {})
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, part in [("", operation.get("requestBody", {})), *operation["responses"].items()]:
                if found := part.get("content", {}).get(JSON):
                    found["examples"] = {"example": _reference(found["schema"], status, forms, named)}
    return result


def _reference(schema: Schema, status: str, forms: Schema, named: Schema) -> Schema:
    place = str(schema.get("$ref", ""))
    if not place:
        return {"value": example(schema, forms)}
    name = place.rsplit("/", 1)[-1]
    if name == "ErrorAnswer":
        name, value = f"Error{status}", {"error": REFUSALS[status]}
    else:
        value = example(schema, forms)
    named[name] = {"value": value}
    return {"$ref": f"#/components/examples/{name}"}


def example(schema: Schema, forms: Schema, name: str = "") -> Any:
    """`name` is that of the field."""
    if place := schema.get("$ref"):
        return example(forms[str(place).rsplit("/", 1)[-1]], forms, name)
    for given in ("const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example({**schema[several][0], **_limits(schema)}, forms, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {field: example(one, forms, field) for field, one in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}), forms, name)] * max(1, schema.get("minItems", 1))
    if kind == "integer":
        return _number(schema)
    return _text(schema, name) if kind == "string" else PLAIN[kind]


def _limits(schema: Schema) -> Schema:
    return {key: schema[key] for key in ("minimum", "maximum", "minLength", "maxLength") if key in schema}


def _number(schema: Schema) -> int:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return int(max(least, min(7, schema.get("maximum", 7))))


def _text(schema: Schema, name: str) -> str:
    found = FORMATS.get(schema.get("format", "")) or PATTERNS.get(schema.get("pattern", "")) or WORDS.get(name)
    text = found or PLAIN["string"]
    return str(text)[: schema.get("maxLength", len(text))]
