"""The labels of an organisation: made, coloured and removed by its staff."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.actors import Staff
from accounts.models import Website
from conversations.errors import Forbidden, Invalid, NotFound
from conversations.models import Label
from foundation.db import db

MOST = 500  # labels of an organisation: nobody finds anything among more


async def make_label(actor: Staff, website_id: int, name: str, color: str) -> Label:
    """A label for all websites of this one's organisation, or the known one. Raises Forbidden or Invalid."""
    return await db(_make, actor, website_id, name, color)


async def paint_label(actor: Staff, label_id: int, color: str) -> Label:
    """Raises NotFound."""
    return await db(_paint, actor, label_id, color)


async def remove_label(actor: Staff, label_id: int) -> None:
    """From what is offered; conversations keep it. Raises NotFound."""
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
            return Label.objects.create(organisation_id=website.organisation_id, name=name, color=color)
    except IntegrityError:  # two people made it at once
        return mine.get(name__iexact=name)


def _paint(actor: Staff, label_id: int, color: str) -> Label:
    label = _label(actor, label_id)
    label.color = color
    label.save(update_fields=["color"])
    return label


def _remove(actor: Staff, label_id: int) -> None:
    Label.objects.for_system().filter(pk=_label(actor, label_id).pk).delete()


def _label(actor: Staff, label_id: int) -> Label:
    found = Label.objects.for_actor(actor).filter(pk=label_id).first()
    if found is None:
        raise NotFound("label")
    return found
