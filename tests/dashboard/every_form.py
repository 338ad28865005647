"""Every page with a form: the owners', and those on which people log in. Found by walking the addresses there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from allauth import urls as allauth_urls
from allauth.mfa.models import Authenticator
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from accounts.actions.mail_choices import stop_token
from accounts.models import Invitation
from assistant.models import Article, Expectation, QuestionRun, Source
from conversations.models import CannedReply, Label, Visitor
from dashboard.manage import urls as manage_urls
from integrations.api_keys import make_key
from integrations.models import Delivery, Webhook
from privacy.models import Erasure, Export
from tests.cast import Cast


@dataclass(frozen=True)
class Place:
    """An address, by its name."""

    name: str
    address: str


class _Forms(HTMLParser):
    """The fields of each form of a page, and where it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag in ("input", "select", "textarea", "button") and self.found and given.get("name"):
            self.found[-1][1][given["name"]] = given.get("value", "")


def forms_in(page: str) -> list[tuple[str, dict[str, str]]]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def names_of(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names_of(one.url_patterns, namespace)
        elif isinstance(one, URLPattern) and one.name:
            yield namespace + one.name


def places_of(cast: Cast) -> list[Place]:
    """Raises for an address with parts that nobody here has thought of."""
    known = _known_parts(cast)
    names = [*names_of(manage_urls.urlpatterns, "manage:"), *names_of(allauth_urls.urlpatterns), "invitation"]
    return [Place(name, _address(name, known)) for name in dict.fromkeys(names)]


def _address(name: str, known: dict[str, Any]) -> str:
    for given in _combinations(known):
        try:
            return reverse(name, kwargs=given)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name}: say in tests/dashboard/every_form.py what stands in its address")


def _combinations(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """None, one, or two of them, the second beside the website's."""
    yield {}
    yield from ({name: value} for name, value in known.items())
    website = {"website_id": known["website_id"]}
    yield from (website | {name: value} for name, value in known.items())
    for name, value in known.items():
        yield website | {name: value, "what": known["what"]}
    yield website | {name: known[name] for name in ("webhook_id", "delivery_id")}
    yield {"uidb36": "1", "key": "no-key"}


def _known_parts(cast: Cast) -> dict[str, Any]:
    acme = cast.acme
    article = Article.objects.create(website=acme, slug="delivery", title="Delivery", body="Nine days.")
    label = Label.objects.for_system().create(organisation=acme.organisation, name="vip")
    reply = CannedReply.objects.for_system().create(
        organisation=acme.organisation, website=acme, shortcut="hi", content="Hi"
    )
    invitation = Invitation.objects.create(
        organisation=acme.organisation, email=f"{acme.pk}@example.test", token_hash=f"hash-{acme.pk}"
    )
    key = Authenticator.objects.create(user=cast.cleo, type=Authenticator.Type.TOTP, data={"secret": "x"})
    hook = Webhook.objects.create(website=acme, url="https://acme.test/", events=["test"], encrypted_secret="")
    kept = {"organisation_id": acme.organisation_id, "requested_by_id": cast.ada.pk}
    return {
        "website_id": acme.pk,
        "organisation_id": acme.organisation_id,
        "user_id": cast.ben.pk,
        "invitation_id": invitation.pk,
        "label_id": label.pk,
        "reply_id": reply.pk,
        "article_id": article.pk,
        "source_id": Source.objects.create(website=acme, kind="page", url="https://acme.example/", title="Acme").pk,
        "expectation_id": Expectation.objects.create(website=acme, question="How long?").pk,
        "run_id": QuestionRun.objects.create(website=acme, cause="asked").pk,
        "step": "article",
        "visitor_id": Visitor.objects.create(website=acme).pk,
        "webhook_id": hook.pk,
        "key_id": make_key(acme.organisation_id, cast.ada.pk, "x", ["reports:read"])[0].pk,
        "delivery_id": Delivery.objects.create(webhook=hook, website=acme, event="test", data={}).pk,
        "export_id": Export.objects.create(**kept).pk,
        "erasure_id": Erasure.objects.create(kind="website", subject="x", **kept).pk,
        "language": "de",
        "what": "role",
        "key": "no-key",
        "token": stop_token(cast.ben.public_id, "new"),
        "pk": key.pk,
    }
