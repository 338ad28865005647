"""Each chooses for themselves which e-mails they get, of the websites they see; and learns that mail came back."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.actions.mail_choices import choose_mails, stop_token
from accounts.colleagues import availability_of
from accounts.models import MailChoices, Membership, User, Website
from accounts.models.mail_choices import choices_of
from tests.cast import Cast
from tests.dashboard.forms import sent
from tests.dashboard.reading import HOST, browser_of, text_of

PAGE = "/manage/account/mails/"


def test_one_chooses_by_website_and_the_time_zone_of_the_digest(cast: Cast) -> None:
    blog = Website.objects.create(organisation=cast.acme.organisation, name="Blog")
    ben = browser_of(cast.ben)
    fields = sent(ben.get(PAGE))
    names = {f"website_{one.pk}" for one in (cast.acme, blog)}
    assert names == {name for name in fields if name.startswith("website_")}
    assert {fields[name] for name in names} == {"unattended"}
    wanted = {f"website_{cast.acme.pk}": "all", f"website_{blog.pk}": "none"}
    wanted |= {"digest": "weekly", "time_zone": "Europe/Berlin"}
    assert ben.post(PAGE, fields | wanted).status_code == 302
    assert {name: sent(ben.get(PAGE))[name] for name in wanted} == wanted
    theirs = MailChoices.objects.get(pk=cast.ben.pk)
    assert [theirs.of_website(one.pk) for one in (cast.acme, blog, cast.globex)] == ["all", "none", "unattended"]
    assert theirs.digest_due_at is not None


def test_what_is_no_choice_or_of_a_website_one_does_not_see_is_not_taken(cast: Cast) -> None:
    ben = browser_of(cast.ben)
    fields = sent(ben.get(PAGE))
    for wrong in ({"digest": "hourly"}, {"time_zone": "Mars/Base"}, {f"website_{cast.acme.pk}": "some"}):
        assert ben.post(PAGE, fields | wrong).status_code == 422
    assert not MailChoices.objects.filter(pk=cast.ben.pk).exists()
    assert ben.post(PAGE, fields | {f"website_{cast.globex.pk}": "all"}).status_code == 302
    assert str(cast.globex.pk) not in MailChoices.objects.get(pk=cast.ben.pk).new_conversations
    assert "Acme" not in text_of(browser_of(cast.mallory).get(PAGE))


def test_a_page_that_was_open_for_long_writes_nothing_over(cast: Cast) -> None:
    ben = browser_of(cast.ben)
    old = sent(ben.get(PAGE))
    ben.post(PAGE, old | {"digest": "daily"})
    answer = ben.post(PAGE, old | {"time_zone": "Europe/Berlin"})
    assert answer.status_code == 409
    assert MailChoices.objects.get(pk=cast.ben.pk).digest == "daily"


def test_what_one_may_see_no_more_is_not_asked_about(cast: Cast) -> None:
    Membership.objects.filter(user=cast.ben).update(is_suspended=True)
    assert "You see no website yet" in text_of(browser_of(cast.ben).get(PAGE))


def test_that_mail_came_back_is_shown_to_the_owner_and_to_oneself_who_can_have_it_tried_again(cast: Cast) -> None:
    User.objects.filter(pk=cast.ben.pk).update(bounced_email=cast.ben.email)
    ada, ben, mallory = browser_of(cast.ada), browser_of(cast.ben), browser_of(cast.mallory)
    team = f"/manage/{cast.acme.pk}/team/"
    assert "Mail came back" in text_of(ada.get(team))
    assert "Mail came back" in text_of(ben.get("/manage/account/"))
    assert mallory.get(team).status_code == 404
    assert "came back" in text_of(ben.get(PAGE))
    assert ben.post(PAGE, {"again": "1"}).status_code == 302
    assert User.objects.get(pk=cast.ben.pk).gets_mail
    assert "Mail came back" not in text_of(ada.get(team))


@pytest.mark.parametrize("kind", ["new", "digest", "unclaimed"])
def test_a_mails_own_link_ends_its_kind_without_a_log_in_and_no_other(cast: Cast, kind: str) -> None:
    choose_mails(cast.ben.pk, {cast.acme.pk: "all"}, "daily", "UTC")
    program, end = Client(headers=HOST, enforce_csrf_checks=True), f"{PAGE}stop/{stop_token(cast.ben.public_id, kind)}/"
    assert "End them" in text_of(program.get(end))
    assert wanted_by(cast.ben, cast.acme) == {"new", "digest", "unclaimed"}  # opened alone it ends nothing
    assert program.post(end, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wanted_by(cast.ben, cast.acme) == {"new", "digest", "unclaimed"} - {kind}
    assert wanted_by(cast.ada, cast.acme) == {"new", "unclaimed"}
    assert program.post(end.replace("/stop/", "/stop/x")).status_code == 404
    other = MailChoices.objects.filter(pk=cast.ben.pk).get().of_website(cast.globex.pk)
    assert other == ("none" if kind == "new" else "unattended")


def wanted_by(person: User, website: Website) -> set[str]:
    theirs = choices_of(person.pk)
    wanted = {"new": theirs.of_website(website.pk) != "none", "digest": theirs.digest != "none"}
    wanted["unclaimed"] = availability_of(person.pk).unclaimed_mail
    return {kind for kind, is_wanted in wanted.items() if is_wanted}


def test_an_address_that_was_changed_gets_mail_again(cast: Cast) -> None:
    User.objects.filter(pk=cast.ben.pk).update(bounced_email=cast.ben.email)
    User.objects.filter(pk=cast.ben.pk).update(email=f"new-{cast.ben.email}")
    assert User.objects.get(pk=cast.ben.pk).gets_mail
