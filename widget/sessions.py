"""Who a browser with the widget is: the visitor it was, the one it proves to be, or a new one."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Website
from conversations.errors import Forbidden, NotFound
from conversations.events import Event, VisitorMoved
from conversations.models import Conversation, Visitor
from conversations.queries.states import with_relations
from conversations.rows import ConversationRow
from conversations.subscribers.following import Identified
from conversations.subscribers.table import note
from foundation.translations import base_of
from widget.api.bodies import IdentityClaim, NewSession, PageSeen, Profile
from widget.attributes import merged
from widget.identity import proved_by_hash, proved_by_jwt
from widget.merging import recognise
from widget.tokens import RESUME, SESSION, actor_of, drop_older_handles, new_token, use_resume_handle, visitor_of_token


@dataclass(frozen=True, slots=True)
class Session:
    website: Website
    visitor: Visitor
    visitor_token: str
    resume_handle: str | None
    conversation: ConversationRow | None
    happened: list[Event] = field(default_factory=list)  # to be published now that it is committed


@transaction.atomic
def open_session(asked: NewSession, user_agent: str) -> Session:
    """A session on an active website. Raises NotFound (no such key) or Forbidden (a false proof of identity)."""
    website = Website.objects.filter(website_key=asked.website_key, is_active=True).first()
    if website is None:
        raise NotFound("website")
    known = visitor_of_token(asked.visitor_token, website.pk) if asked.visitor_token else None
    visitor = known
    if visitor is None and asked.resume_handle and website.resume_handles:
        visitor = use_resume_handle(asked.resume_handle, website.pk)
    _refuse_blocked(visitor)  # also one who would now sign in as somebody else
    proof = _proof(website, asked.identity) if asked.identity is not None else None
    if website.widget_settings.consent.enabled:
        _require_consent(asked, visitor or (_visitor_of(website, proof) if proof else None), is_met=visitor is not None)
    happened: list[Event] = []
    if proof is not None:
        visitor, happened = _identified(website, proof, visitor)
    if visitor is None:
        visitor = Visitor(website=website)
    if asked.consent:
        visitor.consented_at = visitor.consented_at or timezone.now()
    _refuse_blocked(visitor)
    visitor.language = base_of(asked.locale or "") or visitor.language
    if asked.attributes:
        visitor.attributes = merged(visitor.attributes, asked.attributes)
    before = visitor.page_url
    _note_visit(visitor, asked.page, user_agent)
    conversation = latest_conversation(visitor)
    if conversation is not None and visitor.page_url != before:
        happened.append(VisitorMoved(conversation))
    token = asked.visitor_token if known is not None and known.pk == visitor.pk else None
    return Session(
        website,
        visitor,
        token or new_token(visitor, SESSION),
        _next_handle(website, visitor),
        conversation,
        happened,
    )


def _require_consent(asked: NewSession, visitor: Visitor | None, *, is_met: bool) -> None:
    """Before anything is written. Who comes with what we gave them once has agreed, or came before it was asked for."""
    has_agreed = asked.consent is None and (is_met or (visitor is not None and visitor.consented_at is not None))
    if not asked.consent and not has_agreed:
        raise Forbidden("Nothing is stored of you before you agree: consent is missing.")


def _refuse_blocked(visitor: Visitor | None) -> None:
    if visitor is not None and visitor.is_blocked:
        raise Forbidden("This chat has been closed for you.")


def _next_handle(website: Website, visitor: Visitor) -> str | None:
    """None for identified visitors: it lies where every script of the page can read it, and proves nothing."""
    if visitor.external_id is not None or not website.resume_handles:
        drop_older_handles(visitor, keep=0)
        return None
    handle = new_token(visitor, RESUME)
    drop_older_handles(visitor)
    return handle


def latest_conversation(visitor: Visitor) -> ConversationRow | None:
    """The open conversation, else the last one: its history stays in sight. Index conversation_of_visitor."""
    mine = with_relations(Conversation.objects.for_actor(actor_of(visitor)))
    found = mine.exclude(status="resolved").first() or mine.order_by("-last_message_at").first()
    return ConversationRow(found) if found else None


def _proof(website: Website, claim: IdentityClaim) -> Profile:
    if claim.jwt is not None:
        return proved_by_jwt(website, claim.jwt)
    profile = Profile(user_id=claim.user_id or "", name=claim.name, email=claim.email, attributes=claim.attributes)
    return proved_by_hash(website, profile, claim.hash or "")


def _identified(website: Website, proof: Profile, current: Visitor | None) -> tuple[Visitor, list[Event]]:
    """The visitor of this proved identity; an anonymous one of this browser becomes it, or is merged into it."""
    anonymous = current if current is not None and current.external_id is None else None
    visitor = _visitor_of(website, proof)
    if visitor is None:
        visitor = anonymous or Visitor(website=website)
        visitor.external_id = proof.user_id
    visitor.name, visitor.email = proof.name or visitor.name, proof.email or visitor.email
    visitor.attributes = merged(visitor.attributes, proof.attributes or {})
    try:
        with transaction.atomic():
            visitor.save()
    except IntegrityError:  # another tab proved it at the same moment
        visitor = _visitor_of(website, proof)
        assert visitor is not None
    if current is None or anonymous is not None or current.pk != visitor.pk:  # else this browser was known already
        note(Identified(website.pk, visitor.pk))
    return visitor, recognise(visitor, anonymous) if anonymous is not None else []


def _visitor_of(website: Website, proof: Profile) -> Visitor | None:
    return Visitor.objects.for_system().filter(website=website, external_id=proof.user_id).first()


def _note_visit(visitor: Visitor, page: PageSeen | None, user_agent: str) -> None:
    visitor.last_seen_at = timezone.now()
    visitor.user_agent = user_agent[:400]
    if page is not None:
        visitor.page_url, visitor.page_title = page.url, page.title
        visitor.referrer = page.referrer or visitor.referrer
    visitor.save()
