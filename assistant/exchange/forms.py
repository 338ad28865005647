"""One article as a Markdown file with front matter, all of them as JSON; and back. What comes in is not believed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import yaml
from django.core.exceptions import ValidationError as Wrong
from django.core.validators import URLValidator
from django.utils.text import slugify
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.knowledge.articles import ArticleText
from assistant.models import Article

LONGEST_BODY = 100_000  # characters of one article, as on its page
LONGEST_FILE = 1_000_000  # bytes
LONGEST_HEAD = 8_000  # characters of front matter
MOST = 2000  # articles at once
FENCE = re.compile(r"---[ \t]*\r?\n")
HEAD_END = re.compile(r"^---[ \t]*\r?(\n|\Z)", re.MULTILINE)


class Malformed(Exception):
    """The message names the file and says why it is refused."""


def _address(value: str) -> str:
    try:
        if value:
            URLValidator(schemes=["http", "https"])(value)
    except Wrong:
        raise ValueError("an address such as https://www.example.com/help/") from None
    return value


def _without_zeros(value: str) -> str:
    if "\x00" in value:
        raise ValueError("a zero byte in it")
    return value


Text = Annotated[str, AfterValidator(_without_zeros)]


class Written(BaseModel):
    """An article as it is kept in files. What other programs have written beside it is left out.

    `language` says in which it was written; imported, an article has that of its website.
    """

    model_config = ConfigDict(extra="ignore")

    slug: Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,200}$")]
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    kind: Literal["article", "question"] = "article"
    url: Annotated[str, Field(max_length=1000), AfterValidator(_address)] = ""
    published: bool = True
    language: Annotated[str, Field(max_length=10)] = ""
    body: Annotated[Text, Field(max_length=LONGEST_BODY)]

    @classmethod
    def of(cls, article: Article) -> Written:
        return cls.model_construct(
            slug=article.slug,
            title=article.title,
            kind="question" if article.kind == Article.Kind.QUESTION else "article",
            url=article.url,
            published=article.published,
            language=article.language,
            body=article.body,
        )

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.slug, self.title, self.body, self.url, self.published, self.kind)


def as_markdown(written: Written) -> bytes:
    head = yaml.safe_dump(written.model_dump(exclude={"body"}), allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{head}---\n\n{written.body}\n".encode()


def as_json(articles: Iterable[Written]) -> bytes:
    found = {"articles": [one.model_dump() for one in articles]}
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def from_markdown(name: str, content: bytes) -> Written:
    """Without front matter, or without some of it: the slug is the file's name, the title the first heading."""
    if len(content) > LONGEST_FILE:
        raise Malformed(f"{name}: larger than {LONGEST_FILE // 1_000_000} MB")
    head, body = _parted(name, _decoded(name, content))
    given = _front_matter(name, head)
    stem = PurePosixPath(name).stem
    given.setdefault("slug", slugify(stem)[:200])
    heading = re.search(r"^# +(.+?)[ \t#]*$", body, re.MULTILINE)
    given.setdefault("title", heading[1][:200] if heading else stem.replace("-", " ").replace("_", " ")[:200])
    return _checked(name, given | {"body": body})


def from_json(name: str, content: bytes) -> list[Written]:
    try:
        found = json.loads(_decoded(name, content))
    except (ValueError, RecursionError):  # a number of five thousand digits is none of JSON's own errors
        raise Malformed(f"{name}: no JSON") from None
    rows = found.get("articles") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise Malformed(f'{name}: no list of articles, such as {{"articles": [{{"slug": …, "title": …, "body": …}}]}}')
    if len(rows) > MOST:
        raise Malformed(f"{name}: more than {MOST} articles")
    return [_checked(f"{name}, article {number}", row) for number, row in enumerate(rows, start=1)]


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"{name}: not UTF-8 (byte {error.start})") from None


def _parted(name: str, text: str) -> tuple[str, str]:
    """Front matter and the rest, which is as it was written but for a line feed at each end."""
    begin = FENCE.match(text)
    if begin is None:
        return "", text
    end = HEAD_END.search(text, begin.end())
    if end is None:
        raise Malformed(f"{name}: its front matter has no end: a line with --- alone")
    if end.start() - begin.end() > LONGEST_HEAD:
        raise Malformed(f"{name}: front matter of more than {LONGEST_HEAD} characters")
    return text[begin.end() : end.start()], text[end.end() :].removeprefix("\n").removesuffix("\n")


def _front_matter(name: str, head: str) -> dict[str, Any]:
    """Plain values by their names: with aliases a few lines could say what fills the memory."""
    try:
        if any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(head)):
            raise Malformed(f"{name}: front matter with aliases")
        found = yaml.safe_load(head) if head.strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Malformed(f"{name}: front matter that is no YAML ({said})") from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise Malformed(f"{name}: front matter without names and values")
    return found


def _checked(name: str, given: Any) -> Written:
    try:
        return Written.model_validate(given)
    except ValidationError as error:
        raise Malformed(f"{name}: {'; '.join(_problems(error))}") from None


def _problems(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False)[:5]:
        yield f"{'.'.join(map(str, one['loc'])) or 'article'}: {one['msg'].removeprefix('Value error, ')}"
