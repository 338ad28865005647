"""Each operation of the API shows what to send and what comes back, and the examples hold to their own forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from jsonschema import Draft202012Validator

from tests.cast import Cast
from tests.clients.contract import document
from tests.clients.people import log_in
from tests.servers.stack import Stack

JSON = "application/json"


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that is JSON, sent or answered, by the name of its operation."""
    for address, methods in document("openapi.yaml")["paths"].items():
        for method, operation in methods.items():
            for status, part in [("takes", operation.get("requestBody", {})), *operation["responses"].items()]:
                if JSON in part.get("content", {}):
                    yield f"{method.upper()} {address} {status}", part["content"][JSON]


def value_of(content: dict[str, Any]) -> Any:
    found = content["examples"]["example"]
    if "$ref" in found:
        found = document("openapi.yaml")["components"]["examples"][found["$ref"].rsplit("/", 1)[-1]]
    return found["value"]


def test_each_operation_has_examples_that_its_own_forms_allow() -> None:
    schema, known, wrong = document("openapi.yaml"), set(), []
    for name, content in bodies():
        value = value_of(content)
        told = (repr(content["schema"]), repr(value))
        if told not in known:
            known.add(told)
            form = Draft202012Validator(
                {**schema, **content["schema"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
            )
            wrong += [f"{name}: {error.message}" for error in form.iter_errors(value)]
    assert wrong == []
    assert len(known) >= 90


def test_what_is_shown_to_be_sent_is_taken(stack: Stack, people_only: Cast) -> None:
    ada = log_in(stack, people_only.ada).rest
    shown = {name: value_of(content) for name, content in bodies() if name.endswith(" takes")}
    for path in ("labels/", "canned-replies/", "knowledge/articles/", "knowledge/questions/"):
        body = {**shown[f"POST /api/v1/{path} takes"], "website": people_only.acme.pk}
        assert ada.post(path, body).status_code == 201, body
    key = {**shown["POST /api/v1/api-keys/ takes"], "name": str(uuid4())}
    for name in ("websites", "organisation", "expires_at"):
        key.pop(name, None)
    assert ada.post("api-keys/", key).status_code == 201, key
