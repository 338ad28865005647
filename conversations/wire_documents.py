"""The protocol as documents: AsyncAPI 3 for readers and tools, TypeScript for our front-ends."""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from conversations import protocol

Models = tuple[type[BaseModel], ...]
SOCKETS = {
    "visitor": ("/ws/chat/{conversation_id}/", protocol.VisitorCommand, protocol.VisitorFrame),
    "dashboard": ("/ws/dashboard/", protocol.DashboardCommand, protocol.DashboardFrame),
}


def asyncapi() -> str:
    """The AsyncAPI document, as JSON text."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Live chat",
            "version": f"{protocol.VERSION}.0.0",
            "description": "Sockets of visitors and staff. Clients ignore frames and fields that they do not know.",
        },
        "channels": {name: _channel(address, models(sent, got)) for name, (address, sent, got) in SOCKETS.items()},
        "operations": {
            key: value
            for name, (_, sent, got) in SOCKETS.items()
            for key, value in (
                (f"{name}Commands", _operation("receive", name, models(sent))),
                (f"{name}Frames", _operation("send", name, models(got))),
            )
        },
        "components": {
            "messages": {model.__name__: _message(model) for model in every_model()},
            "schemas": schemas(),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def typescript() -> str:
    """Interfaces and unions for the front-ends, as the text of a .d.ts file."""
    lines = ["// Written by `manage.py write_protocol`; do not edit.", ""]
    for name, schema in sorted(schemas().items()):
        if schema.get("description"):
            lines.append(f"/** {schema['description']} */")
        lines.append(f"export interface {name} {{")
        for key, value in schema.get("properties", {}).items():
            optional = "" if key in schema.get("required", []) else "?"
            lines.append(f"  {key}{optional}: {_ts(value)};")
        lines += ["}", ""]
    for name in ("VisitorCommand", "DashboardCommand", "VisitorFrame", "DashboardFrame"):
        lines.append(f"export type {name} = {' | '.join(m.__name__ for m in models(getattr(protocol, name)))};")
    return "\n".join(lines) + "\n"


def models(*unions: Any) -> Models:
    """The members of discriminated unions, in their order."""
    return tuple(member for union in unions for member in get_args(get_args(union)[0]))


def every_model() -> Models:
    return tuple(dict.fromkeys(models(*(union for _, sent, got in SOCKETS.values() for union in (sent, got)))))


def schemas() -> dict[str, Any]:
    """JSON Schema by model name: commands as they are validated, frames as they are written."""
    commands = set(models(protocol.VisitorCommand, protocol.DashboardCommand))
    _, document = models_json_schema(
        [(model, "validation" if model in commands else "serialization") for model in every_model()],
        ref_template="#/components/schemas/{model}",
    )
    return {name: _tidy(schema) for name, schema in document["$defs"].items()}


def _tidy(schema: Any) -> Any:
    """AsyncAPI names a discriminator by a plain string, a tag is never optional, and titles are only noise."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: _tidy(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    if isinstance(schema.get("discriminator"), dict):
        schema["discriminator"] = schema["discriminator"]["propertyName"]
    properties = schema.get("properties")
    if isinstance(properties, dict):
        tags = {name for name, value in properties.items() if isinstance(value, dict) and "const" in value}
        schema["required"] = [name for name in properties if name in tags or name in schema.get("required", [])]
    return schema


def _channel(address: str, members: Models) -> dict[str, Any]:
    parameters = {"conversation_id": {"description": "UUID of the conversation"}} if "{" in address else {}
    return {
        "address": address,
        "parameters": parameters,
        "messages": {model.__name__: {"$ref": f"#/components/messages/{model.__name__}"} for model in members},
    }


def _operation(action: str, channel: str, members: Models) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{model.__name__}"} for model in members],
    }


def _message(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "name": model.model_fields["type"].default,
        "summary": (model.__doc__ or "").strip(),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def _ts(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_ts(one) for one in schema[key]))
    if schema.get("type") == "array":
        inner = _ts(schema["items"])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if schema["type"] == "object":  # no model of ours: whatever somebody says of a visitor
        return "Record<string, unknown>"
    return {"integer": "number", "number": "number", "boolean": "boolean", "null": "null"}.get(schema["type"], "string")
