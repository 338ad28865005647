"""How the chat looks and behaves on a website, with what it does unless told otherwise."""

from __future__ import annotations

from itertools import count
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00]*$")]
Chip = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
Slogan = Annotated[Line, StringConstraints(max_length=40)]
FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
RuleKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,16}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=10)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]


def is_web_address(url: str) -> str:
    if url and not url.startswith("https://"):
        raise ValueError("an address that begins with https://")
    return url


Message = Annotated[Paragraph, StringConstraints(min_length=1, max_length=200)]
WebAddress = Annotated[Line, AfterValidator(is_web_address)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Launcher(Part):
    """The button on the page; `end` is the right in languages that are read from the left.

    `picture`: the website's own on it, which is one request more when the page is loaded.
    """

    position: Literal["start", "end"] = "end"
    text: Slogan = ""
    hidden: bool = False
    picture: bool = False


class FormField(Part):
    """`name` and `email` become the visitor's own; anything else is an attribute of theirs."""

    key: FieldKey
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
    `key`: by which its message in other languages is found, wherever it is moved to.
    """

    key: RuleKey | Literal[""] = ""
    message: Message
    page: Line = "*"
    seconds: Annotated[int, Field(ge=0, le=3600)] = 20
    visits: Annotated[int, Field(ge=1, le=1000)] = 1


def with_keys(rules: list[ProactiveRule]) -> list[ProactiveRule]:
    """Each has one of its own: who has none, or another's, is given a number."""
    taken = {rule.key for rule in rules}
    seen: set[str] = set()
    named = []
    for rule in rules:
        key = rule.key
        if not key or key in seen:
            key = next(number for number in map(str, count(1)) if number not in taken)
        taken.add(key)
        seen.add(key)
        named.append(rule.model_copy(update={"key": key}))
    return named


class RatingQuestion(Part):
    enabled: bool = True
    question: Line = ""


class OwnTexts(Part):
    """What the owner says in one more language; what is left empty is said as everywhere.

    `proactive`: messages by the key of their rule. `labels`: what the first form asks, by the key of its field.
    """

    greeting: Line = ""
    intro: Annotated[Paragraph, StringConstraints(max_length=240)] = ""
    chips: Annotated[list[Chip], Field(max_length=6)] = []
    form_intro: Paragraph = ""
    offline_text: Paragraph = ""
    rating_question: Line = ""
    consent_text: Paragraph = ""
    consent_link_text: Line = ""
    launcher_text: Slogan = ""
    proactive: Annotated[dict[RuleKey, Message], Field(max_length=10)] = {}
    labels: Annotated[dict[FieldKey, Line], Field(max_length=12)] = {}


class WidgetSettings(Part):
    """Texts that are left empty are said in the visitor's language; `texts` are the owner's own in other languages."""

    color_scheme: Literal["auto", "light", "dark"] = "auto"
    launcher: Launcher = Launcher()
    show_faces: bool = True
    form: FirstForm = FirstForm()
    offline: Offline = Offline()
    consent: Consent = Consent()
    proactive: Annotated[list[ProactiveRule], Field(max_length=10), AfterValidator(with_keys)] = []
    rating: RatingQuestion = RatingQuestion()
    transcript: bool = True
    emoji: bool = True
    texts: Annotated[dict[Language, OwnTexts], Field(max_length=50)] = {}
