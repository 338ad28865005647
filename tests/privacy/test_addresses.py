"""Nobody's whole IP address is stored or logged, unless the installation and the website want it so."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from random import randrange

import pytest
from django.test import Client

from accounts.actions.websites import change_website
from accounts.models import Website
from audit.models import AuditEntry
from foundation.addresses import counted_address, kept_address, masked
from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest, log_in, visit
from tests.privacy.searching import in_postgres, in_redis
from tests.servers.stack import PROJECT, Stack, start_stack


@pytest.fixture(scope="module")
def behind_a_proxy() -> object:
    """It believes what a proxy says of an address, so that each of ours is one that nobody else has."""
    with start_stack({"TRUSTED_PROXIES": "1", "LOG_LEVEL": "DEBUG"}, worker=False, name="proxied") as started:
        yield started


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1234:5678:9abc::1", "2001:db8:1234::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
        ("[2001:db8::1]", "2001:db8::"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_a_network_is_kept_in_place_of_an_address(address: str, kept: str) -> None:
    assert masked(address) == kept


def test_it_is_whole_only_where_neither_masks_it(settings: object) -> None:
    assert kept_address("203.0.113.77", mask=False) == "203.0.113.0"
    settings.MASK_ADDRESSES = False  # type: ignore[attr-defined]
    assert kept_address("203.0.113.77", mask=False) == "203.0.113.77"
    assert kept_address("203.0.113.77", mask=True) == "203.0.113.0"


def test_what_attempts_are_counted_by_is_no_address() -> None:
    assert counted_address("203.0.113.77") == counted_address("203.0.113.77") != counted_address("203.0.113.78")
    assert "203" not in counted_address("session:203.0.113.77")[:4]


@pytest.mark.slow
def test_a_search_of_database_redis_and_logs_finds_no_address(behind_a_proxy: Stack, people_only: Cast) -> None:
    stack = behind_a_proxy
    for address in (
        f"198.51.100.{randrange(20, 250)}",
        f"2001:db8:77:{randrange(4096, 65535):x}::{randrange(4096, 65535):x}",
    ):
        where = {"X-Forwarded-For": address}
        vera = visit(stack, people_only.acme)
        vera.rest.address = address
        Rest(stack, address=address).post("widget/sessions/", {"website_key": people_only.acme.website_key})
        vera.open("Hello")
        vera.rest.connection_token()
        Rest(stack, address=address).post("auth/token/", {"email": people_only.ben.email, "password": "wrong-password"})
        Rest(stack, address=address).post("auth/token/", {"email": people_only.ben.email, "password": PASSWORD})
        ada = log_in(stack, people_only.ada)
        ada.rest.address = address
        ada.rest.patch(f"websites/{people_only.acme.pk}/", {"name": "Acme shop"})
        browser = Client(headers={"host": "127.0.0.1:8000"})
        browser.post("/accounts/login/", {"login": people_only.ben.email, "password": PASSWORD}, REMOTE_ADDR=address)
        assert browser.get("/live-chat/", headers=where).status_code in (200, 302, 503)
        assert in_postgres(address) == []
        assert in_redis(address) == []
        logs = Path(PROJECT / "test-results" / "logs").rglob("proxied-*.log")
        assert [path.name for path in logs if address in path.read_text(errors="replace")] == []
        network = str(ipaddress.ip_network(f"{address}/{24 if '.' in address else 48}", strict=False).network_address)
        assert network in {one.address for one in AuditEntry.objects.of([people_only.acme.organisation_id])}
        assert "public.usersessions_usersession.ip" in in_postgres(network)


def test_a_website_may_want_them_whole_where_the_installation_lets_it(cast: Cast, settings: object) -> None:
    settings.MASK_ADDRESSES = False  # type: ignore[attr-defined]
    browser = Client(headers={"host": "127.0.0.1:8000"}, REMOTE_ADDR="203.0.113.77")
    browser.force_login(cast.ada)
    Website.objects.filter(pk=cast.acme.pk).update(mask_addresses=False)
    browser.post(f"/manage/{cast.acme.pk}/website/switch/", {"active": "no"})
    Website.objects.filter(pk=cast.acme.pk).update(mask_addresses=True)
    browser.post(f"/manage/{cast.acme.pk}/website/switch/", {"active": "yes"})
    kept = [one.address for one in AuditEntry.objects.of([cast.acme.organisation_id]).order_by("id")]
    assert kept == ["203.0.113.77", "203.0.113.0"]


def test_what_mallory_sets_changes_nothing_at_acme(cast: Cast) -> None:
    change_website(cast.globex.pk, {"mask_addresses": False})
    cast.acme.refresh_from_db()
    assert cast.acme.mask_addresses
