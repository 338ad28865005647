"""The four pages of data and privacy, one beside the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Membership, Website
from dashboard.manage.sections import PRIVACY
from dashboard.manage.shell import show
from dashboard.manage.team import mine_in

PAGES = (
    ("keeping", "What is kept", "manage:privacy"),
    ("people", "Visitors", "manage:privacy-people"),
    ("exports", "Exports", "manage:exports"),
    ("receipts", "Erasing", "manage:receipts"),
)


def show_privacy(
    request: HttpRequest, website: Website, page: str, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    around = {
        "pages": [(label, reverse(url_name, args=[website.pk]), name == page) for name, label, url_name in PAGES],
        "is_owner": mine_in(request, website).role == Membership.Role.OWNER,
    }
    return show(request, website, PRIVACY, template, around | context, status)
