"""No change of an owner's or the staff's without its row: every action, REST write and form there is, found by walking.

What one is made of is read from the code: an address that takes a change leads, through whatever it calls, to `record`;
or it stands below with the reason why not. A new one that does neither fails, and so does a reason that has ended.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from audit.recording import record
from dashboard.manage.audit import KINDS
from tests.test_architecture import SOURCES

OURS = (
    "accounts",
    "conversations",
    "assistant",
    "dashboard",
    "widget",
    "privacy",
    "integrations",
    "foundation",
    "tests.audit",
)
ACTIONS = ("accounts.actions", "conversations.actions", "privacy.actions", "widget.sessions", "widget.withdrawal")
WRITING = ("post", "put", "patch", "delete")

TIMELINE = "the conversation's timeline shows it, with who did it"
NOTHING = "it changes nothing that an owner or the staff has set"
SYSTEM = "the system or its worker does it by itself"
ONESELF = "somebody chooses it for themselves alone"
VISITORS = "a visitor does it, in their own chat"
PART = "a part of actions that write the row"
ONE = "conversations/<uuid:conversation_id>/"
ADDRESSES_WITHOUT = {
    ONESELF: ["FORM manage:mails", "FORM manage:stop-mails"],
    TIMELINE: [
        *(f"POST {ONE}{what}/" for what in ("attachments", "messages", "take-over", "hand-back", "stop")),
        *(f"PATCH {ONE}", f"PATCH {ONE}messages/<uuid:message_id>/", f"DELETE {ONE}messages/<uuid:message_id>/"),
    ],
    NOTHING: [
        *(f"POST {ONE}{what}/" for what in ("typing", "read", "draft", "rewrite", "summary")),
        *(
            "POST assistant/playground/",
            "POST auth/ws-connection-token/",
            "POST diagnostics/browser/",
            "POST diagnostics/browser/end/",
            "POST webhooks/<int:webhook_id>/test/",
            "FORM dashboard:diagnostics",
            "FORM manage:test-webhook",
            "FORM manage:playground",
            "FORM manage:draft",
        ),
    ],
}
ACTIONS_WITHOUT = {
    ONESELF: ["mail_choices.choose_mails", "mail_choices.stop_mails", "mail_choices.try_address_again"],
    TIMELINE: [
        *("attachments.take_file", "edits.edit_message", "edits.delete_message", "messages.post_message"),
        *("notes.say_as_staff", "status.update_conversation", "takeovers.take_over", "takeovers.hand_back"),
        *("takeovers.stop_reply", "openings.open_conversation", "takeovers.request_human"),
    ],
    VISITORS: [
        *("contacts.say_as_visitor", "contacts.leave_email", "ratings.rate", "transcripts.ask_for_transcript"),
        *("sessions.open_session", "typing.show_visitor_typing"),
    ],
    SYSTEM: [
        *("assignments.assign_waiting", "assignments.assign_everywhere", "assignments.assign_soon"),
        *("attachments.remove_files", "erase.remove_export_files", "exports.remove_stray_files"),
        *("indexing.index_for_ever", "indexing.index_entries", "labels.carry_name_over"),
        *(
            "second_factors.mail_reset",
            "invitations.mail_invitation",
            "replies.begin_reply",
            "replies.show_chunk",
            "replies.show_typing",
        ),
        *("replies.cancel_reply", "replies.defer_answer", "reply_mails.note_reply", "reply_mails.mail_replies"),
        "reply_mails.look_again",
        *("status.wake_conversations", "transcripts.mail_transcript", "unclaimed.tell_of_unclaimed"),
        *("unclaimed.mail_unclaimed", "erase_websites.erase_website", "erase_websites.erase_organisation"),
        *("bounces.stop_writing_to", "new_conversations.announce", "new_conversations.note"),
        *("new_conversations.look_at_new_conversation", "new_conversations.mail_new_conversations"),
        *("exports.write_export", "exports.expire_exports", "retention.end_what_is_over", "erase.forget_in_redis"),
    ],
    NOTHING: [
        *(
            "websites.fingerprint",
            *("mail_choices.next_digest", "mail_choices.stop_token", "mail_choices.stopped_by"),
            "attachments.refuse_size",
            "contacts.email_in",
            "invitations.opened",
        ),
        *("invitations.open_invitations", "invitations.hash_of", "invitations.link_for", "messages.columns_of"),
        *("notes.called_in", "reply_mails.way_back", "team.tell_rights", "team.websites_in", "team.lock"),
        *("team.seen_by", "team.administers", "websites.tell_of_websites", "pictures.made_small"),
        *("typing.show_agent_typing", "markers.mark", "markers.mark_soon", "exports.exports_for"),
        *("exports.export_for", "exports.key_for", "retention.due_of", "sessions.latest_conversation"),
    ],
    PART: [
        *("attachments.send_files", "attachments.drop_files_of", "card_numbers.mask_cards", "card_numbers.masked_in"),
        *("changes.change", "changes.end_reply", "changes.change_in_transaction", "changes.fields"),
        *("indexing.write_words", "messages.say_in_transaction", "erase.finish", "erase.drop_exports"),
        *("team.in_role", "team.seeing", "team.suspended", "team.pair_of"),
    ],
}


def test_the_walk_goes_somewhere() -> None:
    assert len(dict(addresses())) >= 97
    assert len(dict(actions())) >= 110


def test_every_write_and_form_leads_to_a_row_or_says_why_not() -> None:
    excused = {name for names in ADDRESSES_WITHOUT.values() for name in names}
    assert {name for name, view in addresses() if not leads_to_record(view)} == excused


def test_every_action_leads_to_a_row_or_says_why_not() -> None:
    excused = {name for names in ACTIONS_WITHOUT.values() for name in names}
    without = {".".join(name.split(".")[-2:]) for name, action in actions() if not leads_to_record(action)}
    assert without == excused


def test_the_walk_sees_an_action_that_writes_no_row() -> None:
    def forgets() -> None:
        delete_label_without_a_word()

    def remembers() -> None:
        delete_label_with_a_row()

    assert not leads_to_record(forgets)
    assert leads_to_record(remembers)


def addresses() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address of ours that takes a change, with what answers it."""
    yield from _below(get_resolver().url_patterns, "", "")


def _below(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, path, one.namespace or space)
            continue
        assert isinstance(one, URLPattern)
        view = getattr(one.callback, "view_class", None)
        if view is not None and issubclass(view, APIView):
            for method in WRITING:
                handler = getattr(view, method, None)
                if handler is not None and not path.startswith("api/v1/widget/"):
                    yield f"{method.upper()} {path.removeprefix('api/v1/')}", handler
        elif view is None and one.callback.__module__.startswith("dashboard") and _takes_forms(one.callback):
            yield f"FORM {space}:{one.name}" if space else f"FORM {one.name}", one.callback


def _takes_forms(view: Callable[..., Any]) -> bool:
    """Whether the methods it is limited to hold POST; they are in what the decorators have closed over."""
    found: Any = view
    while found is not None:
        for cell in getattr(found, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and "POST" in held:
                return True
        found = getattr(found, "__wrapped__", None)
    return False


def actions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the folders of actions."""
    for name in ACTIONS:
        package = importlib.import_module(name)
        modules = [package]
        for found in pkgutil.iter_modules(getattr(package, "__path__", [])):
            modules.append(importlib.import_module(f"{name}.{found.name}"))
        for module in modules:
            for function, value in vars(module).items():
                is_own = inspect.isfunction(value) and value.__module__ == module.__name__
                if is_own and not function.startswith("_"):
                    yield f"{module.__name__}.{function}", value


def leads_to_record(start: Callable[..., Any]) -> bool:
    seen: set[int] = set()
    waiting: list[Any] = [start]
    while waiting:
        one = waiting.pop()
        if one is record:
            return True
        if id(one) in seen:
            continue
        seen.add(id(one))
        waiting.extend(_used_by(one))
    return False


def _used_by(thing: Any) -> Iterator[Any]:
    """What a function names, closes over and wraps; what a container or a class of ours holds."""
    held: list[Any] = []
    if isinstance(thing, FunctionType):
        held = _used_by_function(thing)
    elif isinstance(thing, dict):
        held = list(thing.values())
    elif isinstance(thing, list | tuple | set):
        held = list(thing)
    elif inspect.isclass(thing) and issubclass(thing, APIView):
        held = list(vars(thing).values())
    for one in held:
        yield from _ours(one)


def _used_by_function(function: FunctionType) -> list[Any]:
    """Names are looked up in its module, and in the class of which it is a method."""
    wrapped = getattr(function, "__wrapped__", None)
    if not function.__module__.startswith(OURS) and wrapped is None:
        return []
    owner = function.__globals__.get(function.__qualname__.partition(".")[0])
    methods = vars(owner) if inspect.isclass(owner) else {}
    names = list(_names(function.__code__))
    closed_over = [cell.cell_contents for cell in function.__closure__ or ()]
    return [wrapped, *closed_over, *map(function.__globals__.get, names), *map(methods.get, names)]


def _names(code: CodeType) -> Iterator[str]:
    """Also of the functions within."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _ours(value: Any) -> Iterator[Any]:
    is_class = inspect.isclass(value) and value.__module__.startswith(OURS)
    if is_class or isinstance(value, FunctionType | dict | list | tuple | set):
        yield value
    elif isinstance(value, ModuleType) and value.__name__.startswith(OURS):
        yield from (held for held in vars(value).values() if isinstance(held, FunctionType))


def delete_label_without_a_word() -> None:
    "label.deleted"


def delete_label_with_a_row() -> None:
    record("label.deleted")


def test_the_log_can_be_filtered_by_every_kind_of_action_there_is() -> None:
    written = {
        kind for text in SOURCES.values() for kind in re.findall(r'record(?:_of_person)?\(\s*f?"([a-z_]+)\.', text)
    }
    assert written >= {"website", "webhook", "visitor", "team"}
    assert written <= {kind for kind, _ in KINDS}
