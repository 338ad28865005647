"""Every model that belongs to a customer asks for whom before it shows a row, or says here why it cannot."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db.models import Model

from foundation.scope import GuardedQuerySet, Unscoped
from tests.test_architecture import SOURCES

OURS = ("accounts", "conversations", "assistant", "integrations", "dashboard", "widget", "demo", "audit", "privacy")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
# Scopes are worked out from these; asking them for a scope would go round in a circle.
WITHOUT = {
    "accounts.User": "one person may belong to several organisations",
    "accounts.Organisation": "the customer itself: reached by memberships",
    "accounts.Membership": "says who may see what: accounts/actors.py, accounts/colleagues.py",
    "accounts.Website": "the scope itself: reached by the ids of an actor, by its public key, or by websites_of",
    "accounts.Picture": "public by design: found by a name that nobody guesses",
    "integrations.Mailbox": "of the installation: how far its mailbox was read",
    "accounts.ErasedId": "hashes of ids that are gone, for a day: reached by the hash",
    "accounts.MailChoices": "of a person, who chooses alone: asked for by their own id",
    "accounts.Availability": "of a person, not of an organisation: asked for by the ids of colleagues",
}
# Where what is without a scope is asked for; a new place wants to be looked at by a second pair of eyes.
PLACES = {
    "Website": {
        *(
            "accounts/actors.py",
            "accounts/api_keys.py",
            "accounts/first_run.py",
            "accounts/colleagues.py",
            "accounts/drafts.py",
            "accounts/website_arguments.py",
        ),
        *("accounts/actions/websites.py", "dashboard/api/websites.py"),
        *("dashboard/manage/api_keys.py", "dashboard/manage/privacy/keeping.py", "integrations/webhooks/settings.py"),
        *("privacy/actions/erase_websites.py", "privacy/actions/exports.py", "privacy/actions/retention.py"),
        *("privacy/exporting.py", "privacy/management/commands/retention.py"),
        *("conversations/actions/assignments.py", "conversations/actions/openings.py", "conversations/actions/team.py"),
        *("conversations/actions/canned_replies.py", "conversations/actions/labels.py"),
        *("conversations/models/canned_replies.py", "conversations/models/labels.py"),
        *("conversations/queries/websites.py", "assistant/questions/runs.py"),
        *("assistant/knowledge/articles.py", "assistant/exchange/importing.py"),
        "conversations/management/commands/export_conversations.py",
        *("dashboard/manage/first_run.py", "dashboard/manage/saving.py", "dashboard/manage/websites.py"),
        *("dashboard/manage/appearance.py", "dashboard/manage/team_forms.py", "dashboard/manage/assistant.py"),
        *("dashboard/reports/facts.py", "widget/sessions.py", "widget/api/sessions.py", "widget/pages/first_visit.py"),
        *("dashboard/diagnostics/probe.py", "dashboard/management/commands/doctor.py"),
        *("widget/pages/websites.py", "demo/evaluation/websites.py", "demo/seeding/customers.py"),
        *("demo/management/commands/evaluate_assistant.py", "chatplatform/management/commands/bootstrap.py"),
    },
}


def test_the_list_of_exceptions_names_models_that_are_there() -> None:
    assert {model._meta.label for model in MODELS} >= WITHOUT.keys()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_query_without_a_scope_raises(model: type[Model]) -> None:
    """Also by the model's other managers, and by the rows of another that lead to it."""
    if model._meta.label in WITHOUT:
        return
    for manager in (model._default_manager, *model._meta.managers):
        rows = manager.all()
        assert isinstance(rows, GuardedQuerySet), f"{model._meta.label} has no scope and no reason for it"
        with pytest.raises(Unscoped, match=model.__name__):
            list(rows)
        with pytest.raises(Unscoped, match=model.__name__):
            rows.filter(pk__isnull=False).exists()


def test_models_without_a_scope_are_asked_for_in_known_places_only() -> None:
    for name, places in PLACES.items():
        asks = re.compile(rf"\b{name}\.(objects|_default_manager|_base_manager)\b")
        assert {source for source, text in SOURCES.items() if asks.search(text)} == places


def test_private_doors_round_the_scope_are_used_by_nobody() -> None:
    """`_base_manager` knows no scope."""
    allowed = {"conversations/models/canned_replies.py", "chatplatform/key_rotation.py", "privacy/export_rows.py"}
    assert {source for source, text in SOURCES.items() if "_base_manager" in text} <= allowed
