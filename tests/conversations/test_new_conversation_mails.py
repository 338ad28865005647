"""A conversation has begun: who wants to hear of it and may see it is written to, once, and never flooded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.actions.mail_choices import choose_mails
from accounts.models import MailChoices, Membership, User, Website
from conversations.actions.new_conversations import MOST_AN_HOUR, TASK, _note, mail_new_conversations
from foundation.db import db
from tests.cast import Cast
from tests.clients.people import Visitor, log_in, visit
from tests.integrations.receiver import until
from tests.servers.mail import MailServer, text_of
from tests.servers.stack import Stack

SOON = "0.3"  # seconds


@pytest.fixture(scope="module")
def mailing_settings() -> Mapping[str, str]:
    return {"NEW_MAIL_SECONDS": SOON, "MAIL_REPLY_ADDRESS": "reply@chat.test"}


@pytest.fixture
def team(people_only: Cast) -> Cast:
    """Ada hears of everything, Ben of what nobody is there for, Cleo of nothing."""
    chosen = {people_only.ada: "all", people_only.cleo: "none"}
    for person, wanted in chosen.items():
        choose_mails(person.pk, {people_only.acme.pk: wanted}, "none", "UTC")
    return people_only


def begin(mailing: Stack, website: Website, said: str, **more: object) -> Visitor:
    visitor = visit(mailing, website, **more)
    visitor.open(said)
    return visitor


def to(mails: MailServer, person: User) -> list[EmailMessage]:
    return [mail for mail in mails.mails if mail["To"] == person.email]


def test_who_wants_it_hears_once_what_was_said_by_whom_and_where(mailing: Stack, mails: MailServer, team: Cast) -> None:
    page = {"url": "https://acme.test/tents", "title": "Tents", "referrer": ""}
    vera = begin(mailing, team.acme, "Do you ship\r\nto Lisbon?", page=page)
    for person in (team.ada, team.ben):
        mail = mails.to(person.email)
        assert str(mail["Subject"]).startswith("New conversation with Visitor ")
        assert str(mail["Subject"]).endswith(" at Acme")
        for text in (text_of(mail), text_of(mail, "html")):
            assert "to Lisbon?" in text
            assert "https://acme.test/tents" in text
            assert f"/live-chat/{vera.conversation_id}/" in text
        assert "/manage/account/mails/stop/" in mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["From"] == "Live chat <chat@localhost>"
        assert mail["Reply-To"].startswith("reply+")
        assert mail["X-Envelope-From"].startswith("reply+")
        assert mail["X-Envelope-From"] != mail["Reply-To"]
    _note(UUID(vera.conversation_id), team.acme.pk, False)  # a job that is done twice
    theirs = MailChoices.objects.get(pk=team.ben.pk)
    assert (theirs.pending, theirs.told) == ([], [UUID(vera.conversation_id)])
    assert [len(to(mails, one)) for one in (team.ada, team.ben, team.cleo, team.mallory)] == [1, 1, 0, 0]


@pytest.mark.slow
def test_who_opens_the_chat_and_writes_later_is_heard_of_when_they_write(
    mailing: Stack, mails: MailServer, team: Cast
) -> None:
    vera = visit(mailing, team.acme)
    opened = vera.rest.post("widget/conversations/", {})
    assert opened.status_code == 201
    vera.conversation_id = opened.json()["conversation"]["id"]
    begin(mailing, team.acme, "Another one")  # looked at after it
    mails.to(team.ben.email)
    said = {"client_id": str(uuid4()), "content": "Now I know what to ask"}
    assert vera.rest.post(vera.path("messages/"), said).status_code == 201
    for person in (team.ada, team.ben):
        assert "Now I know what to ask" in text_of(mails.to(person.email, 2))
    said = {"client_id": str(uuid4()), "content": "And one more thing"}
    assert vera.rest.post(vera.path("messages/"), said).status_code == 201
    begin(mailing, team.acme, "A third one")
    mails.to(team.ben.email, 3)
    about = [text for text in map(text_of, to(mails, team.ben)) if f"/{vera.conversation_id}/" in text]
    assert len(about) == 1


@pytest.mark.slow
def test_what_the_assistant_hands_over_is_heard_of_when_it_does(mailing: Stack, mails: MailServer, cast: Cast) -> None:
    choose_mails(cast.ada.pk, {cast.acme.pk: "all"}, "none", "UTC")
    vera = begin(mailing, cast.acme, "Do you ship to Lisbon?")
    mails.to(cast.ada.email)
    assert to(mails, cast.ben) == []
    assert vera.rest.post(vera.path("handoff/")).status_code in (200, 201, 204)
    assert "Do you ship to Lisbon?" in text_of(mails.to(cast.ben.email))
    begin(mailing, cast.acme, "Another one")
    mails.to(cast.ada.email, 2)
    assert [len(to(mails, one)) for one in (cast.ben, cast.mallory)] == [1, 0]


@pytest.mark.slow
async def test_while_somebody_is_there_only_who_wants_all_is_written_to(
    mailing: Stack, mails: MailServer, team: Cast
) -> None:
    cleo = log_in(mailing, team.cleo)
    async with cleo.socket():
        begin(mailing, team.acme, "Is anybody there?")
        await asyncio.to_thread(mails.to, team.ada.email)
    assert await db(pending_of, team.ben) == []
    assert to(mails, team.ben) == []


@pytest.mark.slow
def test_what_the_assistant_has_in_hand_needs_nobody(mailing: Stack, mails: MailServer, cast: Cast) -> None:
    choose_mails(cast.ada.pk, {cast.acme.pk: "all"}, "none", "UTC")
    begin(mailing, cast.acme, "Do you ship to Lisbon?")
    mails.to(cast.ada.email)
    assert (pending_of(cast.ben), to(mails, cast.ben)) == ([], [])


@pytest.mark.slow
def test_a_burst_is_a_few_mails_and_one_of_all_the_others(mailing: Stack, mails: MailServer, team: Cast) -> None:
    begun = [begin(mailing, team.acme, f"Question {number}") for number in range(MOST_AN_HOUR + 3)]
    for number in range(MOST_AN_HOUR):
        mails.to(team.ben.email, number + 1)
    wait_until_pending(team.ben, 3)
    assert len(to(mails, team.ben)) == MOST_AN_HOUR
    an_hour_on(team.ben)
    app.configure_task(TASK, queue="default").defer(user_id=team.ben.pk)
    summary = mails.to(team.ben.email, MOST_AN_HOUR + 1)
    assert summary["Subject"] == "3 new conversations at Acme"
    told = [text for text in map(text_of, to(mails, team.ben)) for one in begun if f"/{one.conversation_id}/" in text]
    assert len(told) == len(begun)  # each in exactly one


@pytest.mark.slow
def test_who_has_lost_access_meanwhile_or_sees_another_website_only_hears_nothing(
    mailing: Stack, mails: MailServer, team: Cast
) -> None:
    vera = begin(mailing, team.acme, "Where is my order?")
    mails.to(team.ben.email)
    for lost in (lambda: Membership.objects.filter(user=team.ben).update(is_suspended=True), lambda: deactivate(team)):
        lost()
        MailChoices.objects.filter(pk=team.ben.pk).update(pending=[vera.conversation_id], told=[])
        mail_new_conversations(team.ben.pk)
        assert pending_of(team.ben) == []
    begin(mailing, team.acme, "And mine?")
    mails.to(team.ada.email, 2)
    assert len(to(mails, team.ben)) == 1
    assert to(mails, team.mallory) == []


@pytest.mark.slow
def test_an_address_that_is_refused_for_good_gets_nothing_more_until_it_changes(
    mailing: Stack, mails: MailServer, team: Cast
) -> None:
    mails.unknown.add(team.ben.email)
    begin(mailing, team.acme, "First")
    mails.to(team.ada.email)
    wait_until_bounced(team.ben)
    mails.unknown.clear()
    begin(mailing, team.acme, "Second")
    mails.to(team.ada.email, 2)
    wait_until_pending(team.ben, 0)
    assert to(mails, team.ben) == []
    User.objects.filter(pk=team.ben.pk).update(email=f"new-{team.ben.email}")
    begin(mailing, team.acme, "Third")
    assert "Third" in text_of(mails.to(f"new-{team.ben.email}"))


@pytest.mark.slow
def test_while_the_mail_server_is_away_nothing_is_lost(mailing: Stack, mails: MailServer, team: Cast) -> None:
    mails.refuses, before = True, mails.refused
    try:
        vera = begin(mailing, team.acme, "Can you hear me?")
        assert until(lambda: mails.refused >= before + 3, 60), "for two people, and then again"
        assert len(pending_of(team.ben)) == 1
    finally:
        mails.refuses = False
    assert to(mails, team.ben) == []
    assert f"/{vera.conversation_id}/" in text_of(mails.to(team.ben.email, patience=90))
    wait_until_pending(team.ben, 0)
    begin(mailing, team.acme, "And this?")
    mails.to(team.ben.email, 2)
    about = [text for text in map(text_of, to(mails, team.ben)) if f"/{vera.conversation_id}/" in text]
    assert len(about) == 1


def pending_of(person: User) -> list[UUID]:
    found = MailChoices.objects.filter(pk=person.pk).first()
    return found.pending if found else []


def wait_until_pending(person: User, number: int) -> None:
    assert until(lambda: len(pending_of(person)) == number)


def wait_until_bounced(person: User) -> None:
    assert until(lambda: User.objects.get(pk=person.pk).bounced_email == person.email)


def an_hour_on(person: User) -> None:
    ago = timezone.now() - timedelta(hours=2)
    MailChoices.objects.filter(pk=person.pk).update(mailed_at=[ago] * MOST_AN_HOUR, held_until=ago)


def deactivate(team: Cast) -> None:
    Membership.with_suspended.filter(user=team.ben).update(is_suspended=False)
    User.objects.filter(pk=team.ben.pk).update(is_active=False)
