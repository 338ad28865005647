"""Oneself: the ways in, and the teams that one belongs to. Also for who administers nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership
from accounts.second_factor import has_second_factor
from conversations.actions.team import leave
from dashboard.manage.access import for_members, member
from dashboard.manage.team import actor, done


@require_safe
@for_members
def account(request: HttpRequest) -> HttpResponse:
    user = member(request)
    teams = Membership.objects.filter(user=user).select_related("organisation").order_by("organisation__name", "pk")
    context = {"person": user, "teams": teams, "has_second_factor": has_second_factor(user.pk)}
    context["came_back"] = user.bounced_email == user.email
    return render(request, "manage/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def left(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Asked once more before it is done: who has left cannot come back by themselves."""
    mine = Membership.objects.filter(user=member(request), organisation=organisation_id)
    team = mine.select_related("organisation").first()
    if team is None:
        raise Http404
    if request.method != "POST":
        return render(request, "manage/leave.html", {"team": team})
    done(request, leave(actor(request), organisation_id), f"You have left {team.organisation}.")
    return redirect("manage:account")
