"""Ada sets webhooks up, on pages and over REST; nobody else sees them, and no secret is shown twice."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from integrations.models import Delivery, Webhook
from integrations.webhooks.settings import MOST, change_webhook, secret_of
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.dashboard.reading import address, browser_of, text_of
from tests.integrations.fixtures import Hook
from tests.integrations.receiver import Receiver, until
from tests.servers.stack import Stack

GIVEN = {"url": "https://example.com/hook", "events": ["message_created"]}


@pytest.fixture
def ada(stack: Stack, cast: Cast) -> StaffMember:
    return log_in(stack, cast.ada)


@pytest.fixture
def adas_browser(cast: Cast) -> Client:
    return browser_of(cast.ada)


def made_by(ada: StaffMember, cast: Cast) -> int:
    answer = ada.rest.post("webhooks/", GIVEN | {"website": cast.acme.pk})
    assert answer.status_code == 201, answer.text
    assert answer.json()["secret"].startswith("whsec_")
    number: int = answer.json()["id"]
    return number


def test_over_rest_it_is_made_changed_and_deleted(ada: StaffMember, cast: Cast) -> None:
    number = made_by(ada, cast)
    listed = ada.rest.get("webhooks/", website=cast.acme.pk).json()["results"]
    assert [(one["id"], one["secret"]) for one in listed] == [(number, None)]
    changed = ada.rest.patch(f"webhooks/{number}/", {"events": ["rating_given"], "is_active": False}).json()
    assert (changed["events"], changed["is_active"], changed["url"]) == (["rating_given"], False, GIVEN["url"])
    before = secret_of(Webhook.objects.for_system().get(pk=number))
    rotated = ada.rest.post(f"webhooks/{number}/rotate-secret/").json()["secret"]
    assert rotated not in ("", before)
    assert secret_of(Webhook.objects.for_system().get(pk=number)) == rotated
    assert ada.rest.delete(f"webhooks/{number}/").status_code == 204
    assert ada.rest.get(f"webhooks/{number}/").status_code == 404


@pytest.mark.slow
def test_the_log_shows_what_was_sent_and_sends_it_once_more(
    ada: StaffMember, receiver: Receiver, hook: Hook, cast: Cast
) -> None:
    made = hook()
    tried = ada.rest.post(f"webhooks/{made.pk}/test/").json()
    receiver.wait("test")
    assert until(lambda: ada.rest.get(f"webhooks/{made.pk}/deliveries/").json()["results"][0]["state"] == "delivered")
    logged = ada.rest.get(f"webhooks/{made.pk}/deliveries/").json()["results"]
    assert [(one["id"], one["answer"], one["status_code"]) for one in logged] == [(tried["id"], "thanks", 200)]
    assert logged[0]["body"]["delivery"] == tried["id"]
    assert ada.rest.post(f"webhooks/{made.pk}/deliveries/{tried['id']}/replay/").status_code == 200
    assert {one.json["delivery"] for one in receiver.wait("test", 2)} == {tried["id"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "http://example.com/hook",
        "ftp://example.com",
        "https://",
        "https://ada:secret@example.com/",
        "https://example.com:99999/",
        "https://exämple.com/",
        "https://example.com/a b",
        "javascript:alert(1)",
        "https://example.com/" + "x" * 500,
    ],
)
def test_an_address_that_is_none_is_refused(ada: StaffMember, adas_browser: Client, cast: Cast, url: str) -> None:
    answer = ada.rest.post("webhooks/", GIVEN | {"website": cast.acme.pk, "url": url})
    assert answer.status_code == 400
    page = adas_browser.post(address(cast.acme, "webhooks/"), GIVEN | {"url": url})
    assert page.status_code == 422
    assert not Webhook.objects.for_system().filter(website=cast.acme).exists()


def test_the_same_address_is_not_told_twice_and_there_is_an_end(ada: StaffMember, cast: Cast) -> None:
    body = GIVEN | {"website": cast.acme.pk}
    assert ada.rest.post("webhooks/", body).status_code == 201
    assert ada.rest.post("webhooks/", body).status_code == 400
    for number in range(MOST - 1):
        assert ada.rest.post("webhooks/", body | {"url": f"https://example.com/{number}"}).status_code == 201
    assert ada.rest.post("webhooks/", body | {"url": "https://example.com/more"}).status_code == 400


def test_nobody_else_may(stack: Stack, ada: StaffMember, cast: Cast) -> None:
    number = made_by(ada, cast)
    one = Delivery.objects.create(webhook_id=number, website=cast.acme, event="test", data={})
    calls = [
        ("GET", f"webhooks/{number}/", None),
        ("PATCH", f"webhooks/{number}/", {"is_active": False}),
        ("DELETE", f"webhooks/{number}/", None),
        ("POST", f"webhooks/{number}/rotate-secret/", {}),
        ("POST", f"webhooks/{number}/test/", {}),
        ("GET", f"webhooks/{number}/deliveries/", None),
        ("POST", f"webhooks/{number}/deliveries/{one.pk}/replay/", {}),
    ]
    ben, mallory = log_in(stack, cast.ben), log_in(stack, cast.mallory)
    for method, path, body in calls:
        assert ben.rest.request(method, path, body=body).status_code == 403, path
        assert mallory.rest.request(method, path, body=body).status_code == 404, path
    assert ben.rest.post("webhooks/", GIVEN | {"website": cast.acme.pk}).status_code == 403
    assert mallory.rest.post("webhooks/", GIVEN | {"website": cast.acme.pk}).status_code == 404
    assert mallory.rest.get("webhooks/", website=cast.acme.pk).status_code == 404
    assert Webhook.objects.for_system().get(pk=number).is_active


def test_on_a_page_the_secret_is_shown_once(adas_browser: Client, cast: Cast) -> None:
    page = adas_browser.post(address(cast.acme, "webhooks/"), GIVEN)
    made = Webhook.objects.for_system().get(website=cast.acme)
    assert secret_of(made) in text_of(page) or secret_of(made) in page.content.decode()
    again = adas_browser.get(address(cast.acme, f"webhooks/{made.pk}/"))
    assert secret_of(made) not in again.content.decode()
    rotated = adas_browser.post(address(cast.acme, f"webhooks/{made.pk}/secret/"))
    made.refresh_from_db()
    assert secret_of(made) in rotated.content.decode()
    assert made.encrypted_secret not in rotated.content.decode()


def test_on_pages_it_is_changed_tested_read_and_deleted(adas_browser: Client, cast: Cast, hook: Hook) -> None:
    made = hook()
    at = address(cast.acme, f"webhooks/{made.pk}/")
    assert adas_browser.post(at, {"url": made.url, "events": ["rating_given"]}).status_code == 302
    made.refresh_from_db()
    assert (made.events, made.is_active) == (["rating_given"], False)
    tested = adas_browser.post(f"{at}test/")
    assert tested.status_code == 302
    assert "This is a test" in text_of(adas_browser.get(tested["Location"]))
    assert adas_browser.post(f"{tested['Location']}replay/").status_code == 302
    assert adas_browser.get(f"{at}{uuid4()}/").status_code == 404
    assert adas_browser.post(f"{at}delete/").status_code == 302
    assert adas_browser.post(f"{at}delete/").status_code == 302
    assert adas_browser.get(at).status_code == 404


def test_what_a_receiver_says_harms_no_page(adas_browser: Client, cast: Cast, hook: Hook) -> None:
    made = hook()
    one = Delivery.objects.create(
        webhook=made, website=cast.acme, event="test", data={}, answer="<script>alert(1)</script>", status_code=500
    )
    page = adas_browser.get(address(cast.acme, f"webhooks/{made.pk}/{one.pk}/"))
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()


def test_what_is_switched_off_is_not_sent_once_more(
    ada: StaffMember, adas_browser: Client, cast: Cast, hook: Hook
) -> None:
    """Else it would stay on its way for ever."""
    made = hook()
    one = Delivery.objects.create(
        webhook=made, website=cast.acme, event="message_created", data={}, state="failed", attempts=7
    )
    path = f"webhooks/{made.pk}/deliveries/{one.pk}/replay/"
    for off in ({"is_active": False}, {"is_active": True, "paused_at": timezone.now()}):
        Webhook.objects.for_system().filter(pk=made.pk).update(**off)
        refused = ada.rest.post(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict"), refused.text
        at = address(cast.acme, f"webhooks/{made.pk}/{one.pk}/")
        assert "This webhook is switched off" in text_of(adas_browser.post(f"{at}replay/", follow=True))
        one.refresh_from_db()
        assert (one.state, one.attempts) == ("failed", 7)
    change_webhook(made, is_active=True)
    assert ada.rest.post(path).status_code == 200


def test_so_many_tests_and_replays_and_then_one_waits(
    adas_browser: Client, cast: Cast, hook: Hook, settings: Any
) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"limit_webhook_tests_per_minute": 2})
    made = hook()
    at = address(cast.acme, f"webhooks/{made.pk}/")
    told = [text_of(adas_browser.post(f"{at}test/", follow=True)) for _ in range(4)]
    assert ["too fast" in one for one in told] == [False, False, True, True]
    theirs = Delivery.objects.for_system().filter(webhook=made)
    assert theirs.count() == 2
    assert "too fast" in text_of(adas_browser.post(f"{at}{theirs[0].pk}/replay/", follow=True))
