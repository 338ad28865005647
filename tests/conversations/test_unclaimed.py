"""Nobody claims a conversation in time: those who may see it are written to, once, and nobody else ever is."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Availability, Membership, Website
from conversations.actions.unclaimed import tell_of_unclaimed
from conversations.models import Conversation
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

SWEPT = 40  # seconds in which a worker has surely looked


@pytest.fixture
def sends_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SENDS_MAIL", True)


@pytest.fixture
def vera(mailing: Stack, people_only: Cast) -> Visitor:
    visitor = visit(mailing, people_only.acme)
    visitor.open("Where is\r\nmy order?")
    return visitor


def look() -> None:
    asyncio.run(tell_of_unclaimed())


def has_waited(visitor: Visitor, minutes: float) -> None:
    row = Conversation.objects.for_system().filter(pk=visitor.conversation_id)
    row.update(waiting_since=timezone.now() - timedelta(minutes=minutes))


def was_told(visitor: Visitor) -> bool:
    row = Conversation.objects.for_system().get(pk=visitor.conversation_id)
    return row.unclaimed_told_at is not None


def to(mails: MailServer, address: str) -> list[EmailMessage]:
    return [mail for mail in mails.mails if mail["To"] == address]


def test_after_the_websites_time_all_who_may_see_it_are_written_to_once(
    mailing: Stack, mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    has_waited(vera, 4)
    look()
    assert not was_told(vera)
    has_waited(vera, 6)
    look()
    look()
    for person in (people_only.ada, people_only.ben, people_only.cleo):
        mail = mails.to(person.email)
        assert mail["Subject"] == "A visitor waits at Acme, and nobody has claimed it"
        text = mail.get_content()
        assert f"Hello {person.name}," in text
        assert "waiting for 6 minutes" in text
        assert "“Where is my order?”" in text
        assert f"/live-chat/{vera.conversation_id}/" in text
    time.sleep(1)
    assert [len(to(mails, one.email)) for one in (people_only.ada, people_only.ben, people_only.cleo)] == [1, 1, 1]
    assert to(mails, people_only.mallory.email) == []


@pytest.mark.slow  # it looks every fifteen seconds
def test_the_worker_looks_by_itself(mailing: Stack, mails: MailServer, people_only: Cast, vera: Visitor) -> None:
    has_waited(vera, 6)
    assert f"/live-chat/{vera.conversation_id}/" in mails.to(people_only.ben.email, patience=SWEPT).get_content()


def test_what_was_claimed_is_told_to_nobody(
    mailing: Stack, mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    ben = log_in(mailing, people_only.ben)
    assert claim(ben, vera, people_only.ben.pk) == 200
    has_waited(vera, 60)
    look()
    assert not was_told(vera)
    assert claim(ben, vera, None) == 200
    look()
    assert was_told(vera)


def claim(ben: StaffMember, vera: Visitor, user_id: int | None) -> int:
    return ben.rest.patch(f"conversations/{vera.conversation_id}/", {"assignee": user_id}).status_code


def test_a_website_may_wait_longer_or_never_tell(
    mailing: Stack, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    cleo = log_in(mailing, people_only.cleo)
    path = f"websites/{people_only.acme.pk}/"
    assert cleo.rest.patch(path, {"unclaimed_minutes": 0}).json()["unclaimed_minutes"] == 0
    has_waited(vera, 600)
    look()
    assert not was_told(vera)
    assert cleo.rest.patch(path, {"unclaimed_minutes": 1440}).status_code == 200
    look()
    assert not was_told(vera)
    assert cleo.rest.patch(path, {"unclaimed_minutes": 1441}).status_code == 400
    assert cleo.rest.patch(path, {"unclaimed_minutes": None}).status_code == 400
    assert log_in(mailing, people_only.ben).rest.patch(path, {"unclaimed_minutes": 1}).status_code == 403


def test_who_is_away_or_wants_no_mail_gets_none_while_others_may(
    mailing: Stack, mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    ben, cleo = log_in(mailing, people_only.ben), log_in(mailing, people_only.cleo)
    assert ben.rest.patch(f"members/{people_only.ben.pk}/", {"unclaimed_mail": False}).json()["unclaimed_mail"] is False
    assert cleo.rest.patch(f"members/{people_only.ben.pk}/", {"unclaimed_mail": True}).status_code == 403
    assert cleo.rest.patch(f"members/{people_only.cleo.pk}/", {"is_away": True}).status_code == 200
    has_waited(vera, 6)
    look()
    mails.to(people_only.ada.email)
    assert to(mails, people_only.ben.email) == to(mails, people_only.cleo.email) == []


def test_each_is_written_to_in_the_language_they_chose_themselves(
    mailing: Stack, mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    ben, cleo = log_in(mailing, people_only.ben), log_in(mailing, people_only.cleo)
    path = f"members/{people_only.ben.pk}/"
    assert ben.rest.patch(path, {"mail_language": "de"}).json()["mail_language"] == "de"
    assert ben.rest.patch(path, {"mail_language": "tlh"}).status_code == 400
    assert cleo.rest.patch(path, {"mail_language": "fr"}).status_code == 403
    seen = {one["id"]: one["mail_language"] for one in cleo.rest.get("members/").json()["results"]}
    assert (seen[people_only.ben.pk], seen[people_only.cleo.pk]) == (None, "")
    has_waited(vera, 6)
    look()
    german, english = mails.to(people_only.ben.email), mails.to(people_only.cleo.email)
    assert german["Subject"] == "Bei Acme wartet jemand, und niemand hat übernommen"
    assert "wartet seit 6 Minuten\n“Where is my order?”" in german.get_content().replace("\r\n", "\n")
    assert english["Subject"] == "A visitor waits at Acme, and nobody has claimed it"


def test_where_everybody_is_away_they_are_told_all_the_same(
    mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    for person in (people_only.ada, people_only.ben, people_only.cleo):
        Availability.objects.create(user=person, is_away=True)
    has_waited(vera, 6)
    look()
    mails.to(people_only.ben.email)


def test_an_agent_of_another_website_of_the_organisation_hears_nothing(
    mails: MailServer, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    blog = Website.objects.create(organisation=people_only.acme.organisation, name="Blog")
    Membership.objects.get(user=people_only.ben).websites.set([blog])
    has_waited(vera, 6)
    look()
    mails.to(people_only.ada.email)
    assert to(mails, people_only.ben.email) == []


def test_what_is_resolved_and_opened_again_may_be_told_again(
    mailing: Stack, people_only: Cast, vera: Visitor, sends_mail: None
) -> None:
    has_waited(vera, 6)
    look()
    assert was_told(vera)
    ben = log_in(mailing, people_only.ben)
    assert ben.rest.patch(f"conversations/{vera.conversation_id}/", {"status": "resolved"}).status_code == 200
    assert not was_told(vera)
