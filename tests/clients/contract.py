"""The published documents in docs/: every frame and answer a test sees is held against them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator

DOCS = Path(__file__).resolve().parents[2] / "docs"
API = "/api/v1/"
STAFF_ADDRESS = "@staff.example.test"  # every address of the cast ends so
PRIVATE = {"assignee", "labels", "priority", "subject", "preview", "message_count", "snoozed_until", "draft", "epoch"}
Audience = Literal["visitor", "dashboard"]


def check_frame(audience: Audience, frame: dict[str, Any]) -> None:
    """Raises jsonschema's ValidationError unless docs/asyncapi.json knows such a frame."""
    name = frame_names(audience)[frame["type"]]
    _validator("asyncapi.json", f"#/components/schemas/{name}").validate(frame)
    if audience == "visitor":
        check_nothing_private(frame)


def check_answer(method: str, path: str, status: int, body: Any) -> None:
    """Raises unless docs/openapi.yaml has this answer there; what it does not know has the error form."""
    found = _operation(method.lower(), path)
    if found is None or status == 405:
        _validator("openapi.yaml", "#/components/schemas/ErrorAnswer").validate(body)
        return
    address, responses = found
    assert str(status) in responses, f"{method} {address} does not document {status}: {body}"
    pointer = f"#/paths/{address.replace('/', '~1')}/{method.lower()}/responses/{status}"
    if "content" in responses[str(status)]:
        _validator("openapi.yaml", f"{pointer}/content/application~1json/schema").validate(body)
    else:
        assert body is None, f"{method} {address} {status} has no body"
    if path.startswith("widget/"):
        check_nothing_private(body)


def check_nothing_private(told: Any) -> None:
    """What visitors never receive: notes, states of the staff's form, ids and e-mail addresses of people."""
    for key, value in _pairs(told):
        assert key not in PRIVATE, f"{key} is not for visitors: {told}"
        assert (key, value) != ("kind", "note"), f"a note reached a visitor: {told}"
        if key in ("author", "agent") and value is not None:
            assert value["id"] is None or isinstance(value["id"], str), f"an internal id reached a visitor: {told}"
    assert STAFF_ADDRESS not in json.dumps(told), f"a staff e-mail address reached a visitor: {told}"


def frame_names(audience: Audience) -> dict[str, str]:
    """The schema of each frame by its `type`."""
    return message_names(audience, "Frames")


@cache
def message_names(audience: Audience, operation: str) -> dict[str, str]:
    """The schema of each of an audience's "Commands" or "Frames", by its `type`."""
    asyncapi = document("asyncapi.json")
    names = [one["$ref"].rsplit("/", 1)[1] for one in asyncapi["operations"][f"{audience}{operation}"]["messages"]]
    return {asyncapi["components"]["messages"][name]["name"]: name for name in names}


def operations() -> Iterator[tuple[str, str]]:
    """Method and address (below /api/v1/) of everything in docs/openapi.yaml."""
    for address, methods in document("openapi.yaml")["paths"].items():
        for method in methods:
            yield method.upper(), address.removeprefix(API)


def _pairs(told: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(told, dict):
        yield from told.items()
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _pairs(inner)


@cache
def document(name: str) -> dict[str, Any]:
    """A document of docs/, which others rely on."""
    found: dict[str, Any] = yaml.load((DOCS / name).read_text(), Loader=yaml.CSafeLoader)
    return found


@cache
def _validator(name: str, pointer: str) -> Draft202012Validator:
    return Draft202012Validator({**document(name), "$ref": pointer})


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    for pattern, address, methods in _addresses():
        if pattern.fullmatch(path.partition("?")[0]) and method in methods:
            return address, methods[method]["responses"]
    return None


@cache
def _addresses() -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
    paths = document("openapi.yaml")["paths"]
    return [
        (re.compile(re.sub(r"\{\w+\}", "[^/]+", address.removeprefix(API))), address, methods)
        for address, methods in paths.items()
    ]
