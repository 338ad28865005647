"""How the chat looks, with the chat itself beside the form: it shows what is typed before anything is saved."""

from __future__ import annotations

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.websites import change_website
from accounts.models import Website
from dashboard.manage.access import for_owners
from dashboard.manage.fieldsets import grouped
from dashboard.manage.look import GROUPS, MOST_RULES, LookForm, RuleForm, defaults, initial_of, values_of
from dashboard.manage.own_texts import tabs
from dashboard.manage.preview import WITH_FRAMES, answer_draft, said_of, with_preview
from dashboard.manage.rows import Rows, has_command, typed_so_far
from dashboard.manage.saving import INVALID, save_and_say, seen_now
from dashboard.manage.sections import APPEARANCE
from dashboard.manage.shell import not_built, show
from foundation.bundles import NotBuilt

SAVED = "Saved. Open pages have it when they are loaded again, after five minutes at the latest."


@csp_update(WITH_FRAMES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def appearance(request: HttpRequest, website: Website) -> HttpResponse:
    if request.method != "POST":
        return _page(request, website, *_stored(website))
    form, rules = _sent(request.POST)
    if has_command(request.POST):
        return _page(request, website, form, rules)
    if not _are_valid(form, rules):
        return _page(request, website, form, rules, INVALID)
    status = save_and_say(request, website, form, values_of(form, rules), SAVED)
    return redirect("manage:appearance", website.pk) if status == 200 else _page(request, website, form, rules, status)


@require_POST
@for_owners
def draft(request: HttpRequest, website: Website) -> HttpResponse:
    form, rules = _sent(_without_commands(request.POST))
    values = values_of(form, rules) if _are_valid(form, rules) else None
    return answer_draft(request, website, [form, *rules], values)


@require_POST
@for_owners
def reset(request: HttpRequest, website: Website) -> HttpResponse:
    change_website(website.pk, defaults())
    messages.success(request, "Everything on this page is as it was at the beginning.")
    return redirect("manage:appearance", website.pk)


def _stored(website: Website) -> tuple[LookForm, Rows]:
    rules = [rule.model_dump() for rule in website.widget_settings.proactive]
    rows = Rows(RuleForm, "message", "rules", MOST_RULES, stored=rules)
    return LookForm(initial=initial_of(website)), rows


def _sent(given: QueryDict) -> tuple[LookForm, Rows]:
    rules = Rows(RuleForm, "message", "rules", MOST_RULES, data=given)
    return LookForm(initial=typed_so_far(given, LookForm)) if has_command(given) else LookForm(given), rules


def _are_valid(form: LookForm, rules: Rows) -> bool:
    found = [form.is_valid(), rules.are_valid()]
    return all(found)


def _without_commands(given: QueryDict) -> QueryDict:
    """Whichever button sent it, the form as it stands is to be shown."""
    plain = given.copy()
    for name in [one for one in plain if one.endswith("-do")]:
        del plain[name]
    return plain


def _page(request: HttpRequest, website: Website, form: LookForm, rules: Rows, status: int = 200) -> HttpResponse:
    """The preview of what is stored is there at once; a script, or the button, shows what is typed."""
    fresh = Website.objects.get(pk=website.pk)
    said = format_html('<span data-contrast role="status">{}</span>', said_of(fresh.brand_color))
    form.fields["brand_color"].help_text = said
    context = {
        "form": form,
        "rules": rules,
        "groups": grouped(form, GROUPS),
        "tabs": tabs(website),
        "draft": reverse("manage:draft", args=[website.pk]),
        "seen": seen_now(request, website, defaults(), status),
    }
    try:
        context |= with_preview(request, fresh)
    except NotBuilt:
        return not_built(request)
    return show(request, website, APPEARANCE, "manage/appearance/page.html", context, status)
