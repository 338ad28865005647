"""What the chat says in one more language: a tab of the appearance page, with the same preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Website
from accounts.widget_settings import OwnTexts
from dashboard.manage.access import for_owners
from dashboard.manage.fieldsets import Fieldset, Group, grouped
from dashboard.manage.look import chips_field, clean_chips
from dashboard.manage.preview import WITH_FRAMES, answer_draft, with_preview
from dashboard.manage.saving import save_and_say, seen_now
from dashboard.manage.sections import APPEARANCE
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import not_built, show
from foundation.bundles import NotBuilt
from foundation.translations import SOURCE, base_of, language_name, languages, translator

GROUPS = (
    Fieldset("Greeting", "", ("greeting", "intro", "chips")),
    Fieldset("Button", "On your page.", ("launcher_text",)),
    Fieldset("Forms", "Where you use them: see Forms.", ("form_intro", "offline_text")),
    Fieldset("Rating", "", ("rating_question",)),
    Fieldset("Consent", "", ("consent_text", "consent_link_text")),
)
NAMES = {"widget": {"texts": None}}
RULE, LABEL = "rule_", "label_"  # before the keys of what the website has several of


@dataclass(frozen=True, slots=True)
class Tab:
    """`language` is "" for the page of the website's own."""

    label: str
    address: str
    is_current: bool
    is_used: bool


class TextsForm(forms.Form):
    """What is left empty is said as in the website's own language, which stands in the fields as a hint."""

    greeting = forms.CharField(max_length=120, required=False)
    intro = forms.CharField(label="Below it", max_length=240, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    chips = chips_field()
    form_intro = forms.CharField(
        label="Above the first form", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    offline_text = forms.CharField(
        label="While nobody is there", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    rating_question = forms.CharField(label="Question", max_length=120, required=False)
    consent_text = forms.CharField(
        label="Text", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    consent_link_text = forms.CharField(label="Words of the link", max_length=120, required=False)
    launcher_text = forms.CharField(label="Words on it", max_length=40, required=False)

    def __init__(self, *args: Any, website: Website, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = website.widget_settings
        for n, rule in enumerate(chosen.proactive, start=1):
            self.fields[RULE + rule.key] = forms.CharField(
                label=f"Message {n}", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        for field in chosen.form.fields:
            self.fields[LABEL + field.key] = forms.CharField(
                label=f"Asks for: {field.label or field.key}", max_length=120, required=False
            )
        for name, said in said_instead(website, language).items():
            self.fields[name].widget.attrs |= {"placeholder": said, "lang": language, "dir": "auto"}

    def clean_chips(self) -> list[str]:
        return clean_chips(self.cleaned_data["chips"])

    @property
    def groups(self) -> list[Group]:
        """With the fields that this website alone has."""
        named = {one: tuple(name for name in self.fields if name.startswith(one)) for one in (RULE, LABEL)}
        shown = [replace(one, names=one.names + named[LABEL]) if one.title == "Forms" else one for one in GROUPS]
        return grouped(self, [*shown, Fieldset("Messages that show themselves", "", named[RULE])])

    def own_texts(self) -> OwnTexts:
        """Of valid ones."""
        given = self.cleaned_data
        plain = {name: value for name, value in given.items() if name in OwnTexts.model_fields}
        return OwnTexts.model_validate(plain | {"proactive": _without(RULE, given), "labels": _without(LABEL, given)})


def _without(prefix: str, given: Mapping[str, Any]) -> dict[str, str]:
    """What is said of those fields, by the rest of their names."""
    return {name.removeprefix(prefix): said for name, said in given.items() if name.startswith(prefix) and said}


@csp_update(WITH_FRAMES)
@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def texts(request: HttpRequest, website: Website, language: str) -> HttpResponse:
    if language not in others(website):
        raise Http404
    form = TextsForm(sent_in(request), initial=_stored(website, language), website=website, language=language)
    status = 200
    if request.method == "POST":
        values = _values(website, language, form) if form.is_valid() else {}
        status = save_and_say(request, website, form, values, f"Saved for visitors who read {language_name(language)}.")
        if status == 200:
            return redirect("manage:texts", website.pk, language)
    context = {
        "form": form,
        "groups": form.groups,
        "language": language_name(language),
        "own_language": language_name(base_of(website.language) or SOURCE),
        "tabs": tabs(website, language),
        "draft": reverse("manage:draft_texts", args=[website.pk, language]),
        "seen": seen_now(request, website, NAMES, status),
    }
    try:
        context |= with_preview(request, website, language)
    except NotBuilt:
        return not_built(request)
    return show(request, website, APPEARANCE, "manage/appearance/texts.html", context, status)


@require_POST
@for_owners
def draft(request: HttpRequest, website: Website, language: str) -> HttpResponse:
    if language not in others(website):
        raise Http404
    form = TextsForm(request.POST, website=website, language=language)
    values = _values(website, language, form) if form.is_valid() else None
    return answer_draft(request, website, [form], values, language)


def others(website: Website) -> list[str]:
    """The languages that the chat speaks beside the website's own, by name."""
    own = base_of(website.language) or SOURCE
    return sorted(languages() - {own}, key=language_name)


def tabs(website: Website, current: str = "") -> list[Tab]:
    own, used = base_of(website.language) or SOURCE, website.widget_settings.texts
    first = Tab(language_name(own), reverse("manage:appearance", args=[website.pk]), not current, False)
    rest = [
        Tab(language_name(one), reverse("manage:texts", args=[website.pk, one]), one == current, one in used)
        for one in others(website)
    ]
    return [first, *rest]


def said_instead(website: Website, language: str) -> dict[str, str]:
    """What visitors read in that language where nothing of its own is given."""
    chosen, gettext = website.widget_settings, translator(language)
    return {
        "greeting": gettext(website.greeting),
        "intro": gettext(website.intro),
        "chips": "\n".join(website.chips),
        "form_intro": chosen.form.intro,
        "offline_text": chosen.offline.text,
        "rating_question": chosen.rating.question or gettext("How was this conversation?"),
        "consent_text": chosen.consent.text or gettext("We store what you write here to answer you."),
        "consent_link_text": chosen.consent.link_text or gettext("Privacy policy"),
        "launcher_text": chosen.launcher.text,
        **{RULE + rule.key: rule.message for rule in chosen.proactive},
        **{LABEL + field.key: field.label for field in chosen.form.fields},
    }


def _stored(website: Website, language: str) -> dict[str, Any]:
    own = website.widget_settings.texts.get(language, OwnTexts())
    several = {RULE + key: said for key, said in own.proactive.items()}
    several |= {LABEL + key: said for key, said in own.labels.items()}
    return own.model_dump() | {"chips": "\n".join(own.chips)} | several


def _values(website: Website, language: str, form: TextsForm) -> dict[str, Any]:
    """What `set_up_website` takes: the texts of all languages, of which one is changed."""
    kept = {tag: own.model_dump(mode="json") for tag, own in website.widget_settings.texts.items() if tag != language}
    own = form.own_texts()
    return {"widget": {"texts": kept | ({language: own.model_dump(mode="json")} if own != OwnTexts() else {})}}
