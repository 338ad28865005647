"""What the visitors' REST calls take and give."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from accounts.widget_settings import FormField, WidgetSettings
from conversations.models import Visitor
from conversations.protocol import Message, Text, VisitorConversation

MAX_ATTRIBUTES = 4000


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


def can_be_kept(attributes: dict[str, Any]) -> dict[str, Any]:
    """Raise ValueError for what Postgres cannot store, and for more than a few facts."""
    try:
        text = json.dumps(attributes, ensure_ascii=False)
    except RecursionError:
        raise ValueError("nested too deep") from None
    text.encode()  # refuses lone surrogates
    if len(text) > MAX_ATTRIBUTES:
        raise ValueError(f"at most {MAX_ATTRIBUTES} characters of JSON")
    if "\\u0000" in text:
        raise ValueError("NUL characters are not allowed")
    return attributes


UserId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=NO_NUL)]
Attributes = Annotated[dict[str, Any], AfterValidator(can_be_kept)]


class Profile(Body):
    """What a website says of a visitor whom it knows as `user_id`."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    user_id: UserId
    name: Name | None = None
    email: Short | None = None
    attributes: Attributes | None = None


class IdentityClaim(Body):
    """Who the visitor is on the website: `user_id` with `hash`, or `jwt`."""

    user_id: UserId | None = None
    hash: Short | None = None
    jwt: Jwt | None = None
    name: Name | None = None
    email: Short | None = None
    attributes: Attributes | None = None

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
    locale: Short | None = None
    attributes: Attributes | None = None
    consent: bool | None = None


class Withdrawal(Body):
    """Consent is given with a session; here it can only be taken back."""

    given: Literal[False]


class Answers(Body):
    """To the form before the first message, by the keys of its fields."""

    values: Annotated[dict[Short, Long], Field(max_length=20)]


class RatingBody(Body):
    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Long | None = None


class VisitorForm(Body):
    id: UUID
    name: str
    email: str
    identified: bool


class WidgetConfig(Body):
    """How the widget of a website looks and what it says.

    `back_at` is when its hours begin again, if they are over now; `mails`, whether we can send e-mail at all.
    """

    website_key: str
    name: str
    assistant_name: str
    ai_enabled: bool
    avatar_url: str
    brand_color: str
    greeting: str
    intro: str
    chips: list[str]
    support_email: str
    language: str
    available: bool
    back_at: datetime | None
    mails: bool
    widget: WidgetSettings


class SessionForm(Body):
    visitor_token: str
    resume_handle: str | None
    visitor: VisitorForm
    conversation: VisitorConversation | None
    widget: WidgetConfig
    asks: list[FormField]


class AnsweredForm(Body):
    """`asks`: what is still to be answered."""

    visitor: VisitorForm
    asks: list[FormField]


def visitor_form(visitor: Visitor) -> VisitorForm:
    return VisitorForm(
        id=visitor.pk, name=visitor.name, email=visitor.email, identified=visitor.external_id is not None
    )


class FirstMessage(Body):
    """An optional first message: both fields or neither."""

    client_id: UUID | None = None
    content: Text | None = None

    @model_validator(mode="after")
    def is_whole_or_absent(self) -> FirstMessage:
        if (self.client_id is None) != (self.content is None):
            raise ValueError("give client_id and content together")
        return self


class ContactBody(Body):
    """Where to write to when nobody is there."""

    email: Short


class AttributesBody(Body):
    """Facts to add; null takes one away."""

    attributes: Attributes


class OpenedForm(Body):
    conversation: VisitorConversation
    message: Message | None


class ConversationsForm(Body):
    results: list[VisitorConversation]
    next: str | None
    previous: str | None
