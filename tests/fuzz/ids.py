"""Ids to ask with: one's own, new ones where asking ends what they name, and those of another organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from accounts.models import ApiKey, Invitation, Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Source
from conversations.models import Attachment, CannedReply, Conversation, Entry, Label, Visitor
from foundation.encryption import encrypt
from foundation.ids import new_id
from integrations.models import Delivery, Webhook
from privacy.models import Export
from tests.cast import Cast, Role, new_person, new_website
from tests.clients import people

# What asking for it ends or changes for good: then each time with something new.
ENDS = {"DELETE", "PATCH"}
ENDS_BY_NAME = ("/merge/", "/rotate-key/", "/rotate-secret/", "/transfer/", "/reset/", "/consent/")


@dataclass
class Own:
    """What is Acme's, made when it is asked for; `kept` has what may be asked for again and again."""

    acme: Website
    asker: int
    vera: people.Visitor
    kept: dict[str, Any] = field(default_factory=dict)

    def ids(self, names: set[str], method: str, path: str) -> dict[str, Any]:
        """For the blanks of an address."""
        if "/widget/" in path:
            told = self.vera.session | {"conversation_id": self.vera.conversation_id}
            return {name: told[name] for name in names if name in told} | {"website_key": self.acme.website_key}
        is_ended = method in ENDS or path.endswith(ENDS_BY_NAME)
        whole = {"conversation_id": Conversation, "webhook_id": Webhook}
        found = {name: self._one(name, is_ended) for name in sorted(names, key=lambda name: name not in whole)}
        for name in found if is_ended else ():
            del self.kept[name]
        return {name: getattr(one, "pk", one) for name, one in found.items()}

    def _one(self, name: str, is_ended: bool) -> Any:
        if name not in self.kept or is_ended:
            self.kept[name] = getattr(self, f"new_{name.removesuffix('_id')}")()
        return self.kept[name]

    def new_website(self) -> Website:
        return Website.objects.create(organisation=self.acme.organisation, name="Another of Acme", ai_enabled=False)

    def new_user(self) -> Any:
        return new_person("Eve", self.acme, Role.AGENT)

    def new_visitor(self) -> Visitor:
        return Visitor.objects.create(website=self.acme)

    def new_conversation(self) -> Conversation:
        return Conversation.objects.for_system().create(website=self.acme, visitor=self.new_visitor())

    def new_message(self) -> Entry:
        """By the asker, so that it may be changed."""
        number, mine = 2**20 + uuid4().int % 2**30, self.kept["conversation_id"]
        said = {"kind": "message", "role": "assistant", "audience": "everyone", "content": "x", "is_manual": True}
        return Entry.objects.for_system().create(
            conversation=mine, website=self.acme, author_id=self.asker, seq=number, rev=number, **said
        )

    def new_attachment(self) -> Attachment:
        return Attachment.objects.for_system().create(
            website=self.acme,
            conversation=self._one("conversation_id", False),
            by_visitor=True,
            name="a.txt",
            size=1,
            place="none",
        )

    def new_label(self) -> Label:
        return Label.objects.create(organisation=self.acme.organisation, name=f"fuzz {uuid4().hex[:12]}")

    def new_reply(self) -> CannedReply:
        given = {"organisation": self.acme.organisation, "website": self.acme, "content": "x"}
        return CannedReply.objects.create(**given, shortcut=f"fuzz-{uuid4().hex[:12]}")

    def new_article(self) -> Any:
        return write_article(self.acme, ArticleText(f"fuzz-{new_id()}", "Zebras", "Zebras have stripes."))

    def new_question(self) -> Any:
        return write_article(self.acme, ArticleText(f"fuzz-{new_id()}", "Zebras?", "Striped.", kind="question"))

    def new_source(self) -> Source:
        url = f"https://{uuid4().hex}.invalid/"
        return Source.objects.create(website=self.acme, kind="page", title="x", url=url, state="ready")

    def new_invitation(self) -> Invitation:
        given = {"email": f"{uuid4().hex}@example.test", "token_hash": uuid4().hex}
        return Invitation.objects.create(organisation=self.acme.organisation, **given)

    def new_webhook(self) -> Webhook:
        url = f"https://{uuid4().hex}.invalid/"
        return Webhook.objects.create(
            website=self.acme, url=url, events=["rating_given"], encrypted_secret=encrypt("x"), is_active=False
        )

    def new_delivery(self) -> Delivery:
        hook = self.kept["webhook_id"]
        return Delivery.objects.create(webhook=hook, website=self.acme, event="test", data={}, state="delivered")

    def new_key(self) -> ApiKey:
        return ApiKey.objects.create(
            organisation_id=self.acme.organisation_id,
            user_id=self.asker,
            name="x",
            start="cpk_x",
            digest=uuid4().hex,
            scopes=["reports:read"],
        )

    def new_export(self) -> Export:
        return Export.objects.create(organisation_id=self.acme.organisation_id, requested_by_id=self.asker)


def globex_as_a_cast() -> Cast:
    """Another organisation, with a team: the walk's world is built on it (tests/isolation/world.py)."""
    globex, elsewhere = new_website("Globex", ai_enabled=False), new_website("Initech", ai_enabled=False)
    roles = {"ada": Role.OWNER, "ben": Role.AGENT, "cleo": Role.ADMIN}
    team = {name: new_person(f"{name} of Globex", globex, role) for name, role in roles.items()}
    return Cast(acme=globex, globex=elsewhere, mallory=new_person("Peter", elsewhere, Role.OWNER), **team)


# Names in bodies and queries that say whose something is to be, or with what of whose.
POINTERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "website": lambda place: place["website_id"],
    "websites": lambda place: [place["website_id"]],
    "organisation": lambda place: place["organisation_id"],
    "visitor": lambda place: place["visitor_id"],
    "assignee": lambda place: place["user_id"],
    "assignee_id": lambda place: place["user_id"],
    "website_key": lambda place: place["website_key"],
}


def pointed(given: Any, place: dict[str, Any]) -> Any:
    """The same body or query with these ids in place of made-up ones."""
    if not isinstance(given, dict):
        return given
    return {name: POINTERS[name](place) if name in POINTERS else value for name, value in given.items()}
