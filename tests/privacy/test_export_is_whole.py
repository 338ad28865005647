"""Nothing that an organisation owns is missing in its export: every model is in it, or says here why it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder

from foundation.db import db
from privacy.actions.exports import write_export
from privacy.export_rows import SECRETS, row_of
from privacy.models import Export
from tests.cast import Cast
from tests.isolation.planting import BY_WORKER
from tests.isolation.world import World, new_world
from tests.privacy.reading import zip_of
from tests.servers.stack import Stack

OURS = ("accounts", "conversations", "assistant", "integrations", "dashboard", "widget", "audit", "privacy")
WITHOUT = {
    "accounts.ErasedId": "of a day, and of nobody that there is",
    "accounts.KeptAnswer": "of a day, and of requests: what they did is there",
    "accounts.User": "a person belongs to no organisation: name and address stand with the membership",
    "accounts.MailChoices": "of a person, who may work for others as well",
    "conversations.EntryWords": "the words of entries once more, for search",
    "conversations.SearchProgress": "of the installation",
    "assistant.Allowance": "of an answer that is being written right now; what it has cost stands in Spending",
    "assistant.Passage": "articles once more, in pieces, for search",
    "assistant.Word": "articles once more, as words, for search",
    "assistant.PassageVector": "articles once more, as numbers, for search",
    "assistant.MeaningIndex": "how far articles have become numbers",
    "dashboard.FactsState": "how far reports have been read",
    "integrations.Delivery": "conversations once more, with what servers of the owner's own answered",
    "integrations.ReceivedMail": "that a mail came, and whether it was taken; what it said is a message",
    "integrations.Mailbox": "of the installation: how far its mailbox was read",
    "widget.VisitorToken": "hashes of secrets",
}
FILES = {
    "conversations.Attachment": "files/{0.pk}-",
    "assistant.Upload": "sources/{0.source_id}",
    "accounts.Picture": "pictures/",
}


@pytest.fixture
def world(stack: Stack, people_only: Cast) -> World:
    return new_world(stack, people_only)


@pytest.mark.usefixtures("core")
async def test_every_row_of_an_organisation_is_in_its_export_or_has_a_reason(world: World) -> None:
    export = await db(Export.objects.create, **asked_by_ada(world.cast))
    await write_export(export.pk)
    missing = await db(missing_in, export, world)
    assert missing == []
    await db(storages["exports"].delete, f"{export.organisation_id}/{export.pk}.zip")


def asked_by_ada(cast: Cast) -> dict[str, Any]:
    return {"organisation_id": cast.acme.organisation_id, "requested_by_id": cast.ada.pk}


def missing_in(export: Export, world: World) -> list[str]:
    """Names of models of which a row was planted that is nowhere in the file."""
    with zip_of(export) as archive:
        names = archive.namelist()
        told = [found for name in names if name.endswith(".json") for found in dicts(json.loads(archive.read(name)))]
        everything = b"".join(archive.read(name) for name in names)
    for secret in SECRETS - {"place"}:
        assert f'"{secret}"'.encode() not in everything, secret
    missing = []
    for model in (model for name in OURS for model in apps.get_app_config(name).get_models()):
        label = model._meta.label
        if label in WITHOUT:
            continue
        rows = model._base_manager.filter(pk=world.known[model].pk) if model in world.known else kept(model, world)
        for row in rows:
            wanted = json.loads(json.dumps(row_of(row), cls=DjangoJSONEncoder))
            is_there = any(all(one.get(name, one) == value for name, value in wanted.items()) for one in told)
            if not is_there and not (label in FILES and any(FILES[label].format(row) in name for name in names)):
                missing.append(label)
        assert rows or label in BY_WORKER, f"nothing of {label} was planted"
    return missing


def kept(model: Any, world: World) -> Any:
    """What lies by the number of its organisation; the export itself goes on while it is written."""
    found = model._base_manager.filter(organisation_id=world.cast.acme.organisation_id)
    return found.exclude(state="ready") if model is Export else found


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for one in value.values():
                yield from dicts(one)
        case list():
            for one in value:
                yield from dicts(one)
