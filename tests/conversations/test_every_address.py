"""A walk over every address there is: as nobody, as the wrong kind of somebody, as Mallory, and with nonsense."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest

from accounts.models import Invitation
from assistant.knowledge.articles import ArticleText, write_article
from conversations.models import CannedReply, Label
from integrations.api_keys import make_key
from integrations.webhooks.noting import note_test
from integrations.webhooks.settings import make_webhook
from privacy.models import Export
from tests.assistant.websites import source_of
from tests.cast import Cast
from tests.clients.bodies import body_for
from tests.clients.contract import operations
from tests.clients.people import Rest, StaffMember, Visitor, visit
from tests.servers.stack import Stack

OPEN = {"auth/token/", "widget/sessions/", "widget/config/{website_key}/"}
FOR_BOTH = {"auth/ws-connection-token/", "attachments/{attachment_id}/"}
ALL = sorted(operations())
GUARDED = [(method, address) for method, address in ALL if address not in OPEN]
OF_VISITORS = [(method, address) for method, address in GUARDED if address.startswith("widget/")]
OF_STAFF = [one for one in GUARDED if one not in OF_VISITORS and one[1] not in FOR_BOTH]
OF_ONE_THING = [(method, address) for method, address in GUARDED if "{" in address]
WRITING = [(method, address) for method, address in ALL if method in ("POST", "PATCH")]
EVERYTHING_OPTIONAL = [
    ("POST", "widget/conversations/"),
    ("PATCH", "conversations/{conversation_id}/"),
    ("PATCH", "members/{user_id}/"),
    ("PATCH", "members/{user_id}/membership/"),
    ("PATCH", "canned-replies/{reply_id}/"),
    ("PATCH", "labels/{label_id}/"),
    ("PATCH", "webhooks/{webhook_id}/"),
    ("PATCH", "knowledge/articles/{article_id}/"),
    ("PATCH", "knowledge/questions/{question_id}/"),
]
OF_OWNERS = (
    "knowledge/",
    "assistant/",
    "invitations/",
    "reports/",
    "audit/",
    "diagnostics/",
    "export/",
    "webhooks/",
    "api-keys/",
    "members/{user_id}/membership/",
    "members/{user_id}/second-factor/",
)
ANYTHING = {"client_id": str(uuid4()), "content": "x", "is_typing": True, "rev": 0}


@pytest.fixture
def place(vera: Visitor, people_only: Cast) -> dict[str, object]:
    """Acme's ids, as they stand in addresses."""
    said = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "Hello"}).json()
    webhook, _ = make_webhook(people_only.acme, "https://acme.test/hook", ["message_created"], people_only.ada.pk)
    return {
        "conversation_id": vera.conversation_id,
        "message_id": said["message"]["id"],
        "attachment_id": vera.rest.upload(vera.path("attachments/"), "a.txt", b"x").json()["id"],
        "website_id": people_only.acme.pk,
        "visitor_id": vera.session["visitor"]["id"],
        "user_id": people_only.ben.pk,
        "label_id": Label.objects.for_system().create(organisation=people_only.acme.organisation, name="vip").pk,
        "reply_id": CannedReply.objects.for_system()
        .create(organisation=people_only.acme.organisation, website=people_only.acme, shortcut="hi", content="Hi")
        .pk,
        "website_key": people_only.acme.website_key,
        "article_id": write_article(people_only.acme, ArticleText("zebras", "Zebras", "They have stripes.")).pk,
        "question_id": write_article(people_only.acme, ArticleText("why", "Why?", "Because.", kind="question")).pk,
        "invitation_id": Invitation.objects.create(
            organisation=people_only.acme.organisation, email="dora@example.test", token_hash=uuid4().hex
        ).pk,
        "webhook_id": webhook.pk,
        "key_id": make_key(people_only.acme.organisation_id, people_only.ada.pk, "x", ["reports:read"])[0].pk,
        "delivery_id": note_test(webhook).pk,
        "export_id": Export.objects.create(
            organisation_id=people_only.acme.organisation_id, requested_by_id=people_only.ada.pk
        ).pk,
        "source_id": source_of(people_only.acme, "page", "https://a.test/", state="ready").pk,
    }


def test_the_walk_goes_somewhere() -> None:
    assert len(OF_STAFF) >= 17
    assert len(OF_VISITORS) >= 8


async def test_nobody_gets_in_without_credentials(each_stack: Stack, place: dict[str, object]) -> None:
    for method, address in GUARDED:
        answer = ask(Rest(each_stack), method, address.format(**place), ANYTHING)
        assert refusal(answer) == (401, "not_authenticated"), (method, address)
        assert "Bearer" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "token", ["nonsense", "v_nonsense", "v_", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoiMSJ9.", "v_ünïcode"]
)
async def test_a_false_token_is_no_credential(each_stack: Stack, place: dict[str, object], token: str) -> None:
    for method, address in GUARDED:
        headers = {"Authorization": f"Bearer {token}".encode()}
        answer = Rest(each_stack).request(method, address.format(**place), body=ANYTHING, headers=headers)  # type: ignore[arg-type]
        assert refusal(answer) == (401, "not_authenticated"), (method, address)


async def test_visitors_get_nowhere_among_staff(vera: Visitor, place: dict[str, object]) -> None:
    for method, address in OF_STAFF:
        answer = ask(vera.rest, method, address.format(**place), ANYTHING)
        assert refusal(answer) == (403, "forbidden"), (method, address)


async def test_staff_are_no_visitors(ben: StaffMember, place: dict[str, object]) -> None:
    for method, address in OF_VISITORS:
        answer = ask(ben.rest, method, address.format(**place), ANYTHING)
        assert refusal(answer) == (403, "forbidden"), (method, address)


async def test_mallory_finds_nothing_of_acme(mallory: StaffMember, ben: StaffMember, place: dict[str, object]) -> None:
    before = ben.rest.get(f"conversations/{place['conversation_id']}/").json()
    for method, address in OF_ONE_THING:
        if (method, address) in OF_STAFF:
            answer = ask(mallory.rest, method, address.format(**place), body_for(method, address))
            assert refusal(answer) == (404, "not_found"), (method, address)
    assert ben.rest.get(f"conversations/{place['conversation_id']}/").json() == before


async def test_another_visitor_finds_nothing_of_veras(
    vera: Visitor, ben: StaffMember, people_only: Cast, place: dict[str, object]
) -> None:
    before = ben.rest.get(f"conversations/{vera.conversation_id}/").json()
    for stranger in (visit(vera.stack, people_only.acme), visit(vera.stack, people_only.globex)):
        for method, address in OF_ONE_THING:
            if (method, address) in OF_VISITORS:
                answer = ask(stranger.rest, method, address.format(**place), body_for(method, address))
                assert refusal(answer) == (404, "not_found"), (method, address)
    assert ben.rest.get(f"conversations/{vera.conversation_id}/").json() == before


async def test_what_does_not_exist_is_refused_like_what_is_somebody_elses(
    vera: Visitor, ada: StaffMember, mallory: StaffMember, place: dict[str, object]
) -> None:
    ids = dict.fromkeys(
        ("conversation_id", "message_id", "attachment_id", "visitor_id", "delivery_id", "export_id"), uuid4()
    )
    nowhere: dict[str, object] = ids | {"website_key": "none"}
    numbers = (
        *("website_id", "article_id", "question_id", "source_id", "webhook_id", "key_id"),
        *("user_id", "label_id", "reply_id", "invitation_id"),
    )
    nowhere |= dict.fromkeys(numbers, 2**40)
    for method, address in OF_ONE_THING:
        body = body_for(method, address)
        if (method, address) in OF_VISITORS:
            assert refusal(ask(vera.rest, method, address.format(**nowhere), body)) == (404, "not_found")
            continue
        missing = ask(ada.rest, method, address.format(**nowhere), body)
        foreign = ask(mallory.rest, method, address.format(**place), body)
        assert missing.json() == foreign.json(), (method, address)


@pytest.mark.slow
async def test_agents_may_not_do_what_is_for_owners_and_admins(
    each_stack: Stack, people_only: Cast, ben: StaffMember, place: dict[str, object]
) -> None:
    leaving = ("DELETE", "members/{user_id}/membership/")  # his own: that he may
    for method, address in OF_STAFF:
        if (method, address) == leaving:
            continue
        if address.startswith(OF_OWNERS) or (address.startswith("websites/") and method != "GET"):
            answer = ben.rest.request(
                method, address.format(**place), body={"name": "Mine now"} if method != "DELETE" else None
            )
            assert refusal(answer) == (403, "forbidden"), (method, address)


# --- nonsense ---


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        "{'a': 1}",
        "\xff\xfe",
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"client_id": NaN}',
        "{}" + "x",
    ],
    ids=lambda content: content[:8],
)
async def test_a_body_that_makes_no_sense_is_invalid(
    vera: Visitor, ben: StaffMember, ada: StaffMember, place: dict[str, object], content: str
) -> None:
    for method, address in WRITING:
        if not takes_a_body(address):
            continue
        rest = who(address, vera, ada if address.startswith(OF_OWNERS) else ben)
        headers = {"Content-Type": "application/json"}
        answer = rest.request(method, address.format(**place), content=content.encode("latin-1"), headers=headers)
        if address.startswith("websites/"):
            assert answer.status_code in (400, 403)
        elif (method, address) in EVERYTHING_OPTIONAL and content == "":
            assert answer.status_code == 200
        else:
            assert refusal(answer) == (400, "invalid"), (method, address, answer.text)


async def test_unknown_fields_are_refused(
    vera: Visitor, ben: StaffMember, ada: StaffMember, place: dict[str, object]
) -> None:
    for method, address in WRITING:
        if takes_a_body(address) and not address.startswith("websites/"):
            rest = who(address, vera, ada if address.startswith(OF_OWNERS) else ben)
            answer = rest.request(method, address.format(**place), body={"surprise": 1})
            assert refusal(answer) == (400, "invalid"), (method, address)
            assert "surprise" in answer.json()["error"]["fields"], (method, address)


async def test_another_type_of_body_is_refused(vera: Visitor, place: dict[str, object]) -> None:
    answer = vera.rest.request("POST", vera.path("messages/"), data={"client_id": str(uuid4()), "content": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "invalid")


async def test_a_body_is_as_large_as_the_longest_message_in_its_longest_spelling_and_not_without_end(
    vera: Visitor,
) -> None:
    longest = {"client_id": uuid4(), "content": "😀" * 10_000}
    assert vera.rest.post(vera.path("messages/"), longest).status_code == 201
    answer = vera.rest.post(vera.path("messages/"), {"client_id": uuid4(), "content": "x" * 300_000})
    assert refusal(answer) == (413, "too_long")


async def test_a_method_that_is_not_there_is_refused(vera: Visitor, ben: StaffMember, place: dict[str, object]) -> None:
    for method, address in (
        ("PUT", "conversations/"),
        ("DELETE", "conversations/"),
        ("PATCH", "conversations/{conversation_id}/entries/"),
    ):
        assert refusal(ben.rest.request(method, address.format(**place))) == (405, "method_not_allowed")
    assert refusal(vera.rest.request("DELETE", vera.path("messages/"))) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["nowhere/", "conversations", "conversations/not-a-uuid/", "websites/x/", "widget/", "../v2/"]
)
async def test_an_address_that_is_not_there_is_not_found_in_the_same_form(ben: StaffMember, path: str) -> None:
    for method in ("GET", "POST"):
        assert refusal(ben.rest.request(method, path)) == (404, "not_found")


async def test_no_other_site_may_read_our_answers(vera: Visitor, ben: StaffMember) -> None:
    origin = {"Origin": "https://evil.example"}
    for rest, path in ((ben.rest, "conversations/"), (vera.rest, "widget/conversations/")):
        for answer in (rest.request("GET", path, headers=origin), preflight(rest, path)):
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def preflight(rest: Rest, path: str) -> httpx2.Response:
    wanted = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    return httpx2.request("OPTIONS", f"{rest.stack.url}/api/v1/{path}", headers=wanted, trust_env=False)


def ask(rest: Rest, method: str, path: str, body: object) -> httpx2.Response:
    """With a file where the address takes one."""
    if method == "POST" and path.endswith(("/attachments/", "/picture/")):
        return rest.upload(path, "a.txt", b"x")
    return rest.request(method, path, body=body)


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def takes_a_body(address: str) -> bool:
    actions = (
        *("take-over/", "hand-back/", "stop/", "handoff/", "rotate-key/", "ws-connection-token/"),
        *("draft/", "summary/", "read-again/", "resend/", "transfer/", "rotate-secret/", "test/", "replay/"),
        *("files/", "attachments/", "picture/"),  # forms
        "diagnostics/browser/",
    )
    return not address.endswith(actions)


def who(address: str, vera: Visitor, ben: StaffMember) -> Rest:
    if address in OPEN:
        return Rest(vera.stack)
    return vera.rest if address.startswith("widget/") else ben.rest
