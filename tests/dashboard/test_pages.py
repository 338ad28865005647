"""The staff's pages: who gets them, where they lead, and what they carry."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory

from accounts.models import User
from chatplatform.urls import failed
from foundation import bundles
from tests.cast import Cast
from tests.clients.people import PASSWORD

HOST = {"host": "127.0.0.1:8000"}
LOG_IN = "/accounts/login/"


@pytest.fixture
def stranger() -> Client:
    return Client(headers=HOST)


@pytest.fixture
def browser_of_ada(cast: Cast) -> Client:
    return logged_in(cast.ada)


def logged_in(user: User) -> Client:
    client = Client(headers=HOST)
    client.force_login(user)
    return client


def boot(client: Client, path: str = "/live-chat/") -> dict[str, Any]:
    page = client.get(path).content.decode()
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


# --- who gets the inbox ---


def test_a_stranger_is_asked_to_log_in_and_comes_back(stranger: Client, cast: Cast) -> None:
    path = f"/live-chat/{uuid4()}/"
    asked = stranger.get(path)
    assert asked["Location"] == f"{LOG_IN}?next={path}"
    entered = stranger.post(asked["Location"], {"login": cast.ada.email, "password": PASSWORD, "next": path})
    assert entered["Location"] == path
    assert stranger.get(path).status_code == 200


def test_somebody_who_was_switched_off_is_a_stranger(browser_of_ada: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert browser_of_ada.get("/live-chat/")["Location"].startswith(LOG_IN)


def test_every_conversation_has_an_address(browser_of_ada: Client) -> None:
    assert browser_of_ada.get(f"/live-chat/{uuid4()}/").status_code == 200
    assert browser_of_ada.get("/live-chat/nonsense/").status_code == 404


def test_the_start_page_is_the_inbox(stranger: Client) -> None:
    assert stranger.get("/")["Location"] == "/live-chat/"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:9999", "127.0.0.1"])
def test_another_host_name_leads_to_the_public_one(browser_of_ada: Client, host: str) -> None:
    answer = browser_of_ada.get("/live-chat/?debug=1", headers={"host": host})
    assert answer["Location"] == "http://127.0.0.1:8000/live-chat/?debug=1"


def test_one_is_led_to_the_public_host_before_logging_in(stranger: Client) -> None:
    answer = stranger.get("/live-chat/", headers={"host": "localhost:8000"})
    assert answer["Location"] == "http://127.0.0.1:8000/live-chat/"


@pytest.mark.parametrize("path", ["/accounts/login/?next=/live-chat/", "/accounts/signup/", "/manage/"])
def test_one_logs_in_on_the_public_host_since_the_way_there_is_barred_to_a_form_elsewhere(
    stranger: Client, path: str
) -> None:
    answer = stranger.get(path, headers={"host": "localhost:8000"})
    assert answer["Location"] == f"http://127.0.0.1:8000{path}"


def test_what_is_no_page_of_staff_is_answered_on_every_name(stranger: Client) -> None:
    assert stranger.get("/health/live/", headers={"host": "localhost:8000"}).status_code == 200


def test_a_port_that_goes_without_saying_is_the_same_host(browser_of_ada: Client, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1"
    assert browser_of_ada.get("/live-chat/", headers={"host": "127.0.0.1"}).status_code == 200
    assert browser_of_ada.get("/live-chat/", headers={"host": "127.0.0.1:80"}).status_code == 200


def test_the_page_only_reads(browser_of_ada: Client) -> None:
    assert browser_of_ada.post("/live-chat/").status_code == 405


# --- what it carries ---


def test_the_page_says_who_is_looking_and_what_they_may_see(browser_of_ada: Client, cast: Cast) -> None:
    carried = boot(browser_of_ada)
    expected = {"id": cast.ada.pk, "name": "Ada", "email": cast.ada.email, "avatar_url": ""}
    assert carried["user"] == expected | {"is_away": False, "away_from": []}
    assert [website["id"] for website in carried["websites"]] == [cast.acme.pk]
    assert carried["ws_url"] == "ws://127.0.0.1:8000/ws/dashboard/"


def test_mallory_learns_of_her_own_website_only(cast: Cast) -> None:
    page = logged_in(cast.mallory).get("/live-chat/").content.decode()
    assert cast.globex.website_key in page
    assert cast.acme.website_key not in page
    assert cast.ada.email not in page


def test_no_secret_is_in_the_page(browser_of_ada: Client, cast: Cast) -> None:
    assert cast.acme.identity_secret not in browser_of_ada.get("/live-chat/").content.decode()


def test_a_name_cannot_break_out_of_the_page(browser_of_ada: Client, cast: Cast) -> None:
    evil = "</script><script>alert(1)</script>"
    cast.acme.name = evil
    cast.acme.save()
    assert "<script>alert" not in browser_of_ada.get("/live-chat/").content.decode()
    assert boot(browser_of_ada)["websites"][0]["name"] == evil


def test_the_page_runs_only_our_own_files(browser_of_ada: Client) -> None:
    answer = browser_of_ada.get("/live-chat/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    page = answer.content.decode()
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
    assert "style=" not in page


def test_the_page_is_kept_by_nobody(browser_of_ada: Client) -> None:
    assert "no-store" in browser_of_ada.get("/live-chat/")["Cache-Control"]


def test_without_its_files_the_page_says_what_to_do(
    browser_of_ada: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    answer = browser_of_ada.get("/live-chat/")
    assert answer.status_code == 503
    assert "npm run build" in answer.content.decode()


# --- logging in and out ---


def test_the_log_in_page_helps_password_managers(stranger: Client) -> None:
    page = stranger.get(LOG_IN).content.decode()
    for name, autocomplete in [("login", "email"), ("password", "current-password")]:
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert field
        assert f'autocomplete="{autocomplete}"' in field[0]
        identifier = re.search(r'id="([^"]+)"', field[0])
        assert identifier
        assert f'<label for="{identifier[1]}">' in page


@pytest.mark.parametrize("known", [True, False])
def test_a_refused_log_in_does_not_tell_who_has_an_account(stranger: Client, cast: Cast, known: bool) -> None:
    email = cast.ada.email if known else "nobody@example.test"
    page = stranger.post(LOG_IN, {"login": email, "password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    assert "The email address and/or password you specified are not correct." in page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["password/change", "email", "2fa", "sessions", "logout", "reauthenticate"])
def test_every_page_about_ones_account_opens_in_our_look(browser_of_ada: Client, name: str) -> None:
    answer = browser_of_ada.get(f"/accounts/{name}/")
    assert answer.status_code == 200
    assert "/static/css/pages.css" in answer.content.decode()


def test_only_a_press_of_the_button_logs_out(browser_of_ada: Client) -> None:
    assert "Log out?" in browser_of_ada.get("/accounts/logout/").content.decode()
    assert browser_of_ada.get("/live-chat/").status_code == 200
    browser_of_ada.post("/accounts/logout/")
    assert browser_of_ada.get("/live-chat/").status_code == 302


def test_closed_sign_up_says_whom_to_ask_and_is_not_offered(stranger: Client) -> None:
    assert "Ask the owner or an admin" in stranger.get("/accounts/signup/").content.decode()
    assert "Create an account" not in stranger.get(LOG_IN).content.decode()


def test_open_sign_up_is_offered(stranger: Client, settings: LazySettings) -> None:
    settings.SIGN_UP = True
    assert "Create an account" in stranger.get(LOG_IN).content.decode()
    assert 'autocomplete="new-password"' in stranger.get("/accounts/signup/").content.decode()


def test_the_demos_log_ins_are_named_in_the_demo_only(stranger: Client, settings: LazySettings) -> None:
    assert "demo-pass-2026" in stranger.get(LOG_IN).content.decode()
    settings.DEMO = False
    assert "demo-pass-2026" not in stranger.get(LOG_IN).content.decode()


@pytest.mark.parametrize("known", [True, False])
def test_a_password_reset_does_not_tell_who_has_an_account(stranger: Client, cast: Cast, known: bool) -> None:
    email = cast.ben.email if known else "nobody@example.test"
    page = stranger.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()
    assert "If there is an account with that address" in page


def test_a_link_that_was_used_leads_on(stranger: Client) -> None:
    page = stranger.get("/accounts/password/reset/key/1-set-password/", follow=True).content.decode()
    assert "This link no longer works" in page
    assert "/accounts/password/reset/" in page


def test_a_form_from_an_old_session_says_so(cast: Cast) -> None:
    client = Client(headers=HOST, enforce_csrf_checks=True)
    client.force_login(cast.ada)
    answer = client.post("/accounts/logout/")
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


# --- what goes wrong ---


def test_an_unknown_address_says_so_in_our_look(stranger: Client) -> None:
    answer = stranger.get("/no-such-page/")
    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in answer.content.decode()


def test_a_request_nobody_can_read_is_told_so_in_our_look(stranger: Client) -> None:
    answer = stranger.get("/live-chat/", headers={"host": "somewhere.else"})
    assert answer.status_code == 400
    assert "<h1>We cannot read this request</h1>" in answer.content.decode()


def test_what_fails_on_our_side_is_a_page_for_people_and_json_for_programs(rf: RequestFactory) -> None:
    page = failed(rf.get("/live-chat/"))
    assert page.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in page.content.decode()
    assert json.loads(failed(rf.get("/api/v1/conversations/")).content)["error"]["code"] == "internal"


# --- one's account ---


def test_two_factor_page_has_buttons_and_no_bullets(browser_of_ada: Client) -> None:
    page = browser_of_ada.get("/accounts/2fa/", follow=True).content.decode()
    assert "Activate" in page
    assert "<li>" not in page


def test_one_button_for_an_address_looks_like_the_main_one(browser_of_ada: Client, cast: Cast) -> None:
    page = browser_of_ada.get("/accounts/email/", follow=True).content.decode()
    looks = dict(re.findall(r'class="(button[^"]*)"[^>]*name="action_(primary|send|remove)"', page, re.DOTALL))
    assert {name: look for look, name in looks.items()} == {
        "primary": "button",
        "send": "button button-outline",
        "remove": "button button-danger",
    }


def test_logging_in_leaves_no_message_for_a_later_page(stranger: Client, cast: Cast) -> None:
    entered = stranger.post(LOG_IN, {"login": cast.ada.email, "password": PASSWORD}, follow=True)
    assert [str(one) for one in get_messages(entered.wsgi_request)] == []
    assert "messages" not in stranger.cookies or not stranger.cookies["messages"].value


# --- the description of the REST API ---


@pytest.mark.slow
def test_the_api_page_lists_the_fields_of_what_goes_in_and_out(stranger: Client) -> None:
    answer = stranger.get("/api/docs/")
    page = answer.content.decode()
    assert '<section id="conversations_list">' in page
    assert '<a href="#form-StaffConversation">StaffConversation</a>' in page
    fields = page.partition('id="form-StaffConversation"')[2].partition("</section>")[0]
    assert "<code>waiting_since</code> <small>required</small>" in fields
    assert "`" not in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_inbox_lets_no_text_become_script(browser_of_ada: Client) -> None:
    policy = browser_of_ada.get("/live-chat/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types notices;" in policy + ";"
