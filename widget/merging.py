"""An anonymous visitor turns out to be somebody: what they said in this browser is theirs from here on."""

from __future__ import annotations

from conversations.actions.changes import Activity, Change, change_in_transaction, end_reply
from conversations.events import Event
from conversations.models import Conversation, Visitor
from conversations.models.scope import ScopedQuerySet
from widget.models import VisitorToken


def recognise(visitor: Visitor, anonymous: Visitor | None) -> list[Event]:
    """Tell the staff who it is, after `anonymous`, if it is another row, was merged into `visitor`.

    Within the caller's transaction; publish the events after its commit.
    """
    happened = _merge(anonymous, visitor) if anonymous is not None and anonymous.pk != visitor.pk else []
    line = Activity(f"The visitor signed in{f' as {visitor.name}' if visitor.name else ''}.")
    for conversation in _open_ones(visitor):
        happened += change_in_transaction(conversation.pk, lambda _: Change(line, for_visitor=False), None, None)[1]
    return happened


def _merge(anonymous: Visitor, visitor: Visitor) -> list[Event]:
    """All conversations change hands. Of two open ones, the one they are in right now stays open, and inherits."""
    here, there = _open_ones(anonymous).first(), _open_ones(visitor).first()
    happened: list[Event] = []
    if here is not None and there is not None:
        happened += change_in_transaction(there.pk, _end, None, None)[1]
    Conversation.objects.for_system().filter(visitor=anonymous).update(visitor=visitor)
    if here is not None and there is not None:
        happened += change_in_transaction(here.pk, lambda conversation: _inherit(conversation, there), None, None)[1]
    # Who holds a token of before may be another tab, or anybody: they ask anew who they are.
    VisitorToken.objects.for_visitor(anonymous).delete()
    anonymous.delete()
    return happened


def _open_ones(visitor: Visitor) -> ScopedQuerySet[Conversation]:
    mine = Conversation.objects.for_system().filter(website=visitor.website_id, visitor=visitor)
    return mine.exclude(status="resolved")


def _end(conversation: Conversation) -> Change:
    conversation.status, conversation.snoozed_until = "resolved", None
    conversation.resolved_rev = conversation.rev + 1
    conversation.waiting_since, conversation.asks_email = None, False
    end_reply(conversation)
    return Change(Activity("The visitor goes on in a new conversation, begun before they signed in."), for_visitor=True)


def _inherit(here: Conversation, there: Conversation) -> Change | None:
    """Whoever was at it stays at it: people, and how long they have been waited for."""
    if there.handled_by != "human" or here.handled_by == "human":
        return None
    here.handled_by, here.waiting_since = "human", there.waiting_since
    here.assignee_id = here.assignee_id or there.assignee_id
    end_reply(here)
    return Change(Activity("People go on here: they had the visitor's conversation of before."), for_visitor=True)
