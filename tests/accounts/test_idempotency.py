"""A program that heard no answer asks again with the same `Idempotency-Key`: what it wants is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.api.idempotency import HEADER, REPLAYED, IdempotencyKeys
from accounts.kept_answers import KEPT, Answer, Held, InProgress, OtherRequest, begin, forget_concerning, forget_old
from accounts.models import ApiKey, KeptAnswer, Membership
from conversations.models import Attachment, Entry
from dashboard.api.labels import LabelsView
from foundation.db import db
from privacy.actions.erase import erase_visitor
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor, log_in, visit
from tests.conversations.test_team import actor
from tests.servers.stack import Stack


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    visitor = visit(stack, people_only.acme)
    visitor.open("Hello")
    return visitor


def ask(rest: Rest, path: str, key: str, body: Any, method: str = "POST") -> httpx2.Response:
    return rest.request(method, path, headers={HEADER: key}, body=body)


def new_key(rest: Rest, key: str, name: str = "Stock") -> httpx2.Response:
    """What is done each time that it is asked for, and tells a secret once."""
    return ask(rest, "api-keys/", key, {"name": name, "scopes": ["reports:read"]})


def test_what_is_asked_twice_is_done_once_and_answered_alike(ada: StaffMember, people_only: Cast) -> None:
    first, second = (new_key(ada.rest, "one") for _ in range(2))
    assert (first.status_code, first.headers.get(REPLAYED)) == (201, None)
    assert (second.status_code, second.headers[REPLAYED]) == (201, "true")
    assert second.content == first.content
    assert new_key(ada.rest, '"one"').headers[REPLAYED] == "true", "the standard's quotation marks are no part of it"
    made = ApiKey.objects.for_organisations([people_only.acme.organisation_id])
    assert made.count() == 1
    assert new_key(ada.rest, "two").json()["id"] != first.json()["id"]
    assert made.count() == 2
    ids = [first.json()["id"], first.json()["id"]]
    gone = [ask(ada.rest, f"api-keys/{one}/", "three", None, "DELETE") for one in ids]
    assert [(one.status_code, one.content, one.headers.get(REPLAYED)) for one in gone] == [
        (204, b"", None),
        (204, b"", "true"),
    ]


def test_what_is_kept_lies_encrypted_and_for_a_day(ada: StaffMember) -> None:
    secret = new_key(ada.rest, "one").json()["key"]
    kept = KeptAnswer.objects.for_system().order_by("-created_at")[0]
    assert kept.status == 201
    assert secret not in repr(vars(kept))
    KeptAnswer.objects.for_digest(kept.digest).update(created_at=timezone.now() - KEPT)
    again = new_key(ada.rest, "one")
    assert again.headers.get(REPLAYED) is None
    assert again.json()["key"] != secret
    KeptAnswer.objects.for_digest(kept.digest).update(created_at=timezone.now() - KEPT)
    assert forget_old() >= 1
    assert not KeptAnswer.objects.for_digest(kept.digest).exists()


def test_the_same_key_for_something_else_is_refused(ada: StaffMember, people_only: Cast) -> None:
    new_key(ada.rest, "one")
    refused = new_key(ada.rest, "one", name="Another")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "key_reused")
    label = ask(ada.rest, "labels/", "one", {"name": "vip", "website": people_only.acme.pk})
    assert (label.status_code, label.headers.get(REPLAYED)) == (201, None), "another address, another key"


def test_nobody_is_given_the_answer_of_somebody_else(
    stack: Stack, ada: StaffMember, vera: Visitor, people_only: Cast
) -> None:
    path = f"conversations/{vera.conversation_id}/messages/"
    body = {"client_id": str(uuid4()), "content": "For Vera"}
    assert ask(ada.rest, path, "one", body).status_code == 201
    mallory = ask(log_in(stack, people_only.mallory).rest, path, "one", body)
    assert mallory.status_code == 404
    assert "For Vera" not in mallory.text
    ben = ask(log_in(stack, people_only.ben).rest, path, "one", {**body, "client_id": str(uuid4())})
    assert (ben.status_code, ben.headers.get(REPLAYED)) == (201, None)
    program = Rest(stack, ada.rest.post("api-keys/", {"name": "P", "scopes": ["conversations:write"]}).json()["key"])
    assert ask(program, path, "one", {**body, "client_id": str(uuid4())}).headers.get(REPLAYED) is None
    nobody = ask(Rest(stack), path, "one", body)
    assert nobody.status_code == 401


def test_who_may_no_longer_is_told_nothing_more(stack: Stack, people_only: Cast, vera: Visitor) -> None:
    ben, path = log_in(stack, people_only.ben), f"conversations/{vera.conversation_id}/messages/"
    body = {"client_id": str(uuid4()), "content": "Hello"}
    assert ask(ben.rest, path, "one", body).status_code == 201
    Membership.objects.filter(user=people_only.ben).delete()
    refused = ask(ben.rest, path, "one", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")


def test_who_asks_many_times_at_once_has_it_done_once(ada: StaffMember, people_only: Cast) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: new_key(ada.rest, "at-once"), range(8)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert ApiKey.objects.for_organisations([people_only.acme.organisation_id]).count() == 1
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert [one.headers.get(REPLAYED) for one in answers if one.status_code == 201].count(None) == 1
    for one in answers:
        if one.status_code == 409:
            assert (one.json()["error"]["code"], one.headers["Retry-After"]) == ("in_progress", "1")


def test_a_visitor_and_a_refusal_are_answered_alike_too(vera: Visitor) -> None:
    body = {"client_id": str(uuid4()), "content": "Once"}
    first, second = (ask(vera.rest, vera.path("messages/"), "one", body) for _ in range(2))
    assert (first.status_code, second.status_code, second.headers[REPLAYED]) == (201, 201, "true")
    said = Entry.objects.for_system().filter(conversation=UUID(vera.conversation_id), content="Once")
    assert said.count() == 1
    wrong = [ask(vera.rest, vera.path("messages/"), "two", {"content": ""}) for _ in range(2)]
    assert [(one.status_code, one.headers.get(REPLAYED)) for one in wrong] == [(400, None), (400, "true")]


def test_a_file_is_taken_once_and_another_one_is_noticed(vera: Visitor) -> None:
    def upload(content: bytes) -> httpx2.Response:
        files = {"file": ("notes.txt", content, "text/plain")}  # with a new boundary each time
        return vera.rest.request("POST", vera.path("attachments/"), headers={HEADER: "file"}, files=files)

    first, second = upload(b"one" * 2_000_000), upload(b"one" * 2_000_000)
    assert (first.status_code, second.status_code, second.headers[REPLAYED]) == (201, 201, "true")
    assert second.json() == first.json()
    assert Attachment.objects.for_system().filter(conversation=UUID(vera.conversation_id)).count() == 1
    assert upload(b"two" * 2_000_000).status_code == 422


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "two words", '"half'])
def test_a_key_that_is_none_is_refused(ada: StaffMember, key: str) -> None:
    assert new_key(ada.rest, key).status_code == 400


def test_what_may_come_out_otherwise_next_time_is_done_again(people_only: Cast) -> None:
    token = RefreshToken.for_user(people_only.ada).access_token

    def asked(status: int) -> HttpResponse:
        """The middleware on a view that answers so."""
        request = RequestFactory().post(
            "/api/v1/labels/",
            b"{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", HEADER: "one"},
        )
        middleware = IdempotencyKeys(lambda _: HttpResponse(b"{}", status=status, content_type="application/json"))
        return middleware.process_view(request, LabelsView.as_view(), (), {}) or middleware(request)

    for status in (503, 500, 429, 401):
        assert REPLAYED not in asked(status).headers, status
    assert asked(201).status_code == 201
    assert asked(503).headers[REPLAYED] == "true", "done is done"


def test_a_process_that_died_holds_a_key_for_a_while_only() -> None:
    digest = uuid4().hex
    dead = begin(digest, "body")
    assert isinstance(dead, Held)
    with pytest.raises(InProgress):
        begin(digest, "body")
    with pytest.raises(OtherRequest):
        begin(digest, "another")
    KeptAnswer.objects.for_digest(digest).update(running_until=timezone.now() - timedelta(seconds=1))
    second = begin(digest, "body")
    assert isinstance(second, Held)
    dead.answered("/", Answer(201, "", "of one that was thought dead"))
    second.answered("/", Answer(201, "", "of the second"))
    assert begin(digest, "body") == Answer(201, "", "of the second")


@pytest.mark.usefixtures("core")
async def test_who_is_erased_is_in_no_answer_that_is_kept(vera: Visitor, ada: StaffMember, people_only: Cast) -> None:
    visitor = vera.session["visitor"]["id"]
    assert ask(ada.rest, f"visitors/{visitor}/", "one", {"is_blocked": False}, "PATCH").status_code == 200
    body = {"client_id": str(uuid4()), "content": "My name is Vera"}
    assert ask(vera.rest, vera.path("messages/"), "two", body).status_code == 201
    ids = [UUID(visitor), UUID(vera.conversation_id)]
    assert await db(KeptAnswer.objects.concerning(ids).count) == 2
    await erase_visitor(await db(actor, people_only.ada), UUID(visitor))
    assert await db(KeptAnswer.objects.concerning(ids).count) == 0


@pytest.mark.usefixtures("core")
async def test_an_answer_that_is_still_being_made_does_not_outlive_who_is_erased(
    vera: Visitor, people_only: Cast
) -> None:
    digest, visitor = uuid4().hex, UUID(vera.session["visitor"]["id"])
    held = await db(begin, digest, "body")
    assert isinstance(held, Held)
    await erase_visitor(await db(actor, people_only.ada), visitor)
    await db(held.answered, f"/api/v1/visitors/{visitor}/", Answer(200, "", "Vera, of Lisbon"))
    assert not await db(KeptAnswer.objects.for_digest(digest).exists)


def test_nor_does_one_that_is_kept_while_the_erasure_ends() -> None:
    digest, erased = uuid4().hex, uuid4()
    held = begin(digest, "body")
    assert isinstance(held, Held)
    with transaction.atomic(), ThreadPoolExecutor(1) as elsewhere:
        forget_concerning([erased])
        elsewhere.submit(answered_elsewhere, held, Answer(200, "", f"of {erased}")).result()
        assert KeptAnswer.objects.for_digest(digest).exists()
    assert not KeptAnswer.objects.for_digest(digest).exists()


def answered_elsewhere(held: Held, told: Answer) -> None:
    """By a thread with a connection of its own."""
    try:
        held.answered("/", told)
    finally:
        connection.close()


def test_of_others_it_is_kept() -> None:
    digest = uuid4().hex
    held = begin(digest, "body")
    assert isinstance(held, Held)
    forget_concerning([uuid4()])
    held.answered("/", Answer(200, "", f"of {uuid4()}"))
    assert KeptAnswer.objects.for_digest(digest).exists()


def test_who_erases_somebody_and_hears_no_answer_is_given_the_receipt_again(vera: Visitor, ada: StaffMember) -> None:
    path = f"visitors/{vera.session['visitor']['id']}/"
    first, again = (ask(ada.rest, path, "one", None, "DELETE") for _ in range(2))
    assert (first.status_code, again.status_code, again.headers.get(REPLAYED)) == (200, 200, "true")
    assert again.json() == first.json()
    assert ask(ada.rest, path, "two", None, "DELETE").status_code == 404
