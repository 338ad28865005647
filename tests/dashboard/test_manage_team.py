"""The team's pages: who is there, who is asked, and what is said to whoever opens a link too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Membership, User
from conversations.actions import second_factors
from tests.cast import Cast
from tests.clients import people
from tests.clients.owners import PageReader
from tests.dashboard.reading import HOST, address, browser_of, text_of
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

PASSWORD = "correct-horse-battery"
ODD = ["", "x" * 300, "💥", "‮gnirts", "<script>alert(1)</script>", "a\0b", "' OR 1=1 --"]


def invite(cast: Cast, email: str = "", **more: str) -> tuple[Invitation, str]:
    """What Ada is shown where no e-mail can be sent: the link."""
    ada, email = browser_of(cast.ada), email or f"dora-{uuid4().hex[:12]}@example.test"
    given = {"email": email, "role": "agent", "scope": "every", **more}
    answer = ada.post(address(cast.acme, "team/invite/"), given)
    assert answer.status_code == 302, text_of(answer)
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    link = said[0].partition("<code>")[2].partition("</code>")[0]
    return Invitation.objects.for_system().get(organisation=cast.acme.organisation, email=email), link.partition(
        "8000"
    )[2]


def a_browser() -> Client:
    return Client(headers=HOST)


@pytest.mark.parametrize("name", ["ada", "cleo"])
def test_owners_and_admins_see_the_team(cast: Cast, name: str) -> None:
    said = text_of(browser_of(getattr(cast, name)).get(address(cast.acme, "team/")))
    assert all(one.email in said for one in (cast.ada, cast.ben, cast.cleo))
    assert cast.mallory.email not in said


@pytest.mark.parametrize("rest", ["team/", "team/invite/", "team/{ben}/"])
def test_agents_and_mallory_do_not(cast: Cast, rest: str) -> None:
    path = address(cast.acme, rest.format(ben=cast.ben.pk))
    assert browser_of(cast.ben).get(path).status_code == 403
    assert browser_of(cast.mallory).get(path).status_code == 404


def test_mallory_finds_nobody_of_acme_on_her_own_pages(cast: Cast) -> None:
    mallory = browser_of(cast.mallory)
    assert mallory.get(address(cast.globex, f"team/{cast.ben.pk}/")).status_code == 404
    assert mallory.post(address(cast.globex, f"team/{cast.ben.pk}/remove/")).status_code == 404
    invited, _ = invite(cast)
    for what in ("resend", "revoke"):
        mallory.post(address(cast.globex, f"team/invitations/{invited.pk}/{what}/"))
    invited.refresh_from_db()
    assert invited.revoked_at is None


def test_somebody_new_joins_by_the_link_once(cast: Cast) -> None:
    invited, link = invite(cast, scope="listed", websites=str(cast.acme.pk))
    assert invited.token_hash not in link
    dora = a_browser()
    assert "Create account and join" in text_of(dora.get(link))
    joined = dora.post(link, {"name": "Dora", "password": PASSWORD})
    assert joined["Location"] == "/live-chat/"
    membership = Membership.objects.get(user__email=invited.email)
    assert (membership.role, membership.every_website) == ("agent", False)
    assert [site.pk for site in membership.websites.all()] == [cast.acme.pk]
    assert dora.get("/live-chat/").status_code == 200
    assert EmailAddress.objects.get(email=invited.email).verified, "without mail, Ada vouches for them"
    again = a_browser().get(link)
    assert again.status_code == 410
    assert "used already" in text_of(again)
    assert a_browser().post(link, {"name": "Eve", "password": PASSWORD}).status_code == 410


@pytest.mark.parametrize(
    ("what", "status", "said"), [("expired", 410, "has expired"), ("revoked", 410, "taken back"), ("cut", 404, "newer")]
)
def test_a_link_that_opens_nothing_says_why(cast: Cast, what: str, status: int, said: str) -> None:
    invited, link = invite(cast)
    if what == "expired":
        Invitation.objects.for_system().filter(pk=invited.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    elif what == "revoked":
        browser_of(cast.ada).post(address(cast.acme, f"team/invitations/{invited.pk}/revoke/"))
    else:
        link = link[:-3]
    answer = a_browser().get(link)
    assert (answer.status_code, said in text_of(answer)) == (status, True)
    assert cast.acme.organisation.name not in text_of(answer) or what != "cut"


def test_sent_again_the_old_link_opens_nothing(cast: Cast) -> None:
    invited, link = invite(cast)
    path = address(cast.acme, f"team/invitations/{invited.pk}/resend/")
    assert "too fast" in text_of(browser_of(cast.ada).post(path, follow=True))
    Invitation.objects.for_system().filter(pk=invited.pk).update(expires_at=timezone.now() + timedelta(days=3))
    browser_of(cast.ada).post(path)
    assert a_browser().get(link).status_code == 404
    invited.refresh_from_db()
    assert invited.expires_at > timezone.now() + timedelta(days=6)


def test_where_mail_is_sent_the_link_is_in_the_mail_only(cast: Cast, settings: Any) -> None:
    """So whoever opens it reads the mail of this address, and Mallory verifies none by asking somebody in herself."""
    settings.SENDS_MAIL = True
    globex, mallory = cast.globex, browser_of(cast.mallory)
    given = {"email": f"boss-{uuid4().hex[:12]}@example.test", "role": "agent", "scope": "every"}
    shown = text_of(mallory.post(address(globex, "team/invite/"), given, follow=True))
    invited = Invitation.objects.for_system().get(email=given["email"])
    Invitation.objects.for_system().filter(pk=invited.pk).update(expires_at=timezone.now() + timedelta(days=3))
    resend = address(globex, f"team/invitations/{invited.pk}/resend/")
    shown += text_of(mallory.post(resend, follow=True)) + text_of(mallory.get(address(globex, "team/")))
    assert given["email"] in shown
    assert "token=" not in shown


def test_taken_back_and_made_anew_is_no_way_to_mail_somebody_without_end(cast: Cast, settings: Any) -> None:
    invited, _ = invite(cast)
    ada = browser_of(cast.ada)
    ada.post(address(cast.acme, f"team/invitations/{invited.pk}/revoke/"))
    given = {"email": invited.email, "role": "agent", "scope": "every"}
    again = ada.post(address(cast.acme, "team/invite/"), given)
    assert (again.status_code, "too fast" in text_of(again)) == (422, True)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"limit_invitations_per_minute": 1})
    others = [given | {"email": f"{uuid4().hex}@example.test"} for _ in range(3)]
    went = [browser_of(cast.cleo).post(address(cast.acme, "team/invite/"), one).status_code for one in others]
    assert went == [302, 422, 422]
    theirs = Invitation.objects.for_organisation(cast.acme.organisation_id)
    assert theirs.filter(email__in=[one["email"] for one in others]).count() == 1


def test_who_has_an_account_logs_in_and_comes_back(cast: Cast) -> None:
    _, link = invite(cast, cast.mallory.email)
    page = a_browser().get(link).content.decode()
    assert "/accounts/login/?next=%2Faccounts%2Finvitation%2F%3Ftoken%3D" in page
    assert a_browser().post(link, {"name": "Thief", "password": PASSWORD}).status_code == 200
    assert not Membership.objects.filter(user=cast.mallory, organisation=cast.acme.organisation).exists()
    mallory = browser_of(cast.mallory)
    assert "Join the team" in text_of(mallory.get(link))
    assert mallory.post(link)["Location"] == "/live-chat/"
    assert Membership.objects.filter(user=cast.mallory, organisation=cast.acme.organisation, role="agent").exists()


def test_a_link_of_somebody_else_is_of_no_use_to_mallory(cast: Cast) -> None:
    invited, link = invite(cast)
    mallory = browser_of(cast.mallory)
    assert f"is for {invited.email}, and you are logged in as" in text_of(mallory.get(link))
    assert mallory.post(link).status_code == 403
    assert not Membership.objects.filter(user=cast.mallory, organisation=cast.acme.organisation).exists()


def test_an_admin_invites_no_owner_and_an_owner_does(cast: Cast) -> None:
    given = {"email": f"eve-{uuid4().hex}@example.test", "role": "owner", "scope": "every"}
    assert browser_of(cast.cleo).post(address(cast.acme, "team/invite/"), given).status_code == 422
    assert browser_of(cast.ada).post(address(cast.acme, "team/invite/"), given).status_code == 302


def test_twice_the_same_address_is_asked_once(cast: Cast) -> None:
    invited, _ = invite(cast)
    given = {"email": invited.email.upper(), "role": "agent", "scope": "every"}
    answer = browser_of(cast.ada).post(address(cast.acme, "team/invite/"), given)
    assert (answer.status_code, "was asked already" in text_of(answer)) == (422, True)
    given["email"] = cast.ben.email
    assert "in the team already" in text_of(browser_of(cast.ada).post(address(cast.acme, "team/invite/"), given))


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_refused_with_a_word(cast: Cast, odd: str) -> None:
    ada = browser_of(cast.ada)
    for given in ({"email": odd, "role": "agent", "scope": "every"}, {"email": "x@example.test", "role": odd}):
        answer = ada.post(address(cast.acme, "team/invite/"), given)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.content.decode()
    for what, name in (("role", "role"), ("websites", "scope")):
        path = address(cast.acme, f"team/{cast.ben.pk}/{what}/")
        assert ada.post(path, {name: odd}).status_code == 422
    assert a_browser().get("/accounts/invitation/", {"token": odd}).status_code == 404
    _, link = invite(cast)
    joined = a_browser().post(link, {"name": odd, "password": PASSWORD})
    assert joined.status_code == (422 if odd in ("", "x" * 300, "a\0b") else 302)


@pytest.mark.slow
@pytest.mark.parametrize("password", ["short", "password123", "", "{email}"])
def test_a_weak_password_is_refused(cast: Cast, password: str) -> None:
    invited, link = invite(cast)
    given = {"name": "Dora", "password": password.format(email=invited.email)}
    assert a_browser().post(link, given).status_code == 422
    assert not User.objects.filter(email=invited.email).exists()


def test_a_member_is_changed_and_goes(cast: Cast) -> None:
    ada, theirs = browser_of(cast.ada), address(cast.acme, f"team/{cast.ben.pk}/")
    ada.post(theirs + "role/", {"role": "admin"})
    assert Membership.objects.get(user=cast.ben).role == "admin"
    ada.post(theirs + "role/", {"role": "agent"})
    ada.post(theirs + "suspend/")
    assert not Membership.objects.filter(user=cast.ben).exists()
    assert "Deactivated" in text_of(ada.get(address(cast.acme, "team/")))
    ada.post(theirs + "reinstate/")
    assert Membership.objects.filter(user=cast.ben).exists()
    assert ada.post(theirs + "remove/")["Location"] == address(cast.acme, "team/")
    assert ada.post(theirs + "remove/").status_code == 404  # pressed twice
    assert not Membership.with_suspended.filter(user=cast.ben).exists()


def test_the_last_owner_is_told_why_she_cannot_leave(cast: Cast) -> None:
    path = f"/manage/account/leave/{cast.acme.organisation_id}/"
    assert "Leave Acme ?" in text_of(browser_of(cast.ada).get(path))
    assert "needs an owner" in text_of(browser_of(cast.ada).post(path, follow=True))
    assert Membership.objects.filter(user=cast.ada).exists()


def test_an_agent_sees_his_account_and_leaves_by_himself(cast: Cast) -> None:
    ben, path = browser_of(cast.ben), f"/manage/account/leave/{cast.acme.organisation_id}/"
    assert "Acme Agent Leave" in text_of(ben.get("/manage/account/"))
    assert "You have left Acme." in text_of(ben.post(path, follow=True))
    assert not Membership.with_suspended.filter(user=cast.ben).exists()
    assert ben.post(path).status_code == 404  # pressed twice


def test_mallory_does_not_learn_of_a_team_that_is_not_hers(cast: Cast) -> None:
    path = f"/manage/account/leave/{cast.acme.organisation_id}/"
    assert browser_of(cast.mallory).get(path).status_code == 404
    assert browser_of(cast.mallory).post(path).status_code == 404
    assert "Acme" not in text_of(browser_of(cast.mallory).get("/manage/account/"))


def test_an_owner_resets_a_lost_second_factor_once_she_has_given_her_own_password(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    TOTP.activate(cast.ben, "JBSWY3DPEHPK3PXP")
    ada, path = browser_of(cast.ada), address(cast.acme, f"team/{cast.ben.pk}/second-factor/reset/")
    asked = ada.post(path)["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert ada.post(asked, {"password": "guess"}).status_code == 200
    assert Authenticator.objects.filter(user=cast.ben).exists()
    done = ada.post(asked, {"password": people.PASSWORD}, follow=True)
    assert "Ben logs in with the password alone now, and was told." in text_of(done)
    assert not Authenticator.objects.filter(user=cast.ben).exists()
    second_factors.mail_reset(cast.ben.pk, "Ada of Acme", None)
    assert mailoutbox[0].to == [cast.ben.email]
    assert "Ada of Acme has reset the two-factor log-in" in mailoutbox[0].body


def test_neither_cleo_nor_mallory_resets_a_second_factor(cast: Cast) -> None:
    TOTP.activate(cast.ben, "JBSWY3DPEHPK3PXP")
    path = address(cast.acme, f"team/{cast.ben.pk}/second-factor/reset/")
    assert browser_of(cast.mallory).post(path).status_code == 404
    assert browser_of(cast.mallory).post(path.replace(str(cast.acme.pk), str(cast.globex.pk), 1)).status_code != 200
    assert browser_of(cast.ben).post(path).status_code == 403
    cleo = browser_of(cast.cleo)
    done = cleo.post(cleo.post(path)["Location"], {"password": people.PASSWORD}, follow=True)
    assert "Only an owner may do this." in text_of(done)
    assert Authenticator.objects.filter(user=cast.ben).exists()


def test_the_page_says_when_it_is_a_stale_one(cast: Cast) -> None:
    cleo = browser_of(cast.cleo)
    theirs = address(cast.acme, f"team/{cast.ben.pk}/")
    assert cleo.get(theirs).status_code == 200
    Membership.objects.filter(user=cast.cleo).update(role="agent")
    assert cleo.post(theirs + "remove/").status_code == 403
    assert Membership.objects.filter(user=cast.ben).exists()


@pytest.mark.slow
@pytest.mark.usefixtures("only_worker")
def test_an_invitation_comes_by_mail(new_stack: Any, cast: Cast) -> None:
    with MailServer() as mails:
        stack: Stack = new_stack(env={"EMAIL_URL": mails.url})
        PageReader(stack, cast.ada).post(
            address(cast.acme, "team/invite/"), {"email": "mia@example.test", "role": "agent", "scope": "every"}
        )
        mail = mails.to("mia@example.test")
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        link = next(line for line in text.splitlines() if "/accounts/invitation/?token=" in line)
        assert "Join Acme" in mail["Subject"]
        assert a_browser().get(link.partition(str(stack.port))[2]).status_code == 200
