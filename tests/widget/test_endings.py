"""At the end: Vera rates, Ben sees it; she has all she may see sent to her by e-mail, and nobody is flooded with it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, visit
from tests.conversations.test_attachments import PDF
from tests.servers.mail import MailServer
from tests.servers.stack import Stack

MAIL = "vera@example.com"


async def test_a_rating_is_kept_and_told_to_both_sides(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket() as chat, ben.socket() as inbox:
        answer = vera.rest.post(vera.path("rating/"), {"score": 4, "comment": "Quick & kind <3"})
        assert (answer.status_code, answer.json()["rating"]) == (200, {"score": 4, "comment": "Quick & kind <3"})
        told = await inbox.expect("conversation_updated")
        assert told["conversation"]["rating"]["score"] == 4
        assert told["activity"]["content"] == "The visitor rated the conversation 4 of 5: Quick & kind <3"
        shown = await chat.expect("conversation_updated")
        assert shown["conversation"]["rating"]["score"] == 4
        assert "activity" not in shown
        vera.rest.post(vera.path("rating/"), {"score": 5})
        assert (await inbox.expect("conversation_updated"))["conversation"]["rating"] == {"score": 5, "comment": ""}


@pytest.mark.parametrize("wrong", [{}, {"score": 0}, {"score": 6}, {"score": "5"}, {"score": 5, "comment": "x" * 2001}])
async def test_a_rating_that_makes_no_sense_is_refused(vera: Visitor, wrong: dict[str, object]) -> None:
    answer = vera.rest.post(vera.path("rating/"), wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


async def test_where_no_rating_is_asked_for_none_is_taken(vera: Visitor, people_only: Cast) -> None:
    ada = log_in(vera.stack, people_only.ada)
    ada.rest.patch(f"websites/{people_only.acme.pk}/", {"widget": {"rating": {"enabled": False}}})
    assert vera.rest.post(vera.path("rating/"), {"score": 5}).status_code == 403


async def test_nobody_rates_for_another_and_mallory_sees_no_rating(
    vera: Visitor, mallory: StaffMember, people_only: Cast
) -> None:
    stranger = visit(vera.stack, people_only.acme)
    async with mallory.socket() as globex:
        assert stranger.rest.post(vera.path("rating/"), {"score": 1}).status_code == 404
        vera.rest.post(vera.path("rating/"), {"score": 5, "comment": "secret praise"})
        await globex.round_trip()
        assert "secret praise" not in str(globex.seen)
    assert mallory.rest.get(f"conversations/{vera.conversation_id}/").status_code == 404


def a_conversation(stack: Stack, cast: Cast) -> Visitor:
    """With a note, a deleted message and a file."""
    vera, ben = visit(stack, cast.acme), log_in(stack, cast.ben)
    vera.open("Is <b>this</b> in stock?")
    path = f"conversations/{vera.conversation_id}/"
    taken = ben.rest.upload(path + "attachments/", "list.pdf", PDF).json()["id"]
    for content, more in (
        ("**Yes**, see the list", {"attachments": [taken]}),
        ("She is a difficult customer", {"note": True}),
        ("4111 1111", {}),
    ):
        said = ben.rest.post(path + "messages/", {"client_id": uuid4(), "content": content, **more}).json()["message"]
    ben.rest.delete(f"{path}messages/{said['id']}/")
    return vera


@pytest.mark.slow
async def test_a_transcript_holds_what_the_visitor_may_see_as_text_and_html(
    mailing: Stack, mails: MailServer, people_only: Cast
) -> None:
    vera = a_conversation(mailing, people_only)
    assert vera.session["widget"]["mails"] is True
    assert vera.rest.post(vera.path("transcript/"), {"email": MAIL}).status_code == 204
    mail = mails.to(MAIL)
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert mail["Subject"] == "Your chat with Acme"
    for body in (text.get_content(), html.get_content()):
        assert "list.pdf" in body
        assert "difficult" not in body
        assert "4111" not in body
    assert "Is <b>this</b> in stock?" in text.get_content()
    assert "Is &lt;b&gt;this&lt;/b&gt; in stock?" in html.get_content()
    assert "<strong>Yes</strong>" in html.get_content()


@pytest.mark.slow
async def test_a_transcript_speaks_the_language_of_the_chat(
    mailing: Stack, mails: MailServer, people_only: Cast
) -> None:
    vera = visit(mailing, people_only.acme, locale="ar")
    vera.open("مرحبا")
    address = f"{uuid4().hex}@example.com"
    assert vera.rest.post(vera.path("transcript/"), {"email": address}).status_code == 204
    mail = mails.to(address)
    assert mail["Subject"] == "محادثتك مع Acme"
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert 'lang="ar" dir="rtl"' in html.get_content()
    for english in ("You", "until", "asked"):
        assert english not in text.get_content()


@pytest.mark.slow
async def test_transcripts_are_limited_and_go_to_nobody_elses_order(mailing: Stack, people_only: Cast) -> None:
    vera, stranger = a_conversation(mailing, people_only), visit(mailing, people_only.acme)
    assert stranger.rest.post(vera.path("transcript/"), {"email": "mallory@globex.test"}).status_code == 404
    assert vera.rest.post(vera.path("transcript/"), {"email": "no address"}).status_code == 400
    address = f"{uuid4().hex}@example.com"
    codes = [vera.rest.post(vera.path("transcript/"), {"email": address}).status_code for _ in range(2)]
    assert codes == [204, 429]
    for expected in (204, 429):  # two to this address, whoever asks
        other = a_conversation(mailing, people_only)
        answer = other.rest.post(other.path("transcript/"), {"email": address})
        assert answer.status_code == expected
    assert int(answer.headers["Retry-After"]) <= 60


async def test_where_no_mail_can_be_sent_none_is_promised(vera: Visitor) -> None:
    assert vera.session["widget"]["mails"] is False
    assert vera.rest.post(vera.path("transcript/"), {"email": "nobody@example.com"}).status_code == 403
