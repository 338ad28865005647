"""How the chat looks and behaves on a website, with what it does unless told otherwise."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00]*$")]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]


def is_web_address(url: str) -> str:
    if url and not url.startswith("https://"):
        raise ValueError("an address that begins with https://")
    return url


WebAddress = Annotated[Line, AfterValidator(is_web_address)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Launcher(Part):
    """The button on the page; `end` is the right in languages that are read from the left."""

    position: Literal["start", "end"] = "end"
    text: Annotated[Line, StringConstraints(max_length=40)] = ""
    hidden: bool = False


class FormField(Part):
    """`name` and `email` become the visitor's own; anything else is an attribute of theirs."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    label: Line = ""
    kind: Literal["text", "email", "tel", "textarea", "select"] = "text"
    required: bool = False
    options: Annotated[list[Line], Field(max_length=30)] = []

    @model_validator(mode="after")
    def offers_a_choice(self) -> Self:
        if (self.kind == "select") != bool(self.options):
            raise ValueError("options belong to the kind select, which needs some")
        return self


class FirstForm(Part):
    """Asked for before the first message."""

    enabled: bool = False
    intro: Paragraph = ""
    fields: Annotated[list[FormField], Field(max_length=12)] = [
        FormField(key="name"),
        FormField(key="email", kind="email", required=True),
    ]

    @model_validator(mode="after")
    def asks_once(self) -> Self:
        keys = [field.key for field in self.fields]
        if len(set(keys)) < len(keys):
            raise ValueError("each key once")
        return self


class Offline(Part):
    """What is asked while nobody is there: a message and where to answer to."""

    enabled: bool = True
    text: Paragraph = ""


class Consent(Part):
    """Asked before anything is stored."""

    enabled: bool = False
    text: Paragraph = ""
    link: WebAddress = ""
    link_text: Line = ""


class ProactiveRule(Part):
    """A message that shows itself beside the launcher: on pages like `page` (`*` stands for anything), after `seconds`.

    `visits`: not before the visitor's so many-th; they are counted only where the visitor has used the chat before.
    """

    message: Annotated[Paragraph, StringConstraints(min_length=1, max_length=200)]
    page: Line = "*"
    seconds: Annotated[int, Field(ge=0, le=3600)] = 20
    visits: Annotated[int, Field(ge=1, le=1000)] = 1


class RatingQuestion(Part):
    enabled: bool = True
    question: Line = ""


class WidgetSettings(Part):
    """Texts that are left empty are said in the visitor's language."""

    color_scheme: Literal["auto", "light", "dark"] = "auto"
    launcher: Launcher = Launcher()
    show_faces: bool = True
    form: FirstForm = FirstForm()
    offline: Offline = Offline()
    consent: Consent = Consent()
    proactive: Annotated[list[ProactiveRule], Field(max_length=10)] = []
    rating: RatingQuestion = RatingQuestion()
    transcript: bool = True
    emoji: bool = True
