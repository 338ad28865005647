"""Whatever a program sends to the API, by its schema or against it: no accident, and answers as they are documented.

A third of the ids are one's own, a third another organisation's, a third made up: theirs bring no word of theirs to
light and change nothing, and with one's own most operations do what they are for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, cast

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework_simplejwt.tokens import RefreshToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from tests.cast import Role, new_person, new_website
from tests.clients import people
from tests.clients.contract import DOCS
from tests.fuzz.ids import Own, globex_as_a_cast, pointed
from tests.isolation.planting import WORDS
from tests.isolation.rows import rows_of_acme
from tests.isolation.world import World, new_world
from tests.servers.stack import Stack, start_stack

Whose = Literal["own", "foreign", "made up"]
KINDS: tuple[Whose, ...] = ("own", "foreign", "made up")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LONGEST = 500  # characters of a text: to make one of 100 000 takes ten seconds, and tells no more
# They would ask websites elsewhere.
LEFT_OUT = {("POST", "/api/v1/knowledge/sources/"), ("POST", "/api/v1/knowledge/sources/{source_id}/read-again/")}
# Anybody may ask for the chat of any website.
PUBLIC = ("/api/v1/widget/config/", "/api/v1/widget/sessions/")


def schema() -> Any:
    """With shorter texts, which are valid all the same."""

    def shortened(part: Any) -> Any:
        match part:
            case dict():
                return {
                    name: min(value, LONGEST) if name == "maxLength" and isinstance(value, int) else shortened(value)
                    for name, value in part.items()
                }
            case list():
                return [shortened(one) for one in part]
        return part

    return schemathesis.openapi.from_dict(shortened(yaml.safe_load((DOCS / "openapi.yaml").read_text())))


OPERATIONS: list[Any] = [cast("Any", found).ok() for found in schema().get_all_operations()]


@dataclass
class Ground:
    """`went` counts, by actor, whose ids and operation, what was answered."""

    stack: Stack
    tokens: dict[str, str]
    own: Own
    globex: World
    globex_before: dict[str, list[Any]]
    went: Counter[tuple[str, Whose, str, int]] = field(default_factory=Counter)

    def token(self, actor: str, path: str) -> str:
        """Whoever takes their consent back is nobody afterwards."""
        if actor == "vera" and path.endswith("/consent/"):
            return people.visit(self.stack, self.own.acme).rest.token
        return self.tokens[actor]


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with start_stack(name="fuzz-rest", worker=False) as stack:
        acme = new_website("Acme", ai_enabled=False)
        vera = people.visit(stack, acme)
        vera.open("Hello")
        staff = {name: new_person(name, acme, role) for name, role in (("Ben", Role.AGENT), ("Ada", Role.OWNER))}
        tokens = {name.lower(): lasting_token(user) for name, user in staff.items()}
        globex = new_world(stack, globex_as_a_cast())
        own = Own(acme, staff["Ada"].pk, vera)
        found = Ground(stack, {"vera": vera.rest.token, **tokens}, own, globex, rows_of_acme(globex))
        yield found
        answers = Counter(f"{actor} {whose} {status}" for actor, whose, _, status in found.went.elements())
        print(f"\n{found.went.total()} requests to {len(OPERATIONS)} operations: {dict(sorted(answers.items()))}")


CHANGED = "another organisation's rows have changed"
BY_AND_BY = {"assistant.Allowance", "assistant.Spending"}


def lasting_token(user: User) -> str:
    """For as long as it takes on a busy machine."""
    token = RefreshToken.for_user(user).access_token
    token.set_exp(lifetime=timedelta(hours=1))
    return str(token)


def fuzz(ground: Ground, actor: str, examples: int) -> None:
    """So many with each kind of ids."""
    for operation in OPERATIONS:
        if (operation.method.upper(), operation.path) not in LEFT_OUT:
            fuzz_one(ground, actor, operation, KINDS * examples)
    assert settled(rows_of_acme(ground.globex)) == settled(ground.globex_before), CHANGED


def fuzz_one(ground: Ground, actor: str, operation: Any, kinds: tuple[Whose, ...]) -> None:
    turns = iter(kinds)

    @settings(
        max_examples=len(kinds),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(), st.sampled_from(KINDS))
    def ask(case: Any, pointing: Whose) -> None:
        whose: Whose = next(turns, KINDS[0])
        send(ground, actor, case, whose, whose if whose == KINDS[0] else pointing)

    ask()


def send(ground: Ground, actor: str, case: Any, whose: Whose, pointing: Whose) -> None:
    """`whose` ids stand in the address, and what body and query point at is `pointing`'s."""
    blanks, method, path = set(case.path_parameters or {}), case.operation.method.upper(), case.operation.path
    if whose == "own":
        case.path_parameters = {**(case.path_parameters or {}), **plain(ground.own.ids(blanks, method, path))}
    elif whose == "foreign":
        theirs = {name: ground.globex.place[name] for name in blanks}
        case.path_parameters = {**(case.path_parameters or {}), **plain(theirs)}
    if pointing != "made up":
        place = plain(ground.globex.place if pointing == "foreign" else own_place(ground))
        case.body, case.query = pointed(case.body, place), pointed(case.query, place)
    headers = {"Authorization": f"Bearer {ground.token(actor, path)}", "X-Forwarded-For": people.new_address()}
    answer = case.call(base_url=ground.stack.url, headers=headers, timeout=60)
    ground.went[actor, whose, f"{method} {path}", answer.status_code] += 1
    case.validate_response(answer, checks=CHECKS, headers=headers)
    assert not [word for word in WORDS if word in answer.text], case.as_curl_command()
    if whose == "foreign" and blanks and not path.startswith(PUBLIC):
        assert answer.status_code >= 400, case.as_curl_command()


def plain(place: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it."""
    return {name: value if isinstance(value, int) else str(value) for name, value in place.items()}


def own_place(ground: Ground) -> dict[str, Any]:
    acme = ground.own.acme
    return {
        "website_id": acme.pk,
        "website_key": acme.website_key,
        "organisation_id": acme.organisation_id,
        "visitor_id": ground.own.ids({"visitor_id"}, "GET", "")["visitor_id"],
        "user_id": ground.own.asker,
    }


def done_with_own(ground: Ground, actor: str) -> dict[str, set[str]]:
    """Of each part of the API, the operations that were done at least once."""
    done: dict[str, set[str]] = {}
    for who, whose, operation, status in ground.went:
        if who == actor and whose == "own" and status < 300:
            done.setdefault(part_of(operation), set()).add(operation)
    return done


def settled(rows: dict[str, Any]) -> dict[str, Any]:
    """Without what the worker gives back by itself after some minutes."""
    return {name: found for name, found in rows.items() if name not in BY_AND_BY}


def part_of(operation: str) -> str:
    return operation.split("/")[3]


def test_the_api_answers_everything_as_documented(ground: Ground) -> None:
    """Each operation by who it is for: once with their own, once with what is another organisation's."""
    for operation in OPERATIONS:
        if (operation.method.upper(), operation.path) not in LEFT_OUT:
            actor = "vera" if "/widget/" in operation.path else "ada"
            fuzz_one(ground, actor, operation, ("own", "foreign") if "{" in operation.path else ("own",))
    assert settled(rows_of_acme(ground.globex)) == settled(ground.globex_before), CHANGED
    assert set(done_with_own(ground, "ada")) >= PARTS_OF_STAFF
    assert len(done_with_own(ground, "vera")["widget"]) >= 5


PARTS_OF_STAFF = {
    *("api-keys", "audit", "canned-replies", "conversations", "export", "invitations", "knowledge", "labels"),
    *("members", "reports", "search", "visitors", "webhooks", "websites"),
}


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.timeout(900)
@pytest.mark.parametrize("actor", ["vera", "ben", "ada"])
def test_the_api_answers_far_more_as_documented(ground: Ground, actor: str) -> None:
    fuzz(ground, actor, 8)
    done = {operation for operations in done_with_own(ground, actor).values() for operation in operations}
    if actor == "ben":
        return  # may do little of it
    asked = {operation for who, _, operation, _ in ground.went if who == actor}
    theirs = {one for one in asked if ("/widget/" in one) == (actor == "vera")}
    print(f"\n{actor}: {len(done)} of {len(theirs)} operations were done; never: {sorted(theirs - done)}")
    assert len(done & theirs) >= 0.8 * len(theirs), sorted(theirs - done)
