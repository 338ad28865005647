"""A team over REST: who may change whom, what an admin may not, and that nobody reaches into another organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import Membership, User, Website
from conversations.models import Conversation
from tests.accounts.test_second_factor import code_of
from tests.cast import Cast, new_person
from tests.clients.people import PASSWORD, Rest, StaffMember, log_in, visit
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

Role = Membership.Role


@pytest.fixture
def people(stack: Stack, people_only: Cast) -> dict[str, StaffMember]:
    return {name: log_in(stack, getattr(people_only, name)) for name in ("ada", "ben", "cleo", "mallory")}


def path(who: User, rest: str = "membership/") -> str:
    return f"members/{who.pk}/{rest}"


def outcome(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else ""


def role_of(who: User) -> str | None:
    found = Membership.with_suspended.filter(user=who).first()
    return found.role if found else None


def test_the_team_is_listed_with_who_is_suspended_and_who_has_a_second_factor(
    people: dict[str, StaffMember], people_only: Cast
) -> None:
    TOTP.activate(people_only.cleo, generate_totp_secret())
    Membership.objects.filter(user=people_only.ben).update(is_suspended=True)
    for name in ("ada", "cleo"):
        found = people[name].rest.get("members/memberships/").json()["results"]
        by_name = {one["name"]: one for one in found}
        assert sorted(by_name) == ["Ada", "Ben", "Cleo"]
        assert [by_name[one]["role"] for one in ("Ada", "Ben", "Cleo")] == ["owner", "agent", "admin"]
        assert by_name["Ben"]["is_suspended"] is True
        assert by_name["Cleo"]["has_second_factor"] is True


def test_ada_changes_role_and_websites_in_one(people: dict[str, StaffMember], people_only: Cast) -> None:
    ada, ben = people["ada"].rest, people_only.ben
    changed = ada.patch(path(ben), {"role": "admin"}).json()
    assert (changed["role"], changed["websites"]) == ("admin", None)
    changed = ada.patch(path(ben), {"role": "agent", "websites": [people_only.acme.pk]}).json()
    assert (changed["role"], changed["websites"]) == ("agent", [people_only.acme.pk])
    assert ada.patch(path(ben), {"websites": None}).json()["websites"] is None


def test_all_of_a_change_is_done_or_nothing(people: dict[str, StaffMember], people_only: Cast) -> None:
    ada, ben = people["ada"].rest, people_only.ben
    for body in (
        {"role": "admin", "websites": [people_only.acme.pk]},  # admins see every one
        {"role": "agent", "is_suspended": True, "websites": [people_only.globex.pk]},
    ):
        assert outcome(ada.patch(path(ben), body)) == (400, "invalid")
    found = Membership.objects.get(user=ben)
    assert (found.role, found.is_suspended, found.every_website) == ("agent", False, True)


async def test_who_is_suspended_is_closed_out_at_once_and_comes_back(
    people: dict[str, StaffMember], people_only: Cast, core: None
) -> None:
    ada, ben = people["ada"].rest, people["ben"]
    async with ben.socket() as bens:
        assert ada.patch(path(people_only.ben), {"is_suspended": True}).status_code == 200
        assert await bens.closed_with() == ("forbidden", 4003)
    assert ben.rest.get("websites/").json()["results"] == []
    assert ada.patch(path(people_only.ben), {"is_suspended": False}).json()["is_suspended"] is False
    assert len(ben.rest.get("websites/").json()["results"]) == 1


def test_who_is_removed_keeps_nothing_assigned(stack: Stack, people: dict[str, StaffMember], people_only: Cast) -> None:
    vera = visit(stack, people_only.acme)
    vera.open("Hello")
    Conversation.objects.for_system().filter(pk=vera.conversation_id).update(assignee=people_only.ben)
    assert people["ada"].rest.delete(path(people_only.ben)).status_code == 204
    assert Conversation.objects.for_system().get(pk=vera.conversation_id).assignee_id is None
    assert outcome(people["ada"].rest.delete(path(people_only.ben))) == (404, "not_found")
    assert outcome(people["ada"].rest.get(path(people_only.ben))) == (404, "not_found")


def test_an_admin_raises_neither_herself_nor_others_above_her_and_touches_no_owner(
    people: dict[str, StaffMember], people_only: Cast
) -> None:
    cleo, cast = people["cleo"].rest, people_only
    for who, role in ((cast.cleo, "owner"), (cast.cleo, "agent"), (cast.ben, "owner"), (cast.ada, "agent")):
        assert outcome(cleo.patch(path(who), {"role": role})) == (403, "forbidden")
    for changes in ({"is_suspended": True}, {"role": "agent"}):
        assert outcome(cleo.patch(path(cast.ada), changes)) == (403, "forbidden")
    assert outcome(cleo.delete(path(cast.ada))) == (403, "forbidden")
    assert outcome(cleo.post(path(cast.ben, "membership/transfer/"))) == (403, "forbidden")
    assert cleo.patch(path(cast.ben), {"role": "admin"}).status_code == 200
    assert [role_of(one) for one in (cast.ada, cast.cleo, cast.ben)] == ["owner", "admin", "admin"]


def test_the_last_owner_stays_until_she_has_handed_over(people: dict[str, StaffMember], people_only: Cast) -> None:
    ada, cast = people["ada"].rest, people_only
    assert outcome(ada.patch(path(cast.ada), {"role": "admin"})) == (409, "conflict")
    assert outcome(ada.delete(path(cast.ada))) == (409, "conflict")
    assert outcome(ada.patch(path(cast.ada), {"is_suspended": True})) == (403, "forbidden")
    assert ada.post(path(cast.cleo, "membership/transfer/")).json()["role"] == "owner"
    assert role_of(cast.ada) == "admin"
    assert ada.delete(path(cast.ada)).status_code == 204
    assert role_of(cast.ada) is None


def test_ben_changes_nobody_and_may_leave(people: dict[str, StaffMember], people_only: Cast) -> None:
    ben, cast = people["ben"].rest, people_only
    for answer in (
        ben.get("members/memberships/"),
        ben.get(path(cast.ben)),
        ben.patch(path(cast.ben), {"role": "owner"}),
        ben.delete(path(cast.cleo)),
        ben.post(path(cast.ben, "membership/transfer/")),
        ben.post(path(cast.cleo, "second-factor/reset/"), {"password": PASSWORD}),
    ):
        assert outcome(answer) == (403, "forbidden")
    assert ben.delete(path(cast.ben)).status_code == 204
    assert role_of(cast.ben) is None


def test_mallory_reaches_nobody_of_acme(people: dict[str, StaffMember], people_only: Cast) -> None:
    mallory, cast = people["mallory"].rest, people_only
    TOTP.activate(cast.ben, generate_totp_secret())
    assert [one["name"] for one in mallory.get("members/memberships/").json()["results"]] == ["Mallory"]
    for query in ("", f"?organisation={cast.acme.organisation_id}"):
        for answer in (
            mallory.get(path(cast.ben) + query),
            mallory.patch(path(cast.ben) + query, {"role": "admin"}),
            mallory.patch(path(cast.ben) + query, {"is_suspended": True}),
            mallory.delete(path(cast.ben) + query),
            mallory.post(path(cast.ben, "membership/transfer/") + query),
            mallory.post(path(cast.ben, "second-factor/reset/") + query, {"password": PASSWORD}),
        ):
            assert outcome(answer) == (404, "not_found")
    assert outcome(mallory.patch(path(cast.mallory), {"websites": [cast.acme.pk]})) == (400, "invalid")
    assert role_of(cast.ben) == "agent"
    assert Authenticator.objects.filter(user=cast.ben).exists()


@pytest.mark.parametrize(
    "body",
    [
        {"role": "god"},
        {"role": None},
        {"is_suspended": None},
        {"is_suspended": "perhaps"},
        {"websites": "all"},
        {"websites": [10**30]},
        {"websites": [-1]},
        {"user": 1},
        {"role": "agent", "organisation": 1},
    ],
    ids=str,
)
def test_nonsense_is_refused(people: dict[str, StaffMember], people_only: Cast, body: dict[str, Any]) -> None:
    assert outcome(people["ada"].rest.patch(path(people_only.ben), body)) == (400, "invalid")
    assert outcome(people["ada"].rest.get("members/memberships/?organisation=x")) == (400, "invalid")


def test_who_owns_two_organisations_names_one(stack: Stack, people: dict[str, StaffMember], people_only: Cast) -> None:
    cast = people_only
    Membership.objects.create(user=cast.ada, organisation=cast.globex.organisation, role=Role.OWNER)
    ada = people["ada"].rest
    assert outcome(ada.get(path(cast.ben))) == (400, "invalid")
    assert ada.get(path(cast.ben) + f"?organisation={cast.acme.organisation_id}").status_code == 200
    assert outcome(ada.get(path(cast.ben) + f"?organisation={cast.globex.organisation_id}")) == (404, "not_found")


# --- a second factor that was lost ---


@pytest.mark.slow
def test_ada_lets_ben_in_again_who_has_lost_his_second_factor(stack: Stack, people_only: Cast) -> None:
    cast, secret = people_only, generate_totp_secret()
    TOTP.activate(cast.ada, secret)
    TOTP.activate(cast.ben, generate_totp_secret())
    ada, reset = log_in(stack, cast.ada).rest, path(cast.ben, "second-factor/reset/")
    assert outcome(ada.post(reset, {"password": "guess"})) == (403, "forbidden")
    assert outcome(ada.post(reset, {"password": PASSWORD})) == (401, "otp_required")
    assert outcome(ada.post(reset, {"password": PASSWORD, "otp": "000000"})) == (401, "otp_wrong")
    assert Authenticator.objects.filter(user=cast.ben).exists()
    answer = ada.post(reset, {"password": PASSWORD, "otp": code_of(secret)})
    assert answer.json()["has_second_factor"] is False
    body = {"email": cast.ben.email, "password": PASSWORD}
    assert Rest(stack).post("auth/token/", body).status_code == 200


@pytest.mark.slow
def test_only_an_owner_resets_a_second_factor_and_not_that_of_who_works_elsewhere(
    stack: Stack, people: dict[str, StaffMember], people_only: Cast
) -> None:
    cast = people_only
    for who in (cast.ben, cast.mallory):
        TOTP.activate(who, generate_totp_secret())
    proof = {"password": PASSWORD}
    assert outcome(people["cleo"].rest.post(path(cast.ben, "second-factor/reset/"), proof)) == (403, "forbidden")
    # Mallory helps out at Acme: its owner is not to weaken her log-in to Globex.
    Membership.objects.create(user=cast.mallory, organisation=cast.acme.organisation, role=Role.AGENT)
    answer = people["ada"].rest.post(path(cast.mallory, "second-factor/reset/"), proof)
    assert outcome(answer) == (403, "forbidden")
    User.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    assert outcome(people["ada"].rest.post(path(cast.ben, "second-factor/reset/"), proof)) == (403, "forbidden")
    assert Authenticator.objects.filter(user__in=[cast.ben, cast.mallory]).count() == 2


@pytest.mark.slow
@pytest.mark.usefixtures("only_worker")
def test_who_was_reset_is_told_by_mail(new_stack: Callable[..., Stack], people_only: Cast) -> None:
    TOTP.activate(people_only.ben, generate_totp_secret())
    with MailServer() as mails:
        ada = log_in(new_stack(env={"EMAIL_URL": mails.url}), people_only.ada).rest
        assert ada.post(path(people_only.ben, "second-factor/reset/"), {"password": PASSWORD}).status_code == 200
        mail = mails.to(people_only.ben.email)
    assert "two-factor log-in was reset" in mail["Subject"]
    assert "/accounts/2fa/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_password_is_guessed_no_more_often_than_at_the_log_in(strict_stack: Stack, people_only: Cast) -> None:
    ada = log_in(strict_stack, people_only.ada).rest
    reset = path(people_only.ben, "second-factor/reset/")
    assert [ada.post(reset, {"password": "guess"}).status_code for _ in range(4)] == [403, 403, 403, 429]


# --- invitations ---


def test_an_invitation_is_made_sent_again_and_taken_back(people: dict[str, StaffMember], people_only: Cast) -> None:
    ada = people["ada"].rest
    address = f"Dora-{uuid4().hex}@Example.test"
    body = {"email": address, "role": "agent", "websites": [people_only.acme.pk]}
    made = ada.post("invitations/", body).json()
    assert (made["email"], made["websites"]) == (address.lower(), [people_only.acme.pk])
    assert outcome(ada.post("invitations/", body)) == (400, "invalid")
    one = f"invitations/{made['id']}/"
    assert outcome(ada.post(one + "resend/")) == (429, "rate_limited")
    assert [found["id"] for found in people["cleo"].rest.get("invitations/").json()["results"]] == [made["id"]]
    for who, refused in (("ben", (403, "forbidden")), ("mallory", (404, "not_found"))):
        for answer in (people[who].rest.post(one + "resend/"), people[who].rest.delete(one)):
            assert outcome(answer) == refused
    assert people["mallory"].rest.get("invitations/").json()["results"] == []
    assert ada.delete(one).status_code == 204
    assert outcome(ada.delete(one)) == (404, "not_found")
    assert ada.get("invitations/").json()["results"] == []


def test_an_admin_asks_no_owner_in_and_takes_none_back(people: dict[str, StaffMember], people_only: Cast) -> None:
    body = {"email": f"{uuid4().hex}@example.test", "role": "owner"}
    assert outcome(people["cleo"].rest.post("invitations/", body)) == (403, "forbidden")
    made = people["ada"].rest.post("invitations/", body).json()
    assert outcome(people["cleo"].rest.delete(f"invitations/{made['id']}/")) == (403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": ""},
        {"email": "nobody"},
        {"email": "a\0b@example.test"},
        {"email": "x" * 300 + "@example.test"},
        {"email": "d@example.test", "role": "god"},
        {"email": "d@example.test", "websites": []},
        {"email": "d@example.test", "websites": [999_999_999]},
        {"email": "d@example.test", "organisation": "acme"},
        {"email": "d@example.test", "token": "mine"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_an_invitation_that_is_none_is_refused(people: dict[str, StaffMember], body: dict[str, Any]) -> None:
    assert outcome(people["ada"].rest.post("invitations/", body)) == (400, "invalid")


def test_mallory_invites_nobody_to_acmes_websites(people: dict[str, StaffMember], people_only: Cast) -> None:
    body = {"email": f"{uuid4().hex}@example.test", "websites": [people_only.acme.pk]}
    assert outcome(people["mallory"].rest.post("invitations/", body)) == (400, "invalid")
    elsewhere = {"email": body["email"], "organisation": people_only.acme.organisation_id}
    assert outcome(people["mallory"].rest.post("invitations/", elsewhere)) == (404, "not_found")


def test_a_second_owner_may_suspend_the_first_and_not_the_last(stack: Stack, people_only: Cast) -> None:
    dora = new_person("Dora", people_only.acme, Role.OWNER)
    rest = log_in(stack, dora).rest
    assert rest.patch(path(people_only.ada), {"is_suspended": True}).status_code == 200
    assert outcome(rest.delete(path(dora))) == (409, "conflict")
    assert rest.patch(path(people_only.ada), {"is_suspended": False, "role": "agent"}).json()["role"] == "agent"


def test_a_website_of_another_organisation_is_not_given(people: dict[str, StaffMember], people_only: Cast) -> None:
    other = Website.objects.create(organisation=people_only.globex.organisation, name="Globex two")
    assert outcome(people["ada"].rest.patch(path(people_only.ben), {"websites": [other.pk]})) == (400, "invalid")
