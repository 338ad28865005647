"""What the visitors' REST calls take and give."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from conversations.protocol import Message, Text, VisitorConversation


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


NO_NUL = r"^[^\x00]*$"
Short = Annotated[str, StringConstraints(max_length=255, pattern=NO_NUL)]
Long = Annotated[str, StringConstraints(max_length=2000, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
Title = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Jwt = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]


class PageSeen(Body):
    """The page that the widget is on."""

    url: Long = ""
    title: Title = ""
    referrer: Long = ""


class IdentityClaim(Body):
    """Who the visitor is on the website: `user_id` with `hash`, or `jwt`."""

    user_id: Short | None = None
    hash: Short | None = None
    jwt: Jwt | None = None
    name: Name | None = None
    email: Short | None = None
    attributes: dict[str, Any] | None = None

    @model_validator(mode="after")
    def has_a_proof(self) -> IdentityClaim:
        if self.jwt is None and not (self.user_id and self.hash):
            raise ValueError("give jwt, or user_id with hash")
        return self


class NewSession(Body):
    website_key: Short
    visitor_token: Short | None = None
    resume_handle: Short | None = None
    identity: IdentityClaim | None = None
    page: PageSeen | None = None
    consent: bool | None = None


class VisitorForm(Body):
    id: UUID
    name: str
    email: str
    identified: bool


class WidgetConfig(Body):
    """How the widget of a website looks and what it says."""

    website_key: str
    name: str
    assistant_name: str
    ai_enabled: bool
    brand_color: str
    greeting: str
    intro: str
    chips: list[str]
    support_email: str
    language: str
    available: bool


class SessionForm(Body):
    visitor_token: str
    resume_handle: str
    visitor: VisitorForm
    conversation: VisitorConversation | None
    widget: WidgetConfig


class FirstMessage(Body):
    """An optional first message: both fields or neither."""

    client_id: UUID | None = None
    content: Text | None = None

    @model_validator(mode="after")
    def is_whole_or_absent(self) -> FirstMessage:
        if (self.client_id is None) != (self.content is None):
            raise ValueError("give client_id and content together")
        return self


class OpenedForm(Body):
    conversation: VisitorConversation
    message: Message | None


class ConversationsForm(Body):
    results: list[VisitorConversation]
    next: str | None
    previous: str | None
