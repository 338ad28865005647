"""Owners set how the chat looks and when people are there; visitors' browsers are told, and nobody else can."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.clients.people import log_in, visit
from tests.servers.stack import Stack

CLOSED: dict[str, Any] = {"enabled": True, "time_zone": "Europe/Berlin", "week": {}}
FORM = {"enabled": True, "fields": [{"key": "email", "kind": "email", "required": True}]}


async def test_everything_has_a_sensible_default(stack: Stack, cast: Cast) -> None:
    config = visit(stack, cast.acme).session["widget"]
    widget = config["widget"]
    assert (widget["color_scheme"], widget["launcher"]["position"], widget["rating"]["enabled"]) == (
        "auto",
        "end",
        True,
    )
    assert (widget["form"]["enabled"], widget["consent"]["enabled"], widget["proactive"]) == (False, False, [])
    assert (config["back_at"], config["mails"]) == (None, False)


async def test_what_is_set_is_told_and_the_rest_stays(stack: Stack, cast: Cast) -> None:
    ada = log_in(stack, cast.ada).rest
    path = f"websites/{cast.acme.pk}/"
    first = ada.patch(path, {"widget": {"launcher": {"text": "Ask us"}, "form": FORM}, "chips": ["Where is it?"]})
    assert first.status_code == 200, first.text
    second = ada.patch(path, {"widget": {"color_scheme": "dark"}, "support_email": "help@acme.test"}).json()
    assert second["widget"]["launcher"] == {"position": "end", "text": "Ask us", "hidden": False, "picture": False}
    assert second["widget"]["color_scheme"] == "dark"
    config = visit(stack, cast.acme).session["widget"]
    assert config["widget"] == second["widget"]
    assert (config["chips"], config["support_email"]) == (["Where is it?"], "help@acme.test")


async def test_agents_and_mallory_set_nothing(stack: Stack, cast: Cast) -> None:
    for person, status in ((cast.ben, 403), (cast.mallory, 404)):
        answer = log_in(stack, person).rest.patch(f"websites/{cast.acme.pk}/", {"widget": {"color_scheme": "dark"}})
        assert answer.status_code == status
    assert visit(stack, cast.acme).session["widget"]["widget"]["color_scheme"] == "auto"
    assert "color_scheme" not in visit(stack, cast.globex).rest.get("widget/conversations/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"widget": {"color_scheme": "pink"}},
        {"widget": {"surprise": 1}},
        {"widget": {"form": {"fields": [{"key": "Not a key"}]}}},
        {"widget": {"form": {"fields": [{"key": "a"}, {"key": "a"}]}}},
        {"widget": {"form": {"fields": [{"key": "size", "kind": "select"}]}}},
        {"widget": {"consent": {"link": "javascript:alert(1)"}}},
        {"widget": {"proactive": [{"message": ""}]}},
        {"widget": {"proactive": [{"message": "Hi", "seconds": -1}]}},
        {"hours": {"time_zone": "Nowhere"}},
        {"support_email": "nobody"},
        {"chips": ["x" * 61]},
        {"language": "../etc"},
    ],
)
async def test_settings_that_make_no_sense_are_refused(stack: Stack, cast: Cast, wrong: dict[str, Any]) -> None:
    answer = log_in(stack, cast.ada).rest.patch(f"websites/{cast.acme.pk}/", wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


async def test_outside_its_hours_nobody_is_there_whoever_sits_in_the_inbox(stack: Stack, people_only: Cast) -> None:
    ada, ben = log_in(stack, people_only.ada), log_in(stack, people_only.ben)
    vera = visit(stack, people_only.acme)
    vera.open()
    async with ben.socket():
        assert visit(stack, people_only.acme).session["widget"]["available"] is True
    closed = CLOSED | {"week": {"mon": [{"start": "00:00", "end": "00:01"}]}}
    ada.rest.patch(f"websites/{people_only.globex.pk}/", {"hours": closed})
    ada.rest.patch(f"websites/{people_only.acme.pk}/", {"hours": closed})
    async with ben.socket():
        config = visit(stack, people_only.acme).session["widget"]
        assert config["available"] is False
        assert config["back_at"].endswith("Z")
        async with vera.socket() as chat:
            assert (await chat.expect("presence"))["available"] is False
