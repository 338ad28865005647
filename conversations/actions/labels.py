"""The labels of an organisation: made, named, coloured and removed by its staff."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from accounts.actors import Staff
from accounts.models import Website
from audit.recording import record
from conversations.actions.changes import Change, Rule, change
from conversations.errors import Forbidden, Invalid, NotFound
from conversations.models import Conversation, Label
from conversations.models.labels import labelled
from foundation.db import db
from foundation.meanwhile import require_unchanged

RENAME_TASK = "conversations.rename_label"
AT_ONCE = 100  # conversations of one round
MOST = 500  # labels of an organisation: nobody finds anything among more


async def make_label(actor: Staff, website_id: int, name: str, color: str) -> Label:
    """A label for all websites of this one's organisation, or the known one. Raises Forbidden or Invalid."""
    return await db(_make, actor, website_id, name, color)


async def change_label(
    actor: Staff, label_id: int, *, name: str | None = None, color: str | None = None, seen: str = ""
) -> Label:
    """Colour or name it anew. A new name goes to all conversations that have the label: the first of them at once, and
    a job does the rest. `seen`: the digest of what it was. Raises NotFound, Forbidden, ChangedMeanwhile, or Invalid for
    a name that another label has.
    """
    label, old = await db(_change, actor, label_id, name, color, seen)
    if old != label.name and await _carry_over(label, old):
        await db(_defer, label, old)
    return label


async def carry_name_over(label_id: int, old: str) -> None:
    """The job of a label with a new name, and very many conversations."""
    label = await db(_found, label_id)
    while label is not None and await _carry_over(label, old):
        pass


async def _carry_over(label: Label, old: str) -> bool:
    """One round of conversations; whether there may be more."""
    conversation_ids = await db(_with_label, label.organisation_id, old)
    for conversation_id in conversation_ids:
        await change(conversation_id, _renamed(old, label.name), actor=None, author=None)
    return len(conversation_ids) == AT_ONCE


def _renamed(old: str, new: str) -> Rule:
    def rule(conversation: Conversation) -> Change | None:
        if old not in conversation.labels:
            return None
        conversation.labels = sorted({new if one == old else one for one in conversation.labels})
        return Change(None, for_visitor=False)

    return rule


def _with_label(organisation_id: int, name: str) -> list[UUID]:
    """Index conversation_labels."""
    theirs = Website.objects.filter(organisation=organisation_id).values("pk")
    found = Conversation.objects.for_system().filter(labelled(name), website__in=theirs)
    return list(found.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _found(label_id: int) -> Label | None:
    return Label.objects.for_system().filter(pk=label_id).first()


def _defer(label: Label, old: str) -> None:
    app.configure_task(RENAME_TASK, queue="default").defer(label_id=label.pk, old=old)


async def remove_label(actor: Staff, label_id: int) -> None:
    """From what is offered; conversations keep it. Raises NotFound or Forbidden."""
    await db(_remove, actor, label_id)


def _make(actor: Staff, website_id: int, name: str, color: str) -> Label:
    website = Website.objects.filter(pk=website_id, pk__in=list(actor.websites)).first()
    if website is None:
        raise Forbidden("This is none of your websites.")
    mine = Label.objects.for_actor(actor).filter(organisation=website.organisation_id)
    known = mine.filter(name__iexact=name).first()
    if known is not None:
        return known
    if mine.count() >= MOST:
        raise Invalid(f"There are {MOST} labels already. Remove some first.")
    try:
        with transaction.atomic():
            made = Label.objects.create(organisation_id=website.organisation_id, name=name, color=color)
            record("label.made", made, by=actor)
            return made
    except IntegrityError:  # two people made it at once
        return mine.get(name__iexact=name)


@transaction.atomic
def _change(actor: Staff, label_id: int, name: str | None, color: str | None, seen: str) -> tuple[Label, str]:
    label = _label(actor, label_id)
    before = {"name": label.name, "color": label.color}
    old = label.name
    label.name, label.color = name or old, color or label.color
    require_unchanged(seen, before, {"name": label.name, "color": label.color})
    try:
        with transaction.atomic():
            label.save(update_fields=["name", "color"])
            record("label.changed", label, by=actor, was=old if old != label.name else None)
    except IntegrityError:
        raise Invalid("name: another label is called so") from None
    return label, old


@transaction.atomic
def _remove(actor: Staff, label_id: int) -> None:
    label = _label(actor, label_id)
    record("label.deleted", label, by=actor)
    Label.objects.for_system().filter(pk=label.pk).delete()


def _label(actor: Staff, label_id: int) -> Label:
    """Locked."""
    found = Label.objects.for_actor(actor).select_for_update().filter(pk=label_id).first()
    if found is None:
        raise NotFound("label")
    unseen = Website.objects.filter(organisation=found.organisation_id).exclude(pk__in=list(actor.websites))
    if unseen.exists():  # a new name would reach into conversations there
        raise Forbidden("This label is for websites, too, that you do not see. Ask somebody who sees them all.")
    return found
