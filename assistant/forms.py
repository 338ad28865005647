"""The form for a website's assistant. The key goes in and never comes out, not even as dots to be sent back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from assistant.models import AssistantSettings
from assistant.models.settings import origin_of

HAND_OFF = ("people_first", "when_unsure", "hand_off_words", "hand_off_pages", "most_turns", "link_hosts")
BUDGET = ("daily_tokens", "daily_cost", "input_price", "output_price", "longest_answer")
DEFAULTS = {"when_unsure": AssistantSettings.WhenUnsure.OFFER, "input_price": 0, "output_price": 0}


class AssistantSettingsForm(forms.ModelForm[AssistantSettings]):
    key = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    forget_key = forms.BooleanField(required=False)

    class Meta:
        model = AssistantSettings
        fields: ClassVar = ["website", "provider", "base_url", "model", "tone", "rules", *HAND_OFF, *BUDGET]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address_before = self.instance.base_url
        for name in DEFAULTS:
            self.fields[name].required = False
        is_set = bool(self.instance.encrypted_key)
        self.fields["key"].help_text = "A key is set; leave empty to keep it." if is_set else "No key is set."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, default in DEFAULTS.items():
            if name in given and given[name] in (None, ""):  # what was not asked for stays as it is
                given[name] = default if self.add_prefix(name) in self.data else getattr(self.instance, name)
        moved = origin_of(given.get("base_url", "")) != origin_of(self.address_before)
        if self.instance.encrypted_key and moved and not given.get("key") and not given.get("forget_key"):
            # Else whoever may change the address could have the key sent to themselves.
            self.add_error("key", "The address is another server's: enter its key, or have this one forgotten.")
        return given

    def validate_unique(self) -> None:
        """By hand, since a query without a scope raises."""
        website = self.cleaned_data.get("website")
        if website is None or not self.instance._state.adding:
            return
        if AssistantSettings.objects.for_website(website.pk).exists():
            self.add_error("website", "This website has settings already.")

    def save(self, commit: bool = True) -> AssistantSettings:
        if self.cleaned_data.get("key") or self.cleaned_data.get("forget_key"):
            self.instance.set_key(self.cleaned_data.get("key", ""))
        saved: AssistantSettings = super().save(commit)
        return saved
