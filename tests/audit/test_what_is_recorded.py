"""What owners and their staff do, one thing after the other, as it then stands in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Invitation, Membership
from assistant.models import Article, Expectation, Source
from audit.models import AuditEntry
from conversations.models import CannedReply, Label, Visitor
from tests.cast import Cast, new_person
from tests.dashboard.reading import address, browser_of

JSON: dict[str, Any] = {"content_type": "application/json"}


class Owner:
    """Ada's browser, on her pages and over REST."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.browser = cast, browser_of(cast.ada)

    def page(self, rest: str, given: dict[str, Any] | None = None) -> None:
        answer = self.browser.post(address(self.cast.acme, rest), given or {})
        assert answer.status_code in (200, 302), (rest, answer.content)

    def rest(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        answer = getattr(self.browser, method)(f"/api/v1/{path}", body or {}, **JSON)
        assert answer.status_code in (200, 201, 204), (path, answer.content)


def label(owner: Owner) -> int:
    return Label.objects.for_system().get(organisation=owner.cast.acme.organisation).pk


def reply(owner: Owner) -> int:
    return CannedReply.objects.for_system().get(organisation=owner.cast.acme.organisation).pk


def article(owner: Owner) -> int:
    return Article.objects.for_website(owner.cast.acme.pk).get().pk


def source(owner: Owner) -> int:
    return Source.objects.for_website(owner.cast.acme.pk).get().pk


def invitation(owner: Owner) -> int:
    return Invitation.objects.for_organisations([owner.cast.acme.organisation_id]).get().pk


def question(owner: Owner) -> int:
    return Expectation.objects.for_website(owner.cast.acme.pk).get().pk


def visitor(owner: Owner) -> str:
    return str(Visitor.objects.for_system().filter(website=owner.cast.acme).earliest("created_at").pk)


Step = Callable[[Owner], None]
FORM = {"title": "Returns", "body": "Within 30 days.", "url": "", "published": "on"}
STEPS: dict[str, list[tuple[Step, str]]] = {
    "labels": [
        (lambda o: o.rest("post", "labels/", {"website": o.cast.acme.pk, "name": "vip"}), "label.made"),
        (lambda o: o.rest("patch", f"labels/{label(o)}/", {"name": "gold"}), "label.changed"),
        (lambda o: o.page(f"labels/{label(o)}/delete/"), "label.deleted"),
    ],
    "canned replies": [
        (lambda o: o.page("canned/new/", {"shortcut": "hi", "content": "Hello"}), "canned_reply.made"),
        (lambda o: o.rest("patch", f"canned-replies/{reply(o)}/", {"content": "Hi"}), "canned_reply.changed"),
        (lambda o: o.rest("delete", f"canned-replies/{reply(o)}/"), "canned_reply.deleted"),
    ],
    "knowledge": [
        (lambda o: o.page("knowledge/articles/new/", FORM), "article.made"),
        (lambda o: o.rest("patch", f"knowledge/articles/{article(o)}/", {"title": "R"}), "article.changed"),
        (lambda o: o.rest("delete", f"knowledge/articles/{article(o)}/"), "article.deleted"),
        (
            lambda o: o.rest(
                "post", "knowledge/sources/", {"website": o.cast.acme.pk, "kind": "page", "url": "https://a.test/"}
            ),
            "source.added",
        ),
        (lambda o: o.rest("patch", f"knowledge/sources/{source(o)}/", {"daily": False}), "source.changed"),
        (lambda o: o.rest("delete", f"knowledge/sources/{source(o)}/"), "source.deleted"),
        (lambda o: o.page("questions/new/", {"question": "How long?"}), "question.made"),
        (lambda o: o.page(f"questions/{question(o)}/", {"question": "How much?"}), "question.changed"),
        (lambda o: o.page(f"questions/{question(o)}/delete/"), "question.deleted"),
    ],
    "team": [
        (
            lambda o: o.page("team/invite/", {"email": "new@example.test", "role": "agent", "scope": "every"}),
            "invitation.made",
        ),
        (lambda o: o.page(f"team/invitations/{invitation(o)}/revoke/"), "invitation.revoked"),
        (lambda o: o.page(f"team/{o.cast.ben.pk}/role/", {"role": "admin"}), "team.set_role"),
        (lambda o: o.page(f"team/{o.cast.ben.pk}/suspend/"), "team.suspend"),
        (lambda o: o.page(f"team/{o.cast.ben.pk}/reinstate/"), "team.reinstate"),
        (lambda o: o.rest("patch", f"members/{o.cast.ben.pk}/", {"capacity": 3}), "member.availability_changed"),
        (lambda o: o.page(f"team/{o.cast.ben.pk}/remove/"), "team.remove"),
        (lambda o: o.page(f"team/{o.cast.cleo.pk}/transfer/"), "team.transfer_ownership"),
    ],
    "websites": [
        (lambda o: o.rest("post", "websites/", {"name": "Blog"}), "website.made"),
        (lambda o: o.rest("patch", f"websites/{o.cast.acme.pk}/", {"keep_days": 30}), "website.changed"),
        (lambda o: o.rest("post", f"websites/{o.cast.acme.pk}/rotate-key/"), "website.changed"),
        (lambda o: o.page("appearance/reset/"), "website.changed"),
        (lambda o: o.page("first-steps/team/skip/"), "organisation.step_skipped"),
        (lambda o: o.page("website/delete/", {"name": "Acme"}), "website.deleted"),
    ],
    "visitors": [
        (lambda o: o.rest("patch", f"visitors/{visitor(o)}/", {"is_blocked": True}), "visitor.blocked"),
        (lambda o: o.rest("patch", f"visitors/{visitor(o)}/", {"is_blocked": False}), "visitor.unblocked"),
        (lambda o: o.rest("delete", f"visitors/{visitor(o)}/"), "visitor.erased"),
    ],
}


@pytest.mark.parametrize("what", STEPS)
def test_each_step_leaves_its_row_by_name_and_only_in_its_own_log(cast: Cast, what: str) -> None:
    owner = Owner(cast)
    Visitor.objects.create(website=cast.acme, name="Vera")
    for number, (step, action) in enumerate(STEPS[what], start=1):
        step(owner)
        rows = list(AuditEntry.objects.of([cast.acme.organisation_id]).order_by("id"))
        assert [one.action for one in rows][number - 1 :] == [action]
        assert (rows[-1].actor_id, rows[-1].actor_name) == (cast.ada.pk, "Ada")
        assert "Vera" not in rows[-1].target_name
    assert not AuditEntry.objects.of([cast.globex.organisation_id]).exists()


def test_coming_into_a_team_is_noted_as_what_the_newcomer_did(cast: Cast) -> None:
    newcomer = new_person("Dora", cast.globex, Membership.Role.AGENT)
    asked = browser_of(cast.ada).post(
        address(cast.acme, "team/invite/"), {"email": newcomer.email, "role": "agent", "scope": "every"}, follow=True
    )
    link = next(part for part in asked.content.decode().replace("<", " ").split() if "?token=" in part)
    token = link.partition("?token=")[2]
    answer = browser_of(newcomer).post(f"/accounts/invitation/?token={token}", {"token": token})
    assert answer.status_code in (200, 302)
    rows = AuditEntry.objects.of([cast.acme.organisation_id]).order_by("id")
    assert [(one.action, one.actor_name) for one in rows] == [
        ("invitation.made", "Ada"),
        ("invitation.accepted", "Dora"),
    ]


def test_what_an_operator_changes_is_noted_too(cast: Cast) -> None:
    cast.ada.is_staff = cast.ada.is_superuser = True
    cast.ada.save()
    browser: Client = browser_of(cast.ada)
    given = {"name": "Acme Ltd", "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    answer = browser.post(f"/admin/accounts/organisation/{cast.acme.organisation_id}/change/", given)
    assert answer.status_code == 302, answer.content
    (row,) = AuditEntry.objects.of([cast.acme.organisation_id])
    assert (row.action, row.actor_name, row.target_name) == ("admin.organisation_changed", "Ada", "Acme Ltd")
