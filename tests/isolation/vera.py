"""Vera's visit: what she has said and sent, what was noted of her, and what the assistant answered."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import models

from accounts.models import Membership, User, Website
from assistant.models import Reply
from conversations.models import Attachment, Conversation, Entry, Visitor
from tests.cast import Cast
from tests.clients import people
from tests.isolation.planting import HERS, STAFF
from widget.models import VisitorToken


def rows_of_vera(vera: people.Visitor, cast: Cast, eve: User) -> dict[type[models.Model], models.Model]:
    """The rows that others lead to."""
    uploaded = vera.rest.upload(vera.path("attachments/"), f"{HERS}.txt", HERS.encode()).json()["id"]
    said = {"client_id": uuid4(), "content": f"{HERS} asks", "attachments": [uploaded]}
    message = vera.rest.post(vera.path("messages/"), said).json()["message"]["id"]
    conversation = Conversation.objects.for_system().get(pk=vera.conversation_id)
    describe(conversation, cast.ben)
    answer(conversation, message, cast.ben)
    visitor = Visitor.objects.for_system().get(pk=conversation.visitor_id)
    return {
        type(cast.acme.organisation): cast.acme.organisation,
        User: eve,
        Membership: Membership.objects.get(user=eve),
        Website: cast.acme,
        Visitor: visitor,
        Conversation: Conversation.objects.for_system().get(pk=conversation.pk),
        Entry: Entry.objects.for_system().get(pk=message),
        Attachment: Attachment.objects.for_system().get(pk=uploaded),
        VisitorToken: VisitorToken.objects.for_system().filter(visitor=visitor)[0],
    }


def describe(conversation: Conversation, ben: User) -> None:
    """With the words in every text about her and her conversation."""
    conversation.subject, conversation.attributes, conversation.labels = STAFF, {"word": STAFF}, [STAFF]
    conversation.rating_comment, conversation.assignee = HERS, ben
    conversation.save()
    Visitor.objects.for_system().filter(pk=conversation.visitor_id).update(
        name=HERS,
        email=f"{HERS}@example.test",
        attributes={"word": HERS},
        page_url=f"https://{HERS}.test/",
        page_title=HERS,
        referrer=f"https://{HERS}.test/",
        user_agent=HERS,
    )


def answer(conversation: Conversation, message: UUID | str, ben: User) -> None:
    """A note of Ben's and a line about what was done, which she may not see; and the assistant's answer."""
    ours = {"conversation": conversation, "website_id": conversation.website_id}
    staffs = {"audience": "staff", "author": ben, **ours}
    entries = Entry.objects.for_system()
    entries.create(
        seq=101, rev=101, kind="note", role="assistant", is_manual=True, content=f"{STAFF} in a note", **staffs
    )
    entries.create(seq=102, rev=102, kind="activity", role="system", content=f"{STAFF} in an activity", **staffs)
    told = entries.create(
        seq=103, rev=103, kind="message", role="assistant", audience="everyone", content=f"{HERS} is told", **ours
    )
    Reply.objects.for_system().create(
        id=told.pk,
        answers=message,
        epoch=0,
        state="stored",
        outcome="no_answer",
        found_nothing=True,
        **ours,
        **dict.fromkeys(("provider", "model", "partial", "failure"), STAFF),
    )
    Conversation.objects.for_system().filter(pk=conversation.pk).update(rev=103, visitor_rev=103)
