"""Who did what: written with the change or not at all, never changed, and read by one's own owners only."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.actions.websites import change_website
from accounts.models import Website
from audit.models import AppendOnly, AuditEntry
from audit.recording import OutsideTransaction, changes, record
from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest, log_in, visit
from tests.dashboard.reading import address, browser_of, text_of
from tests.servers.stack import Stack


def log_of(website: Website) -> list[AuditEntry]:
    return list(AuditEntry.objects.of([website.organisation_id]).order_by("id"))


def actions_of(website: Website) -> list[str]:
    return [one.action for one in log_of(website)]


def test_a_row_without_a_transaction_is_refused(cast: Cast) -> None:
    with pytest.raises(OutsideTransaction):
        record("website.changed", cast.acme)


def test_a_change_that_fails_leaves_no_row(cast: Cast) -> None:
    @transaction.atomic
    def fails_afterwards() -> None:
        change_website(cast.acme.pk, {"name": "Never"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_afterwards()
    assert log_of(cast.acme) == []
    assert Website.objects.get(pk=cast.acme.pk).name == "Acme"


def test_rows_are_neither_changed_nor_deleted(cast: Cast) -> None:
    change_website(cast.acme.pk, {"name": "Acme shop"})
    (row,) = log_of(cast.acme)
    row.actor_name = "Mallory"
    mine = AuditEntry.objects.of([cast.acme.organisation_id])
    for attempt in (row.save, row.delete, mine.delete, lambda: mine.update(actor_name="Mallory")):
        with pytest.raises(AppendOnly):
            attempt()


def test_a_row_names_who_what_and_where_without_secrets(cast: Cast) -> None:
    ada = browser_of(cast.ada)
    ada.post(address(cast.acme, "website/switch/"), {"active": "no"}, REMOTE_ADDR="203.0.113.77")
    ada.post(address(cast.acme, "install/secret/"))
    switched, secret = log_of(cast.acme)
    assert (switched.actor_id, switched.actor_name, switched.via) == (cast.ada.pk, "Ada", "page")
    assert (switched.action, switched.target_kind, switched.target_name) == ("website.changed", "website", "Acme")
    assert switched.detail == {"fields": ["is_active"], "values": {"is_active": [True, False]}}
    assert (switched.website_id, switched.address) == (cast.acme.pk, "203.0.113.0")
    cast.acme.refresh_from_db()
    assert secret.detail == {"fields": ["identity_secret"]}
    assert cast.acme.identity_secret not in str(secret.detail)


def test_what_is_said_of_a_change_holds_switches_and_numbers_only() -> None:
    before = {"name": "old", "is_active": True, "minutes": 5, "same": 1}
    after = {"name": "new words", "is_active": False, "minutes": 6, "same": 1}
    values = {"is_active": [True, False], "minutes": [5, 6]}
    assert changes(before, after) == {"fields": ["is_active", "minutes", "name"], "values": values}


def test_log_ins_and_failed_ones_are_noted_without_what_was_typed(stack: Stack, cast: Cast) -> None:
    rest = Rest(stack)
    assert rest.post("auth/token/", {"email": cast.ada.email, "password": "hunter2-hunter2"}).status_code == 401
    assert rest.post("auth/token/", {"email": cast.ada.email, "password": PASSWORD}).status_code == 200
    assert rest.post("auth/token/", {"email": "my-secret-password", "password": "x"}).status_code == 401
    failed, done = log_of(cast.acme)
    assert (failed.action, failed.actor_id, failed.target_name) == ("person.log_in_failed", None, cast.ada.email)
    assert (done.action, done.actor_id, done.via) == ("person.logged_in", cast.ada.pk, "api")
    assert not AuditEntry.objects.for_system().filter(target_name__contains="secret-password").exists()
    assert actions_of(cast.globex) == []


def test_log_ins_in_the_browser_are_noted_too(cast: Cast) -> None:
    browser = Client(headers={"host": "127.0.0.1:8000"})
    for password in ("wrong-wrong-wrong", PASSWORD):
        browser.post("/accounts/login/", {"login": cast.ben.email, "password": password})
    assert actions_of(cast.acme) == ["person.log_in_failed", "person.logged_in"]


def test_a_new_password_is_noted(cast: Cast) -> None:
    new = "another-long-password-9"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = browser_of(cast.ben).post("/accounts/password/change/", given)
    assert answer.status_code == 302, answer.content
    assert actions_of(cast.acme) == ["person.password_changed"]


def test_a_visitor_is_named_by_a_number_in_the_log(stack: Stack, people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    visitor_id = vera.session["visitor"]["id"]
    log_in(stack, people_only.ben).rest.patch(f"visitors/{visitor_id}/", {"is_blocked": True})
    (row,) = log_of(people_only.acme)
    assert (row.action, row.target_id, row.target_name) == ("visitor.blocked", visitor_id, f"Visitor {visitor_id[:8]}")
    assert (row.actor_name, row.via) == ("Ben", "api")


# --- reading it ---


@pytest.mark.slow
def test_ada_reads_the_log_and_filters_it(cast: Cast, adas_browser: Client) -> None:
    blog = Website.objects.create(organisation=cast.acme.organisation, name="Acme blog")
    browser_of(cast.cleo).post(address(cast.acme, "website/switch/"), {"active": "no"})
    adas_browser.post(address(blog, "install/key/"))

    def table(query: str = "") -> str:
        return text_of(adas_browser.get(address(cast.acme, f"audit/?{query}"))).partition("When Who What On")[2]

    def has(text: str) -> set[str]:
        return {word for word in ("Cleo", "is_active: True → False", "website_key", "Acme blog") if word in text}

    assert has(table()) == {"Cleo", "is_active: True → False", "website_key", "Acme blog"}
    assert has(table(f"actor={cast.cleo.pk}")) == {"Cleo", "is_active: True → False"}
    assert has(table(f"website={blog.pk}")) == {"website_key", "Acme blog"}
    assert "Nothing like this" in text_of(adas_browser.get(address(cast.acme, "audit/?action=team")))
    assert "Nothing like this" in text_of(adas_browser.get(address(cast.acme, "audit/?until=2020-01-01")))


def test_older_rows_are_a_page_further_and_none_is_shown_twice(cast: Cast, adas_browser: Client) -> None:
    for number in range(60):
        change_website(cast.acme.pk, {"unclaimed_minutes": 100 + number})
    first = adas_browser.get(address(cast.acme, "audit/"))
    assert "unclaimed_minutes: 158 → 159" in text_of(first)
    assert "unclaimed_minutes: 108 → 109" not in text_of(first)
    older = next(one for one in first.content.decode().split('"') if "before=" in one)
    second = text_of(adas_browser.get(address(cast.acme, f"audit/{older}")))
    assert "unclaimed_minutes: 108 → 109" in second
    assert "unclaimed_minutes: 158 → 159" not in second


def test_the_csv_has_every_row_and_no_formula(cast: Cast, adas_browser: Client) -> None:
    Website.objects.filter(pk=cast.acme.pk).update(name="=HYPERLINK(1)")
    cast.ada.name = "@SUM(1)"
    cast.ada.save()
    adas_browser.post(address(cast.acme, "website/switch/"), {"active": "no"})
    answer = adas_browser.get(address(cast.acme, "audit/?csv=1"))
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(one["action"], one["actor"], one["name"]) for one in rows] == [
        ("website.changed", "'@SUM(1)", "'=HYPERLINK(1)")
    ]


@pytest.mark.parametrize("query", ["actor=x", "website=x", "since=never", "before=-1", "action=nothing"])
def test_a_filter_that_makes_no_sense_is_said_to_be_so(cast: Cast, adas_browser: Client, query: str) -> None:
    assert adas_browser.get(address(cast.acme, f"audit/?{query}")).status_code == 422


def test_over_rest_it_is_read_by_owners_and_admins_of_their_own(stack: Stack, cast: Cast) -> None:
    change_website(cast.acme.pk, {"is_active": False})
    change_website(cast.globex.pk, {"is_active": False})
    for person in (cast.ada, cast.cleo):
        found = log_in(stack, person).rest.get("audit/", action="website").json()["results"]
        assert [(one["action"], one["website_id"]) for one in found] == [("website.changed", cast.acme.pk)]
    assert log_in(stack, cast.ben).rest.get("audit/").status_code == 403
    theirs = log_in(stack, cast.mallory).rest.get("audit/").json()["results"]
    assert [one["website_id"] for one in theirs] == [cast.globex.pk]


def test_mallory_reads_nothing_of_acmes_log(cast: Cast) -> None:
    change_website(cast.acme.pk, {"name": "Secret plans"})
    assert browser_of(cast.mallory).get(address(cast.acme, "audit/")).status_code == 404
    assert browser_of(cast.ben).get(address(cast.acme, "audit/")).status_code == 403
    mallorys: Any = browser_of(cast.mallory).get(address(cast.globex, f"audit/?website={cast.acme.pk}"))
    assert mallorys.status_code == 422
    assert "Secret plans" not in text_of(mallorys)
    assert "Secret plans" not in browser_of(cast.mallory).get(address(cast.globex, "audit/?csv=1")).content.decode()
