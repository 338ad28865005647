"""What the calls about knowledge take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from assistant.ingestion.addresses import normal
from assistant.models import Article, Source
from assistant.models.sources import LONGEST_ADDRESS
from dashboard.manage.knowledge.forms import LONGEST_BODY

NO_NUL = r"^[^\x00]*$"
is_on_the_web = URLValidator(schemes=["http", "https"])


def _web_address(value: str) -> str:
    try:
        if value:
            is_on_the_web(value)
    except ValidationError:
        raise ValueError("an address that begins with https://, or nothing") from None
    return value


def _page_address(value: str) -> str:
    found = normal(value)
    if found is None:
        raise ValueError("the address of a web page, such as https://www.example.com/help/")
    return found


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_BODY, pattern=NO_NUL)]
Address = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ADDRESS), AfterValidator(_web_address)
]
PageAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ADDRESS),
    AfterValidator(_page_address),
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Changes(Body):
    """What is left out stays; nothing can be null."""

    @model_validator(mode="after")
    def sets_what_it_names(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class ArticleChanges(Changes):
    """`url` is where visitors can read it. What is not published is not answered from."""

    title: Title | None = None
    body: Text | None = None
    url: Address | None = None
    published: bool | None = None


class NewArticle(ArticleChanges):
    website: int
    title: Title
    body: Text


class QuestionChanges(Changes):
    question: Title | None = None
    answer: Text | None = None
    url: Address | None = None
    published: bool | None = None


class NewQuestion(QuestionChanges):
    website: int
    question: Title
    answer: Text


class NewSource(Body):
    """An address to be read: one page, a website along its links, or the pages of a sitemap."""

    website: int
    kind: Literal["page", "crawl", "sitemap"]
    url: PageAddress
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=NO_NUL)] = ""
    daily: bool = True


class SourceChanges(Body):
    daily: bool


class WrittenForm(Body):
    """What articles and questions have in common. A list leaves out the text."""

    id: int
    website: int
    url: str
    published: bool
    created_at: datetime
    updated_at: datetime


class ArticleInList(WrittenForm):
    title: str

    @classmethod
    def of(cls, article: Article) -> Self:
        return cls(title=article.title, **_written(article))


class ArticleForm(ArticleInList):
    body: str

    @classmethod
    def of(cls, article: Article) -> Self:
        return cls(title=article.title, body=article.body, **_written(article))


class QuestionInList(WrittenForm):
    question: str

    @classmethod
    def of(cls, article: Article) -> Self:
        return cls(question=article.title, **_written(article))


class QuestionForm(QuestionInList):
    answer: str

    @classmethod
    def of(cls, article: Article) -> Self:
        return cls(question=article.title, answer=article.body, **_written(article))


class KnowledgeSourceForm(Body):
    """`found`, `done` and `skipped` count pages; `error` and `notice` say in words what to know of its last reading."""

    id: int
    website: int
    kind: Literal["page", "sitemap", "crawl", "file"]
    title: str
    url: str
    daily: bool
    state: Literal["waiting", "running", "ready", "failed"]
    found: int
    done: int
    skipped: int
    error: str
    notice: str
    synced_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, source: Source) -> Self:
        return cls(
            website=source.website_id, **{name: getattr(source, name) for name in cls.model_fields if name != "website"}
        )


class ArticlesForm(Body):
    results: list[ArticleInList]
    next: str | None
    previous: str | None
    synced_until: datetime | None


class QuestionsForm(Body):
    results: list[QuestionInList]
    next: str | None
    previous: str | None
    synced_until: datetime | None


class KnowledgeSourcesForm(Body):
    results: list[KnowledgeSourceForm]
    next: str | None
    previous: str | None


def _written(article: Article) -> dict[str, object]:
    names = ("id", "url", "published", "created_at", "updated_at")
    return {"website": article.website_id, **{name: getattr(article, name) for name in names}}
