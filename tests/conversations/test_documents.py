"""The published documents are those of the code, and they say what was promised to outside clients.

The tables below are the contract, written down by hand: to change one is to change what others rely on.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from conversations.management.commands import write_protocol
from tests.clients.contract import Audience, document, frame_names, message_names, operations

# Each command's fields; those that may be left out end in "?".
VISITOR_COMMANDS = {
    "chat_message": "client_id content attachments?",
    "typing": "is_typing draft?",
    "read": "rev",
    "resume": "after",
    "request_human": "",
    "stop_reply": "",
    "ping": "",
}
DASHBOARD_COMMANDS = {
    "chat_message": "conversation_id client_id content attachments? note?",
    "typing": "conversation_id is_typing",
    "read": "conversation_id rev",
    "resume": "conversation_id after",
    "stop_reply": "conversation_id",
    "take_over": "conversation_id",
    "hand_back": "conversation_id",
    "view": "conversation_id",
    "subscribe": "channel",
    "unsubscribe": "channel",
    "ping": "",
}
CHANGE = "conversation_id website_id rev prev"
FOR_BOTH = {
    "new_message": f"{CHANGE} message",
    "message_updated": f"{CHANGE} message",
    "conversation_updated": f"{CHANGE} conversation activity?",
    "chunk": "conversation_id message_id index content",
    "reply_cancelled": "conversation_id message_id reason",
    "typing": "conversation_id from is_typing expires_in author? draft?",
    "read": "conversation_id reader delivered_rev read_rev",
    "resumed": "conversation_id rev conversation entries complete",
    "resync": "",
    "pong": "",
    "error": "code detail",
    "rejected": "code detail client_id? retry_after?",
}
VISITOR_FRAMES = FOR_BOTH | {
    "connected": "connection_id protocol heartbeat_seconds conversation rev",
    "presence": "available reply_time?",
    "heartbeat": "rev visitor_read_rev staff_delivered_rev staff_read_rev",
}
DASHBOARD_FRAMES = FOR_BOTH | {
    "connected": "connection_id protocol heartbeat_seconds websites user",
    "presence": "website_id staff",
    "heartbeat": "",
    "subscribed": "channel subscribers",
    "unsubscribed": "channel subscribers",
    "chat_updates": "data",
    "availability": "is_away",
    "websites": "websites",
    "mentioned": "conversation_id website_id message_id author excerpt",
    "visitor_updated": "website_id conversation_id visitor",
    "conversation_removed": "website_id conversation_id",
}
FORMS = {
    "Message": """
        id seq rev client_id kind role is_manual content author timestamp conversation_id attachments sources deleted
    """,
    "Author": "id name avatar_url",
    "Source": "title url",
    "VisitorConversation": """
        id rev status handled_by agent staff_delivered_rev staff_read_rev visitor_read_rev unread_count rating
    """,
    "StaffConversation": """
        id website_id rev status handled_by assignee visitor subject preview last_message_at message_count unread_count
        visitor_delivered_rev visitor_read_rev staff_delivered_rev staff_read_rev labels priority rating created_at
    """,
    "Notification": "type chat_id message_role timestamp",
    "SubscribedWebsite": "id name subscribers",
}
CHOICES = {
    ("Message", "kind"): "message note activity",
    ("Message", "role"): "user assistant system",
    ("StaffConversation", "status"): "open snoozed resolved",
    ("StaffConversation", "handled_by"): "ai human",
    ("ReplyCancelled", "reason"): "takeover stopped superseded failed",
    ("TypingShown", "from"): "visitor agent assistant",
    ("ReadShown", "reader"): "visitor staff",
}
ADDRESSES = """
    POST auth/token/
    POST auth/ws-connection-token/
    POST widget/sessions/
    GET widget/config/{website_key}/
    GET widget/conversations/
    POST widget/conversations/
    GET widget/conversations/{conversation_id}/entries/
    POST widget/conversations/{conversation_id}/messages/
    POST widget/conversations/{conversation_id}/typing/
    POST widget/conversations/{conversation_id}/read/
    POST widget/conversations/{conversation_id}/handoff/
    POST widget/conversations/{conversation_id}/contact/
    POST widget/conversations/{conversation_id}/stop/
    GET websites/
    POST websites/
    GET websites/{website_id}/
    PATCH websites/{website_id}/
    DELETE websites/{website_id}/
    POST websites/{website_id}/rotate-key/
    GET conversations/
    GET conversations/{conversation_id}/
    PATCH conversations/{conversation_id}/
    GET conversations/{conversation_id}/entries/
    POST conversations/{conversation_id}/messages/
    PATCH conversations/{conversation_id}/messages/{message_id}/
    DELETE conversations/{conversation_id}/messages/{message_id}/
    POST conversations/{conversation_id}/take-over/
    POST conversations/{conversation_id}/hand-back/
    POST conversations/{conversation_id}/typing/
    POST conversations/{conversation_id}/read/
    GET knowledge/articles/
    POST knowledge/articles/
    GET knowledge/articles/{article_id}/
    PATCH knowledge/articles/{article_id}/
    DELETE knowledge/articles/{article_id}/
    GET knowledge/questions/
    POST knowledge/questions/
    GET knowledge/questions/{question_id}/
    PATCH knowledge/questions/{question_id}/
    DELETE knowledge/questions/{question_id}/
    GET knowledge/sources/
    POST knowledge/sources/
    GET knowledge/sources/{source_id}/
    PATCH knowledge/sources/{source_id}/
    DELETE knowledge/sources/{source_id}/
    POST knowledge/sources/{source_id}/read-again/
    POST knowledge/files/
    POST assistant/playground/
"""


@pytest.mark.parametrize("command", ["write_protocol", "write_openapi"])
def test_the_committed_documents_are_those_of_the_code(command: str) -> None:
    call_command(command, check=True)


def test_a_document_that_is_out_of_date_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_protocol, "asyncapi", lambda: "{}")
    with pytest.raises(CommandError, match=r"docs/asyncapi.json; run manage.py write_protocol"):
        call_command("write_protocol", check=True)


@pytest.mark.slow
def test_the_rest_document_is_the_same_each_time_and_nothing_is_complained_about(
    capfd: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        call_command("write_openapi", check=True)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("audience", "operation", "promised"),
    [
        ("visitor", "Commands", VISITOR_COMMANDS),
        ("dashboard", "Commands", DASHBOARD_COMMANDS),
        ("visitor", "Frames", VISITOR_FRAMES),
        ("dashboard", "Frames", DASHBOARD_FRAMES),
    ],
)
def test_every_command_and_frame_of_the_contract_is_there_with_its_fields(
    audience: Audience, operation: str, promised: dict[str, str]
) -> None:
    names = message_names(audience, operation)
    assert set(names) == set(promised)
    for name, fields in promised.items():
        schema = schemas()[names[name]]
        wanted = {"type", *fields.replace("?", "").split()}
        required = {"type", *(field for field in fields.split() if not field.endswith("?"))}
        assert wanted <= set(schema["properties"]), name
        assert required <= set(schema["required"]), name
        added = set(schema["properties"]) - wanted
        assert not added & set(schema["required"]), f"{name}: only an optional field may be added"


@pytest.mark.parametrize("form", FORMS)
def test_what_frames_carry_has_the_fields_of_the_contract(form: str) -> None:
    schema = schemas()[form]
    assert set(FORMS[form].split()) <= set(schema["properties"])
    assert set(FORMS[form].split()) <= set(schema["required"]), "null, but never left out"


@pytest.mark.parametrize(("form", "field"), CHOICES)
def test_what_a_field_may_say_is_what_the_contract_says(form: str, field: str) -> None:
    assert schemas()[form]["properties"][field]["enum"] == CHOICES[form, field].split()


def test_commands_refuse_fields_that_they_do_not_know_and_texts_that_are_too_long() -> None:
    audiences: tuple[Audience, Audience] = ("visitor", "dashboard")
    for audience in audiences:
        for name in message_names(audience, "Commands").values():
            assert schemas()[name]["additionalProperties"] is False
        content = schemas()[message_names(audience, "Commands")["chat_message"]]["properties"]["content"]
        assert (content["minLength"], content["maxLength"]) == (1, 10_000)


def test_both_sockets_are_where_the_contract_says() -> None:
    channels = document("asyncapi.json")["channels"]
    assert {name: channel["address"] for name, channel in channels.items()} == {
        "visitor": "/ws/chat/{conversation_id}/",
        "dashboard": "/ws/dashboard/",
    }


def test_every_address_of_the_contract_is_there() -> None:
    assert {tuple(line.split()) for line in ADDRESSES.split("\n") if line.strip()} <= set(operations())


def test_every_operation_has_a_name_of_its_own_and_says_who_may_call_it() -> None:
    found = [one for methods in document("openapi.yaml")["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in found]
    assert len(set(names)) == len(names)
    open_to_all = {one["operationId"] for one in found if not one.get("security")}
    assert open_to_all == {"auth_token_create", "widget_sessions_create", "widget_config_retrieve"}


def test_every_list_has_the_same_shape() -> None:
    for address, methods in document("openapi.yaml")["paths"].items():
        if methods.get("get", {}).get("operationId", "").endswith("_list"):
            reference = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
            form = document("openapi.yaml")["components"]["schemas"][reference.rsplit("/", 1)[1]]
            asked = {one["name"] for one in methods["get"].get("parameters", [])}
            more = {"synced_until"} if "updated_since" in asked else set()
            assert set(form["properties"]) == {"results", "next", "previous"} | more, address
            assert form["properties"]["results"]["type"] == "array"


def test_references_lead_somewhere() -> None:
    for name in ("asyncapi.json", "openapi.yaml"):
        for reference in references(document(name)):
            place: Any = document(name)
            for part in reference.removeprefix("#/").split("/"):
                place = place[part.replace("~1", "/")]


def test_every_frame_has_a_schema_for_its_type() -> None:
    assert set(frame_names("visitor")) == set(VISITOR_FRAMES)
    assert set(frame_names("dashboard")) == set(DASHBOARD_FRAMES)


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for one in part.values() for found in references(one)]


def schemas() -> dict[str, Any]:
    found: dict[str, Any] = document("asyncapi.json")["components"]["schemas"]
    return found
