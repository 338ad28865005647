"""Who answers for a website: as its owner chose, as the operator set, and with whose key."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User, Website
from assistant.models import AssistantSettings
from assistant.providers.base import Provider, ProviderFailed, Question, Turn
from assistant.providers.builtin import BuiltIn
from assistant.providers.choice import provider_for
from assistant.providers.compatible import Compatible
from assistant.replying.plan import plan_for
from foundation.outgoing import close_http_clients
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("operators_endpoint")
OWN = {"provider": "own", "base_url": "https://ai.acme.test/v1", "model": "small"}
KEY, OPERATORS_KEY = "sk-of-the-website", "sk-of-the-operator"


@pytest.fixture
def operators_endpoint(settings: Settings) -> None:
    settings.AI_BASE_URL, settings.AI_MODEL, settings.AI_API_KEY = "http://ollama:11434/v1", "big", OPERATORS_KEY
    settings.AI_PRIVATE_ADDRESSES = False


def choose(website: Website, key: str = KEY, **chosen: Any) -> AssistantSettings:
    made = AssistantSettings(website=website, **chosen)
    made.set_key(key)
    made.save()
    return made


def test_without_any_setting_the_built_in_assistant_answers(cast: Cast, settings: Settings) -> None:
    settings.AI_BASE_URL = settings.AI_MODEL = settings.AI_API_KEY = ""
    assert isinstance(provider_for(cast.acme.pk), BuiltIn)


def test_the_operators_endpoint_answers_for_all_who_chose_nothing_else(cast: Cast) -> None:
    for website in (cast.acme, cast.globex):
        provider = provider_for(website.pk)
        assert isinstance(provider, Compatible)
        endpoint = provider.endpoint
        assert (endpoint.base_url, endpoint.model, endpoint.key) == ("http://ollama:11434/v1", "big", OPERATORS_KEY)
        assert endpoint.public_only is False


def test_a_website_can_keep_the_built_in_assistant(cast: Cast) -> None:
    choose(cast.acme, provider="built_in")
    assert isinstance(provider_for(cast.acme.pk), BuiltIn)


def test_a_websites_own_endpoint_gets_its_own_key_and_may_not_be_private(cast: Cast) -> None:
    choose(cast.acme, **OWN, tone="brief", rules="No prices.")
    provider = provider_for(cast.acme.pk)
    assert isinstance(provider, Compatible)
    assert (provider.endpoint.base_url, provider.model, provider.endpoint.key) == (OWN["base_url"], "small", KEY)
    assert provider.endpoint.public_only is True
    assert (provider.manner.tone, provider.manner.rules) == ("brief", "No prices.")


def test_a_website_never_uses_the_operators_key_or_that_of_another_tenant(cast: Cast) -> None:
    choose(cast.acme, key="", **OWN)
    choose(cast.globex, **OWN)
    provider = provider_for(cast.acme.pk)
    assert isinstance(provider, Compatible)
    assert provider.endpoint.key == ""


def test_a_key_that_can_no_longer_be_read_is_said_to_the_staff(cast: Cast, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["a secret of more than thirty-two characters"]
    choose(cast.acme, **OWN)
    settings.ENCRYPTION_KEYS = []
    assert "has to be entered again" in why_not(cast.acme)


def test_a_private_address_behind_a_name_is_not_reached_and_said_to_the_staff(cast: Cast) -> None:
    choose(cast.acme, **OWN | {"base_url": "https://localhost/v1"})  # as if a name server had answered so
    assert "leads into a private network" in why_not(cast.acme)


def why_not(website: Website) -> str:
    """The reason for which there is no answer."""

    async def ask(provider: Provider) -> None:
        try:
            async for _ in provider.answer(Question(website, [Turn("visitor", "What is it?")])):
                pass
        finally:
            await close_http_clients()

    with pytest.raises(ProviderFailed) as failed:
        asyncio.run(ask(provider_for(website.pk)))
    return str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://ai.acme.test/v1",
            "https://127.0.0.1/v1",
            "https://localhost/v1",
            "https://10.0.0.1",
            "https://[::1]/",
        ),
        *("https://169.254.169.254/latest", "https://user:secret@ai.acme.test/", "https://ai.acme.test/?key=1"),
        *("file:///etc/passwd", "ai.acme.test", "https://", "https://[", "https://ai.acme.test:99999/"),
    ],
)
def test_addresses_that_an_owner_cannot_enter(cast: Cast, url: str) -> None:
    with pytest.raises(ValidationError):
        AssistantSettings(website=cast.acme, **OWN | {"base_url": url}).clean()


def test_what_the_operator_may_allow(cast: Cast, settings: Settings) -> None:
    settings.AI_PRIVATE_ADDRESSES = True
    AssistantSettings(website=cast.acme, **OWN | {"base_url": "http://127.0.0.1:11434/v1"}).clean()


@pytest.mark.parametrize("missing", ["base_url", "model"])
def test_half_an_endpoint_is_refused(cast: Cast, missing: str) -> None:
    with pytest.raises(ValidationError, match="needs its address and a model"):
        AssistantSettings(website=cast.acme, **OWN | {missing: ""}).clean()


class Admin:
    """An operator at the form of Acme's assistant."""

    def __init__(self, website: Website) -> None:
        self.website, self.client = website, Client()
        self.client.force_login(User.objects.create_superuser(f"{website.pk}@operators.test", "a-long-password"))

    def add(self, **fields: str) -> Any:
        return self.client.post(
            "/admin/assistant/assistantsettings/add/", {"website": str(self.website.pk), **OWN, **fields}
        )

    def change(self, **fields: str) -> Any:
        return self.client.post(self.path, {**OWN, **fields})

    def page(self) -> str:
        return self.client.get(self.path).content.decode()

    def key(self) -> str:
        return AssistantSettings.objects.for_website(self.website.pk).get().key()

    @property
    def path(self) -> str:
        return f"/admin/assistant/assistantsettings/{self.website.pk}/change/"


@pytest.fixture
def admin(cast: Cast) -> Admin:
    return Admin(cast.acme)


def test_a_key_goes_in_and_never_comes_out(admin: Admin) -> None:
    assert admin.add(key=KEY).status_code == 302
    assert admin.key() == KEY
    assert KEY not in AssistantSettings.objects.for_website(admin.website.pk).get().encrypted_key
    assert KEY not in admin.page()
    assert "A key is set" in admin.page()


def test_a_form_that_is_refused_does_not_give_the_key_back(admin: Admin) -> None:
    refused = admin.add(key=KEY, base_url="http://127.0.0.1/")
    assert refused.status_code == 200
    assert KEY not in refused.content.decode()


def test_an_empty_field_keeps_the_key_and_a_mark_forgets_it(admin: Admin) -> None:
    admin.add(key=KEY)
    assert admin.change(model="large").status_code == 302
    assert admin.key() == KEY
    assert admin.change(forget_key="on").status_code == 302
    assert admin.key() == ""


def test_a_key_is_not_carried_to_another_server(admin: Admin) -> None:
    """Else whoever may change the address could have the key sent to themselves."""
    admin.add(key=KEY)
    assert admin.change(base_url="https://thief.test/v1").status_code == 200
    assert AssistantSettings.objects.for_website(admin.website.pk).get().base_url == OWN["base_url"]
    assert admin.change(base_url="https://ai.acme.test/v2").status_code == 302
    assert admin.change(base_url="https://other.test/v1", key="sk-other").status_code == 302
    assert admin.key() == "sk-other"


def test_rules_and_limits_are_entered_and_stay_where_a_form_does_not_ask_for_them(admin: Admin) -> None:
    rules = {"when_unsure": "hand_off", "hand_off_words": "refund*, speak to a lawyer", "most_turns": "5"}
    limits = {"daily_tokens": "100000", "daily_cost": "2.50", "input_price": "0.15", "output_price": ""}
    assert admin.add(key=KEY, longest_answer="600", **rules, **limits).status_code == 302
    plan = plan_for(admin.website.pk)
    assert (plan.hand_off_words, plan.hands_off_unsure, plan.most_turns) == (("refund*", "speak to a lawyer"), True, 5)
    assert (plan.longest, plan.budget.tokens, plan.budget.cost) == (600, 100_000, Decimal("2.50"))
    assert (plan.budget.input_price, plan.budget.output_price) == (Decimal("0.15"), Decimal(0))
    assert admin.change(model="large", daily_cost="").status_code == 302
    plan = plan_for(admin.website.pk)
    assert (plan.hands_off_unsure, plan.budget.input_price, plan.budget.cost) == (True, Decimal("0.15"), None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [{"daily_cost": "5"}, {"daily_cost": "-1", "input_price": "1"}, {"most_turns": "0"}, {"longest_answer": "10"},
     {"daily_tokens": "-5"}, {"when_unsure": "shrug"}, {"input_price": "cheap"}],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused(admin: Admin, wrong: dict[str, str]) -> None:
    assert admin.add(key=KEY, **wrong).status_code == 200
    assert not AssistantSettings.objects.for_website(admin.website.pk).exists()


def test_a_website_has_one_row_of_settings(admin: Admin) -> None:
    admin.add(key=KEY)
    assert "has settings already" in admin.add().content.decode()


@pytest.mark.slow
def test_the_key_is_in_no_answer_of_the_api(admin: Admin) -> None:
    """It stands in a table that no serializer knows; this holds when one will."""
    admin.add(key=KEY)
    page = admin.client.get("/api/schema/").content.decode()
    assert "encrypted_key" not in page
