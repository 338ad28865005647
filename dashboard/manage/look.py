"""The form of how the chat looks and what it says, and the settings that its fields stand for."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django import forms

from accounts.models import Website
from accounts.widget_settings import WidgetSettings
from dashboard.manage.fieldsets import Fieldset
from dashboard.manage.rows import Rows

MOST_CHIPS, LONGEST_CHIP = 6, 60
MOST_RULES = 10
ON_WEBSITE = ("brand_color", "greeting", "intro", "chips")
IN_WIDGET = ("color_scheme", "launcher", "show_faces", "emoji", "rating", "transcript", "consent", "proactive")
GROUPS = (
    Fieldset(
        "Colours", "Text on your colour is black or white, whichever can be read.", ("brand_color", "color_scheme")
    ),
    Fieldset("Greeting", "What nobody has changed is said in the visitor's language.", ("greeting", "intro", "chips")),
    Fieldset("Button", "On your page.", ("position", "launcher_text", "launcher_picture", "launcher_hidden")),
    Fieldset("In the window", "", ("show_faces", "emoji", "transcript")),
    Fieldset("Rating", "Asked for when a conversation was resolved.", ("rating_enabled", "rating_question")),
    Fieldset(
        "Consent",
        "Before it nothing of a visitor is stored.",
        ("consent_enabled", "consent_text", "consent_link", "consent_link_text"),
    ),
)


def _text(label: str, longest: int, *, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget, **more)


def _switch(label: str, **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, **more)


def chips_field() -> forms.CharField:
    return forms.CharField(
        label="Questions to start with",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"One on each line, at most {MOST_CHIPS}.",
    )


def clean_chips(text: str) -> list[str]:
    """Raises ValidationError."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CHIPS or any(len(line) > LONGEST_CHIP for line in lines):
        raise forms.ValidationError(f"At most {MOST_CHIPS}, of {LONGEST_CHIP} characters each.")
    return list(dict.fromkeys(lines))


class LookForm(forms.Form):
    brand_color = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label="Your colour",
        error_messages={"invalid": "A colour such as #3454d1."},
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    color_scheme = forms.ChoiceField(
        label="Light or dark",
        choices=[("auto", "As the visitor's device"), ("light", "Always light"), ("dark", "Always dark")],
    )
    greeting = _text("Greeting", 120)
    intro = _text("Below it", 240, rows=2)
    chips = chips_field()
    position = forms.ChoiceField(
        label="Where", choices=[("end", "At the right (left in Arabic)"), ("start", "At the left (right in Arabic)")]
    )
    launcher_text = _text("Words on it", 40, help_text="Empty: a round button.")
    launcher_picture = _switch("Your picture on it", help_text="Set it at the end of this page.")
    launcher_hidden = _switch("Hide it", help_text="The chat is opened by your page's own buttons only.")
    show_faces = _switch("Faces in the header")
    emoji = _switch("Offer emoji")
    transcript = _switch("Offer the conversation by e-mail", help_text="If your operator has configured e-mail.")
    rating_enabled = _switch("Ask for a rating")
    rating_question = _text("Question", 120, help_text="Empty: in the visitor's language.")
    consent_enabled = _switch("Ask for consent before anything else")
    consent_text = _text("Text", 500, rows=3, help_text="Empty: in the visitor's language.")
    consent_link = _text("Link to your privacy policy", 120)
    consent_link_text = _text("Words of the link", 120)

    def clean_chips(self) -> list[str]:
        return clean_chips(self.cleaned_data["chips"])

    def clean_consent_link(self) -> str:
        link = str(self.cleaned_data["consent_link"])
        if link and not link.startswith("https://"):
            raise forms.ValidationError("An address that begins with https://.")
        return link


class RuleForm(forms.Form):
    message = forms.CharField(label="Message", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    page = forms.CharField(
        label="On pages like", max_length=120, initial="*", help_text="/pricing* or a whole address; * is anything."
    )
    seconds = forms.IntegerField(label="After seconds", min_value=0, max_value=3600, initial=20)
    visits = forms.IntegerField(
        label="From visit", min_value=1, max_value=1000, initial=1, help_text="Counted of who has used the chat before."
    )
    # Not its place: what is said in other languages stays with it when it is moved.
    key = forms.RegexField(r"^[a-z0-9]{1,16}$", required=False, widget=forms.HiddenInput())

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]) or token_hex(4)


def initial_of(website: Website) -> dict[str, Any]:
    return _fields_of({name: getattr(website, name) for name in ON_WEBSITE}, website.widget_settings)


def defaults() -> dict[str, Any]:
    """What these settings are of a website that nobody has set up."""
    fresh = Website()
    settings = WidgetSettings()
    values = {name: getattr(fresh, name) for name in ON_WEBSITE}
    return values | {"widget": settings.model_dump(mode="json", include=set(IN_WIDGET))}


def values_of(form: LookForm, rules: Rows) -> dict[str, Any]:
    """What `change_website` takes, of valid forms."""
    given = form.cleaned_data
    widget = {
        "color_scheme": given["color_scheme"],
        "launcher": {name: given[f"launcher_{name}"] for name in ("text", "picture", "hidden")}
        | {"position": given["position"]},
        "show_faces": given["show_faces"],
        "emoji": given["emoji"],
        "transcript": given["transcript"],
        "rating": {name: given[f"rating_{name}"] for name in ("enabled", "question")},
        "consent": {name: given[f"consent_{name}"] for name in ("enabled", "text", "link", "link_text")},
        "proactive": [one.cleaned_data for one in rules],
    }
    whole = WidgetSettings.model_validate(widget)
    parts = whole.model_dump(mode="json", include=set(IN_WIDGET))
    return {name: given[name] for name in ON_WEBSITE} | {"widget": parts}


def _fields_of(values: dict[str, Any], chosen: WidgetSettings) -> dict[str, Any]:
    launcher, rating, consent = chosen.launcher, chosen.rating, chosen.consent
    return {
        **values,
        "chips": "\n".join(values["chips"]),
        "color_scheme": chosen.color_scheme,
        "position": launcher.position,
        "launcher_text": launcher.text,
        "launcher_picture": launcher.picture,
        "launcher_hidden": launcher.hidden,
        "show_faces": chosen.show_faces,
        "emoji": chosen.emoji,
        "transcript": chosen.transcript,
        **{f"rating_{name}": value for name, value in rating.model_dump().items()},
        **{f"consent_{name}": value for name, value in consent.model_dump().items()},
    }
