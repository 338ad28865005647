"""What the accounts' REST calls take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from accounts.domains import MOST as MOST_DOMAINS
from accounts.domains import normal_domain
from accounts.hours import Hours
from accounts.models import Website
from accounts.widget_settings import Chip, Language, WidgetSettings

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Credential = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Domain = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\s\x00;,]+$"),
    AfterValidator(normal_domain),
]


def address_or_nothing(email: str) -> str:
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ValueError("an address such as help@example.com") from None
    return email


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LogIn(Body):
    """E-mail and password, or a refresh token. `otp`: the current code of an authenticator app, or a recovery code."""

    email: Credential | None = None
    password: Credential | None = None
    otp: Credential | None = None
    refresh: Credential | None = None

    @model_validator(mode="after")
    def is_one_of_both(self) -> LogIn:
        if not self.refresh and not (self.email and self.password):
            raise ValueError("give email and password, or refresh")
        return self


class TokenPair(Body):
    access: str
    refresh: str


class ConnectionToken(Body):
    connection_token: str
    expires_in: int


class WebsiteChanges(Body):
    """What may be set on a website; what is left out stays."""

    name: Name | None = None
    allowed_domains: Annotated[list[Domain], Field(max_length=MOST_DOMAINS)] | None = None
    is_active: bool | None = None
    ai_enabled: bool | None = None
    assistant_name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")] | None = None
    brand_color: Colour | None = None
    greeting: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] | None = None
    intro: Annotated[str, Field(max_length=240, pattern=r"^[^\x00]*$")] | None = None
    chips: Annotated[list[Chip], Field(max_length=6)] | None = None
    support_email: Annotated[str, AfterValidator(address_or_nothing)] | None = None
    language: Language | None = None
    visitor_drafts: bool | None = None
    auto_assign: bool | None = None
    unclaimed_minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    resume_handles: bool | None = None
    mask_cards: bool | None = None
    mask_addresses: bool | None = None
    keep_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    widget: WidgetSettings | None = None
    hours: Hours | None = None

    @model_validator(mode="after")
    def sets_what_it_names(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None and name != "keep_days":  # without days they are kept for ever
                raise ValueError(f"{name} cannot be null")
        return self


class NewWebsite(WebsiteChanges):
    name: Name
    organisation: int | None = None


class WebsiteForm(Body):
    """A website, as its staff sees it."""

    id: int
    organisation: int
    name: str
    website_key: str
    allowed_domains: list[str]
    is_active: bool
    ai_enabled: bool
    assistant_name: str
    avatar_url: str
    brand_color: str
    greeting: str
    intro: str
    chips: list[str]
    support_email: str
    language: str
    visitor_drafts: bool
    auto_assign: bool
    unclaimed_minutes: int
    resume_handles: bool
    mask_cards: bool
    mask_addresses: bool
    keep_days: int | None
    widget: WidgetSettings
    hours: Hours
    created_at: datetime

    @classmethod
    def of(cls, website: Website) -> WebsiteForm:
        made_of = {"organisation", "widget", "hours"}
        values = {name: getattr(website, name) for name in cls.model_fields if name not in made_of}
        return cls(
            organisation=website.organisation_id, widget=website.widget_settings, hours=website.opening_hours, **values
        )


class WebsitesForm(Body):
    results: list[WebsiteForm]
    next: str | None
    previous: str | None
