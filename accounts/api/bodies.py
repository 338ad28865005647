"""What the accounts' REST calls take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from accounts.models import Website

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Credential = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Domain = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\s\x00;,]+$")
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LogIn(Body):
    """E-mail and password (and `code`, where the account has two-factor log-in), or a refresh token."""

    email: Credential | None = None
    password: Credential | None = None
    code: Credential | None = None
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
    allowed_domains: list[Domain] | None = None
    is_active: bool | None = None
    ai_enabled: bool | None = None
    assistant_name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")] | None = None
    brand_color: Colour | None = None
    greeting: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] | None = None
    intro: Annotated[str, Field(max_length=240, pattern=r"^[^\x00]*$")] | None = None
    visitor_drafts: bool | None = None
    auto_assign: bool | None = None
    resume_handles: bool | None = None

    @model_validator(mode="after")
    def sets_what_it_names(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None:
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
    brand_color: str
    greeting: str
    intro: str
    visitor_drafts: bool
    auto_assign: bool
    resume_handles: bool
    created_at: datetime

    @classmethod
    def of(cls, website: Website) -> WebsiteForm:
        values = {name: getattr(website, name) for name in cls.model_fields if name != "organisation"}
        return cls(organisation=website.organisation_id, **values)


class WebsitesForm(Body):
    results: list[WebsiteForm]
    next: str | None
    previous: str | None
