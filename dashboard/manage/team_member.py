"""One member of a team: what they are, what they see, and their end here."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Membership, Website
from accounts.second_factor import has_second_factor
from conversations.actions.second_factors import reset_second_factor
from conversations.actions.team import (
    reinstate,
    remove,
    seen_by,
    set_role,
    set_websites,
    suspend,
    transfer_ownership,
)
from dashboard.manage.access import for_owners
from dashboard.manage.sections import TEAM
from dashboard.manage.shell import show
from dashboard.manage.team import actor, done, mine_in
from dashboard.manage.team_forms import EVERY, LISTED, RoleForm, WebsitesForm
from foundation.meanwhile import ChangedMeanwhile, digest

SIMPLE = {
    "suspend": (suspend, "They are let in no more, from this moment on."),
    "reinstate": (reinstate, "They may work here again."),
    "remove": (remove, "They are no longer in the team."),
    "transfer": (transfer_ownership, "They own it now, and you are an admin."),
}


@require_safe
@for_owners
def member_page(request: HttpRequest, website: Website, user_id: int) -> HttpResponse:
    theirs = _membership(website, user_id)
    return _shown(request, website, theirs, None, None)


@require_POST
@for_owners
def changed(request: HttpRequest, website: Website, user_id: int, what: str) -> HttpResponse:
    theirs, organisation_id = _membership(website, user_id), website.organisation_id
    opened = request.POST.get("seen", "")
    if what in SIMPLE:
        action, said = SIMPLE[what]
        done(request, action(actor(request), organisation_id, user_id), said)
    elif what == "role":
        roles = RoleForm(request.POST, mine=mine_in(request, website))
        if not roles.is_valid():
            return _shown(request, website, theirs, roles, None)
        role = roles.cleaned_data["role"]
        _save(request, set_role(actor(request), organisation_id, user_id, role, seen=opened), "what they are")
    elif what == "websites":
        seen = WebsitesForm(request.POST, organisation_id=organisation_id)
        if not seen.is_valid():
            return _shown(request, website, theirs, None, seen)
        change = set_websites(actor(request), organisation_id, user_id, seen.chosen(), seen=opened)
        _save(request, change, "which websites they see")
    else:
        raise Http404
    is_there = Membership.with_suspended.filter(pk=theirs.pk).exists()
    return redirect("manage:team_member", website.pk, user_id) if is_there else redirect("manage:team", website.pk)


@require_POST
@for_owners
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def second_factor_reset(request: HttpRequest, website: Website, user_id: int) -> HttpResponse:
    """Of who has lost it. The owner's own password or code is asked for first, unless it was given a moment ago."""
    theirs = _membership(website, user_id)
    reset = reset_second_factor(actor(request), website.organisation_id, user_id)
    done(request, reset, f"{theirs.user.shown_name} logs in with the password alone now, and was told.")
    return redirect("manage:team_member", website.pk, user_id)


def _save(request: HttpRequest, change: Coroutine[Any, Any, None], what: str) -> None:
    try:
        done(request, change, "Saved.")
    except ChangedMeanwhile:
        messages.error(request, f"Not saved: somebody has changed meanwhile {what}.")


def _shown(
    request: HttpRequest, website: Website, theirs: Membership, roles: RoleForm | None, seen: WebsitesForm | None
) -> HttpResponse:
    mine = mine_in(request, website)
    roles_now = RoleForm(initial={"role": theirs.role}, mine=mine)
    sees = seen_by(theirs)
    scope = {"scope": EVERY if sees is None else LISTED, "websites": sees or []}
    seen_now = WebsitesForm(initial=scope, organisation_id=website.organisation_id)
    context = {
        "theirs": theirs,
        "mine": mine,
        "is_oneself": mine.pk == theirs.pk,
        "may_change": theirs.role != Membership.Role.OWNER or mine.role == Membership.Role.OWNER,
        "has_second_factor": has_second_factor(theirs.user_id),
        "roles": roles or roles_now,
        "role_now": digest({"role": theirs.role}),
        "seen": seen or seen_now,
        "scope_now": digest({"websites": sees}),
    }
    return show(request, website, TEAM, "manage/team/member.html", context, 422 if roles or seen else 200)


def _membership(website: Website, user_id: int) -> Membership:
    everybody = Membership.with_suspended.filter(organisation=website.organisation_id, user=user_id)
    found = everybody.select_related("user", "organisation").first()
    if found is None:
        raise Http404
    return found
