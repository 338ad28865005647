"""Acme with everything in it, and everybody who might ask for it. Each actor walks through a world of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
from django.db import models

from accounts.models import ApiKey, Invitation, Membership, Picture, User, Website
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, Expectation, Passage, QuestionRun, Reply, Source
from conversations.models import Attachment, CannedReply, Conversation, Entry, Label, Visitor
from foundation.encryption import encrypt
from foundation.ids import new_id
from integrations.api_keys import make_key
from integrations.models import Delivery, Webhook
from privacy.models import Erasure, Export
from tests.cast import Cast, Role, new_person
from tests.clients import people
from tests.clients.bodies import body_for
from tests.clients.owners import CSRF
from tests.isolation.addresses import Address
from tests.isolation.planting import HERS, STAFF, TEAM, plant
from tests.isolation.vera import rows_of_vera
from tests.servers.stack import Stack

# What each may read of the words that were planted.
EVERYTHING = {STAFF, TEAM, HERS}
MAY_READ = {"vera": {HERS}, "dora": {TEAM}, "ben": EVERYTHING, "cleo": EVERYTHING, "ada": EVERYTHING}
FILES = ("/attachments/", "/knowledge/files/", "/picture/")


@dataclass
class World:
    """`place` has what stands in angle brackets, `headers` by what each actor is known."""

    stack: Stack
    cast: Cast
    place: dict[str, object]
    headers: dict[str, dict[str, str]]
    visitors: dict[str, people.Visitor]
    staff: dict[str, people.StaffMember]
    known: dict[type[models.Model], models.Model]
    on_pages: dict[str, object]

    def ask(self, actor: str, address: Address) -> httpx2.Response:
        """As that actor's browser or program would; followed nowhere."""
        path, method = address.filled(self.place_for(address)), address.method
        options: dict[str, Any] = {"params": self.named} if method == "GET" and path.startswith("/api/") else {}
        headers = self.headers[actor] | {"X-Forwarded-For": people.new_address()}
        if method == "POST" and path.endswith(FILES):
            options["files"] = {"file": ("a.txt", b"x", "text/plain")}
            options["data"] = {"website": str(self.cast.acme.pk)} if "/knowledge/" in path else {}
        elif path.startswith("/api/"):
            body = body_for(method, address.path.removeprefix("/api/v1/").replace("<", "{").replace(">", "}"))
            body = self.bodies.get(path, body) if method == "POST" else body
            if body is not None:
                headers["Content-Type"] = "application/json"
                options["json"] = body
        elif method == "POST":
            options["data"] = {}
        return people.http_client().request(method, self.stack.url + path, headers=headers, **options)

    def place_for(self, address: Address) -> dict[str, object]:
        """A thumb is given to an answer of the AI; and what pages have removed, the API still finds."""
        if address.path.endswith("/thumb/"):
            return self.place | {"message_id": self.place["answer_id"]}
        if address.row == "DELETE /api/v1/websites/<website_id>/":
            return self.place | {"website_id": self.on_pages["old_website_id"]}
        if address.path.startswith("/api/v1/members/<user_id>/") and address.path.count("/") > 5:
            is_last = address.method == "DELETE" and address.path.endswith("/membership/")
            return self.place | {"user_id": self.on_pages["colleague_id" if is_last else "heir_id"]}
        if address.path.endswith("/team/<user_id>/transfer/"):
            return self.place | {"user_id": self.on_pages["heir_id"]}
        if "/documents/" in address.path:
            return self.place | {"article_id": self.on_pages["document_id"]}
        return self.place | (self.on_pages if address.path.startswith("/manage/") else {})

    @property
    def named(self) -> dict[str, object]:
        """Lists are asked for Acme's website by name."""
        return {"website": self.cast.acme.pk, "q": "zq"}

    @property
    def bodies(self) -> dict[str, object]:
        """What is made is made for Acme's website."""
        acme = self.cast.acme.pk
        return {
            "/api/v1/websites/": {"name": "Of the walk"},
            "/api/v1/labels/": {"website": acme, "name": "walk"},
            "/api/v1/canned-replies/": {"website": acme, "shortcut": "walk", "content": "x"},
            "/api/v1/invitations/": {"email": f"{uuid4().hex}@example.test", "websites": [acme]},
            "/api/v1/knowledge/articles/": {"website": acme, "title": "x", "body": "x"},
            "/api/v1/knowledge/questions/": {"website": acme, "question": "x?", "answer": "x"},
            "/api/v1/knowledge/sources/": {"website": acme, "kind": "page", "url": "https://walk.invalid/"},
            "/api/v1/assistant/playground/": {"website": acme, "question": "zebras?"},
            "/api/v1/webhooks/": {"website": acme, "url": "https://walk.invalid/", "events": ["message_created"]},
            "/api/v1/api-keys/": {"name": "x", "scopes": ["reports:read"]},
            "/api/v1/export/": {},
            "/api/v1/widget/sessions/": {"website_key": self.cast.acme.website_key},
            f"/api/v1/visitors/{self.place['visitor_id']}/merge/": {
                "visitor": self.visitors["victor"].session["visitor"]["id"]
            },
        }


def new_world(stack: Stack, cast: Cast) -> World:
    blog = Website.objects.create(organisation=cast.acme.organisation, name="Acme blog", ai_enabled=False)
    dora, eve = new_person("Dora", cast.acme, Role.AGENT), new_person("Eve", cast.acme, Role.AGENT)
    seen = Membership.objects.get(user=dora)
    seen.websites.set([blog])
    Website.objects.filter(pk=cast.acme.pk).update(
        identity_secret=STAFF, first_seen_on=STAFF, first_seen_at=datetime.now(UTC)
    )
    User.objects.filter(pk=eve.pk).update(email=f"{TEAM}{uuid4().hex}@acme.test")
    vera, victor = people.visit(stack, cast.acme), people.visit(stack, cast.acme)
    for visitor in (vera, victor):
        visitor.open()
    known = rows_of_vera(vera, cast, eve)
    known |= written_knowledge(cast.acme)
    plant(known)
    staff = {"ada": cast.ada, "ben": cast.ben, "cleo": cast.cleo, "dora": dora, "mallory": cast.mallory}
    visitors = {"vera": vera, "victor": victor}
    return World(
        stack=stack,
        cast=cast,
        place=place_of(known, cast),
        headers={"nobody": with_form(stack)}
        | {name: with_form(stack) | {"Authorization": f"Bearer {one.rest.token}"} for name, one in visitors.items()}
        | {name: browser_of(stack, one) for name, one in staff.items()},
        visitors=visitors,
        staff={name: people.log_in(stack, one) for name, one in staff.items()},
        known=known,
        on_pages=for_pages(cast.acme, known),
    )


def for_pages(acme: Website, known: dict[type[models.Model], models.Model]) -> dict[str, object]:
    """One more of what both pages and the API remove; and an article that was read somewhere."""
    team = {"organisation": acme.organisation}
    reply = CannedReply.objects.create(**team, website=acme, shortcut=f"{STAFF}-2", content=STAFF)
    invitation = Invitation.objects.create(**team, email=f"{TEAM}2@acme.test", token_hash=uuid4().hex)
    hook = Webhook.objects.create(website=acme, url=STAFF, events=["message_created"], encrypted_secret=encrypt(STAFF))
    told = Delivery.objects.create(webhook=hook, website=acme, event="test", data={}, state="delivered")
    export = Export.objects.create(organisation_id=acme.organisation_id, requested_by_id=0)
    read = write_article(acme, ArticleText(new_slug(), STAFF, STAFF))
    Article.objects.for_website(acme.pk).filter(pk=read.pk).update(source=known[Source], kind="page")
    return {
        "document_id": read.pk,
        "webhook_id": hook.pk,
        "key_id": make_key(acme.organisation_id, known[User].pk, TEAM, ["reports:read"])[0].pk,
        "delivery_id": told.pk,
        "export_id": export.pk,
        "colleague_id": new_person("Gus", acme, Role.AGENT).pk,
        "heir_id": new_person("Fay", acme, Role.AGENT).pk,
        "old_website_id": Website.objects.create(**team, name="Acme of old").pk,
        "label_id": Label.objects.create(**team, name=f"{TEAM} 2").pk,
        "reply_id": reply.pk,
        "invitation_id": invitation.pk,
        "article_id": write_article(acme, ArticleText(new_slug(), STAFF, STAFF)).pk,
    }


def browser_of(stack: Stack, user: User) -> dict[str, str]:
    """A log-in opens pages and the API alike."""
    return with_form(stack, people.session_cookie(stack, user)["Cookie"] + "; ")


def with_form(stack: Stack, session: str = "") -> dict[str, str]:
    """Whoever has opened a form of ours may send one, so that this is not why they are refused."""
    return {"Cookie": f"{session}chat_csrf_{stack.port}={CSRF}", "X-CSRFToken": CSRF, "Origin": stack.url}


def written_knowledge(website: Website) -> dict[type[models.Model], models.Model]:
    question = write_article(website, ArticleText(new_slug(), f"{STAFF}?", STAFF, kind="question"))
    article = write_article(website, ArticleText(new_slug(), STAFF, f"{STAFF} in an article", f"https://{STAFF}.test/"))
    passage = Passage.objects.for_website(website.pk).filter(article=article)[0]
    assert question.pk != article.pk
    return {Article: article, Passage: passage}


def kept_of(cast: Cast) -> dict[str, object]:
    """What lies by numbers, so that it outlives what it tells of."""
    mine: dict[str, object] = {"organisation_id": cast.acme.organisation_id, "requested_by_id": cast.ada.pk}
    erasure = Erasure.objects.create(kind="website", website_id=0, subject=STAFF, requested_by=STAFF, **mine)
    return {"erasure_id": erasure.pk, "export_id": Export.objects.create(**mine).pk}


def new_slug() -> str:
    return f"zq-{new_id()}"


def place_of(known: dict[type[models.Model], models.Model], cast: Cast) -> dict[str, object]:
    articles = Article.objects.for_website(cast.acme.pk)
    return {
        "conversation_id": known[Conversation].pk,
        "message_id": known[Entry].pk,
        "answer_id": Reply.objects.for_website(cast.acme.pk).get().pk,
        "attachment_id": known[Attachment].pk,
        "visitor_id": known[Visitor].pk,
        "user_id": known[User].pk,
        "website_id": cast.acme.pk,
        "website_key": cast.acme.website_key,
        "label_id": known[Label].pk,
        "reply_id": known[CannedReply].pk,
        "invitation_id": known[Invitation].pk,
        "article_id": known[Article].pk,
        "question_id": articles.filter(kind="question")[0].pk,
        "source_id": known[Source].pk,
        "expectation_id": known[Expectation].pk,
        "run_id": known[QuestionRun].pk,
        "webhook_id": known[Webhook].pk,
        "key_id": known[ApiKey].pk,
        "delivery_id": known[Delivery].pk,
        **kept_of(cast),
        # Of others: one that is there, or none.
        "object_id": known[Website].pk,
        "id": known[User].pk,
        "pk": 1,
        "content_type_id": 1,
        "app_label": "accounts",
        "url": "accounts",
        "rest": "v1/nowhere/",
        "slug": "zebras",
        "language": "de",
        "organisation_id": cast.acme.organisation_id,
        "name": known[Picture].pk,
        "digest": "0",
        "side": "open",
        "token": "nobodys-draft",
        "key": "nobodys-key",
        "uidb36": "1",
    }
