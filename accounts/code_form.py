"""The second factor, asked for at a log-in."""

from __future__ import annotations

from allauth.mfa.base.forms import AuthenticateForm
from django.core.exceptions import ValidationError

from accounts.people_log import record_of_person


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A wrong code stands in the log."""

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError:
            record_of_person("person.second_factor_failed", self.user)
            raise
