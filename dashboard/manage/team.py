"""Who works for the organisation of a website, and who has been asked to."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Staff, staff_actor
from accounts.models import Membership, Website
from conversations.actions.invitations import Invited, invite, open_invitations, revoke, send_again
from conversations.actions.team import require_second_factor
from conversations.errors import Refusal
from dashboard.manage.access import for_owners, member
from dashboard.manage.sections import TEAM
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show
from dashboard.manage.team_forms import InvitationForm
from foundation.rest import run


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    context = {
        "mine": mine_in(request, website),
        "members": members_in(website),
        "invitations": open_invitations(website.organisation_id),
        "organisation": website.organisation,
    }
    return show(request, website, TEAM, "manage/team/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def invited(request: HttpRequest, website: Website) -> HttpResponse:
    form = InvitationForm(sent_in(request), mine=mine_in(request, website))
    if request.method == "POST" and form.is_valid() and asked_in(request, website, form):
        return redirect("manage:team", website.pk)
    context = {"form": form, "organisation": website.organisation}
    return show(request, website, TEAM, "manage/team/invite.html", context, 422 if form.errors else 200)


def asked_in(request: HttpRequest, website: Website, form: InvitationForm) -> bool:
    """Whether the invitation is on its way; else the form says why not."""
    given = form.cleaned_data
    try:
        asked = invite(actor(request), website.organisation_id, given["email"], given["role"], form.chosen())
        say_sent(request, run(asked))
    except Refusal as refusal:
        name, _, detail = refusal.detail.partition(": ")
        form.add_error(name if name in form.fields else None, (detail or name).capitalize() + ".")
        return False
    return True


@require_POST
@for_owners
def invitation_changed(request: HttpRequest, website: Website, invitation_id: int, what: str) -> HttpResponse:
    organisation_id = website.organisation_id
    if what == "resend":
        again = done(request, send_again(actor(request), organisation_id, invitation_id))
        if again:
            say_sent(request, again)
    elif what == "revoke":
        done(request, revoke(actor(request), organisation_id, invitation_id), "The invitation was taken back.")
    else:
        raise Http404
    return redirect("manage:team", website.pk)


@require_POST
@for_owners
def second_factor_required(request: HttpRequest, website: Website) -> HttpResponse:
    wanted = request.POST.get("required") == "1"
    said = "Everybody now needs a second factor." if wanted else "A second factor is up to each member now."
    done(request, require_second_factor(actor(request), website.organisation_id, wanted), said)
    return redirect("manage:team", website.pk)


def done(request: HttpRequest, action: Coroutine[Any, Any, Any], said: str = "") -> Any:
    """Do it and say so, or say why not."""
    try:
        result = run(action)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return None
    if said:
        messages.success(request, said)
    return result


def say_sent(request: HttpRequest, invited: Invited) -> None:
    """Where no e-mail can be sent, whoever invites hands the link over."""
    email = invited.invitation.email
    if settings.SENDS_MAIL:
        messages.success(request, f"The invitation is on its way to {email}.")
        return
    text = "This installation sends no e-mail. Give {} this link yourself, it is shown only now: <code>{}</code>"
    messages.warning(request, format_html(text, email, invited.link))


def members_in(website: Website) -> list[Membership]:
    everybody = Membership.with_suspended.filter(organisation=website.organisation_id)
    return list(everybody.select_related("user").prefetch_related("websites").order_by("is_suspended", "user__name"))


def mine_in(request: HttpRequest, website: Website) -> Membership:
    return Membership.objects.get(user=member(request), organisation=website.organisation_id)


def actor(request: HttpRequest) -> Staff:
    found = staff_actor(member(request).pk)
    if found is None:
        raise Http404
    return found
