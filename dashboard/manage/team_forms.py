"""What is filled in about people."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Membership, Website

Role = Membership.Role
SAID = {
    Role.OWNER: "Owner: everything, the team and its owners too",
    Role.ADMIN: "Admin: sets up every website and the team",
    Role.AGENT: "Agent: answers visitors",
}
EVERY, LISTED = "every", "listed"


def roles_for(mine: Membership) -> list[tuple[str, str]]:
    """What somebody may make of others."""
    return [(role.value, said) for role, said in SAID.items() if role != Role.OWNER or mine.role == Role.OWNER]


class WebsitesForm(forms.Form):
    """Of an agent. `chosen()` is None for every website."""

    scope = forms.ChoiceField(
        label="Websites",
        choices=[(EVERY, "Every website, those to come too"), (LISTED, "Only these")],
        widget=forms.RadioSelect,
        initial=EVERY,
    )
    websites = forms.TypedMultipleChoiceField(
        label="Which", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Website.objects.filter(organisation=organisation_id).order_by("name", "id")
        self.fields["websites"].choices = [(site.pk, site.name) for site in found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.wants_some(given) and not given.get("websites") and "websites" not in self.errors:
            self.add_error("websites", "Choose at least one, or every website.")
        return given

    def wants_some(self, given: dict[str, Any]) -> bool:
        return given.get("scope") == LISTED

    def chosen(self) -> list[int] | None:
        return self.cleaned_data["websites"] if self.wants_some(self.cleaned_data) else None


class InvitationForm(WebsitesForm):
    email = forms.EmailField(label="E-mail address", max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(widget=forms.RadioSelect, initial=Role.AGENT)
    field_order = ("email", "role", "scope", "websites")

    def __init__(self, *args: Any, mine: Membership, **kwargs: Any) -> None:
        super().__init__(*args, organisation_id=mine.organisation_id, **kwargs)
        self.fields["role"].choices = roles_for(mine)  # type: ignore[attr-defined]
        self.fields["scope"].help_text = "For agents; owners and admins see every one."

    def wants_some(self, given: dict[str, Any]) -> bool:
        return given.get("role") == Role.AGENT and super().wants_some(given)


class RoleForm(forms.Form):
    role = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, mine: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_for(mine)  # type: ignore[attr-defined]
