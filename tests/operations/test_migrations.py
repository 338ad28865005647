"""A migration only adds: during a rolling upgrade the old version still works on the new database.

docs/operators/upgrading.md says how a column goes, changes its name or becomes required: in two versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.db import models
from django.db.migrations import operations as do
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

# The newest of each app when this rule began: nobody upgrades from before them while people chat.
BEFORE = {
    "accounts": "0018_erased_ids",
    "assistant": "0012_token_field",
    "audit": "0002_forget_targets",
    "conversations": "0026_first_words",
    "dashboard": "0001_conversation_facts",
    "integrations": "0003_delivery_turns",
    "privacy": "0001_initial",
    "widget": "0001_initial",
}
OURS = {*BEFORE, "demo"}
# What finishes in a later version what an earlier one has begun, with that earlier version.
FINISHED: dict[tuple[str, str], str] = {}
TAKES_AWAY = (do.RemoveField, do.DeleteModel, do.RenameField, do.RenameModel, do.AlterModelTable)


def test_no_new_migration_takes_from_the_old_version_what_it_needs() -> None:
    loader = MigrationLoader(None)
    found = {}
    for name, migration in loader.graph.nodes.items():
        app, number = name
        if app in OURS and number > BEFORE.get(app, "") and name not in FINISHED:
            state = loader.project_state(name, at_end=False)
            found[name] = list(breaking(app, migration.operations, state))
    assert {name: why for name, why in found.items() if why} == {}


def test_the_rule_begins_at_migrations_that_exist() -> None:
    known = MigrationLoader(None).graph.nodes
    assert {*BEFORE.items(), *FINISHED} <= set(known)


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (do.RemoveField("Person", "name"), "takes away"),
        (do.RenameField("Person", "name", "title"), "takes away"),
        (do.DeleteModel("Person"), "takes away"),
        (do.SeparateDatabaseAndState([do.RemoveField("Person", "name")]), "takes away"),
        (do.AddField("Person", "born", models.DateField(default=None)), "old code would leave it empty"),
        (do.AddField("Person", "tall", models.BooleanField(default=False)), "old code would leave it empty"),
        (do.AlterField("Person", "nick", models.TextField()), "old code may still store none"),
        (do.AddField("Person", "born", models.DateField(null=True)), ""),
        (do.AddField("Person", "tall", models.BooleanField(db_default=False)), ""),
        (do.AddField("Person", "friends", models.ManyToManyField("self")), ""),
        (do.AlterField("Person", "name", models.TextField(help_text="In full.")), ""),
        (do.CreateModel("Pet", [("name", models.TextField())]), ""),
        (do.RunSQL("SELECT 1"), ""),
    ],
)
def test_the_rule_knows_what_old_code_cannot_bear(operation: Operation, why: str) -> None:
    state = ProjectState()
    fields: dict[str, models.Field[Any, Any]] = {
        "id": models.AutoField(primary_key=True),
        "name": models.TextField(),
        "nick": models.TextField(null=True),
    }
    state.add_model(ModelState("zoo", "Person", [*fields.items()]))
    found = list(breaking("zoo", [operation], state))
    assert [one.rpartition(": ")[2] for one in found] == [why] * bool(why)


def breaking(app: str, operations: Sequence[Operation], state: ProjectState) -> Iterator[str]:
    """What of it old code cannot bear. What SQL and Python of a migration do is for its author to judge."""
    created: set[str] = set()  # of which no old code knows
    for operation in operations:
        if isinstance(operation, do.SeparateDatabaseAndState):
            yield from breaking(app, operation.database_operations, state)
        elif isinstance(operation, do.CreateModel):
            created.add(operation.name_lower)
        elif isinstance(operation, TAKES_AWAY):
            yield f"{operation.describe()}: takes away"
        elif isinstance(operation, do.AddField) and operation.model_name_lower not in created:
            if is_required(operation.field) and not operation.field.many_to_many:
                yield f"{operation.describe()}: old code would leave it empty"
        elif isinstance(operation, do.AlterField) and operation.model_name_lower not in created:
            before = state.models[app, operation.model_name_lower].fields[operation.name]
            if is_required(operation.field) and not is_required(before):
                yield f"{operation.describe()}: old code may still store none"
        if not isinstance(operation, do.SeparateDatabaseAndState):
            operation.state_forwards(app, state)


def is_required(field: models.Field) -> bool:  # type: ignore[type-arg]
    """By the database; a default of Django's is the new code's alone."""
    return not field.null and not field.has_db_default()
