"""The pages of a website's knowledge: what they show, what they take, and to whom."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from accounts.models import User, Website
from assistant.ingestion import frontier
from assistant.knowledge.articles import ArticleText, write_article
from assistant.knowledge.sources import TASK, read_what_is_due, remove_source, take_away, take_up_what_was_forgotten
from assistant.models import Article, Source, Upload
from assistant.retrieval import find_passages
from foundation import bundles
from tests.assistant.websites import source_of
from tests.cast import Cast

HOST = {"host": "127.0.0.1:8000"}
ZEBRAS = {"title": "Zebras", "body": "## Looks\n\nZebras have **stripes**.", "url": "", "published": "on"}
State = Source.State


@pytest.fixture
def ada(cast: Cast) -> Client:
    return browser_of(cast.ada)


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs wait in a queue that no worker serves, so that they can be counted."""
    monkeypatch.setattr("assistant.knowledge.sources.QUEUE", "nobody")


def browser_of(user: User) -> Client:
    client = Client(headers=HOST)
    client.force_login(user)
    return client


def address(website: Website, rest: str = "") -> str:
    return f"/manage/{website.pk}/knowledge/{rest}"


def text_file(content: bytes = b"Zebras have stripes.", name: str = "all_zebras.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def the_article(website: Website) -> Article:
    return Article.objects.for_website(website.pk).get()


def the_source(website: Website) -> Source:
    return Source.objects.for_website(website.pk).get()


def jobs_of(source: Source) -> int:
    return ProcrastinateJob.objects.filter(task_name=TASK, args__source_id=source.pk).count()


# --- written here ---


def test_ada_writes_an_article_and_the_assistant_finds_it_but_not_for_globex(ada: Client, cast: Cast) -> None:
    said = ada.post(address(cast.acme, "articles/new/"), ZEBRAS, follow=True).content.decode()
    assert "Saved." in said
    assert "Zebras" in said
    assert find_passages(cast.acme, "zebras stripes")[0].heading == "Looks"
    assert find_passages(cast.globex, "zebras stripes") == []
    assert "Zebras" not in browser_of(cast.mallory).get(address(cast.globex)).content.decode()


def test_a_question_is_known_by_its_words_and_changes_with_its_page(ada: Client, cast: Cast) -> None:
    asked = {"title": "Do you ship to Norway?", "body": "Yes, within five days.", "published": "on"}
    ada.post(address(cast.acme, "questions/new/"), asked)
    article = the_article(cast.acme)
    assert (article.kind, find_passages(cast.acme, "ship to Norway")[0].body) == ("question", "Yes, within five days.")
    page = ada.get(address(cast.acme, f"articles/{article.pk}/")).content.decode()
    assert "Do you ship to Norway?" in page
    ada.post(address(cast.acme, f"articles/{article.pk}/"), {**asked, "body": "No, sorry."})
    assert find_passages(cast.acme, "ship to Norway")[0].body == "No, sorry."
    assert the_article(cast.acme).kind == "question"


def test_two_articles_of_one_title_are_two(ada: Client, cast: Cast) -> None:
    for _ in range(2):
        ada.post(address(cast.acme, "articles/new/"), ZEBRAS)
    ada.post(address(cast.acme, "articles/new/"), {**ZEBRAS, "title": "斑马"})
    slugs = Article.objects.for_website(cast.acme.pk).order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["zebras", "zebras-2", "article"]


def test_a_draft_is_not_answered_from(ada: Client, cast: Cast) -> None:
    page = ada.post(address(cast.acme, "articles/new/"), {**ZEBRAS, "published": ""}, follow=True).content.decode()
    assert "Draft" in page
    assert find_passages(cast.acme, "zebras stripes") == []


def test_a_preview_shows_the_text_and_saves_nothing(ada: Client, cast: Cast) -> None:
    evil = {**ZEBRAS, "body": "**Bold** <script>alert(1)</script> [x](javascript:alert(1))", "preview": "1"}
    page = ada.post(address(cast.acme, "articles/new/"), evil).content.decode()
    assert "<strong>Bold</strong>" in page
    shown = page.partition('id="preview"')[2].partition("</section>")[0]
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_what_is_missing_is_said_at_the_field(ada: Client, cast: Cast) -> None:
    for wrong in ({"title": ""}, {"body": " "}, {"url": "javascript:alert(1)"}, {"title": "a\0b"}):
        answer = ada.post(address(cast.acme, "articles/new/"), {**ZEBRAS, **wrong})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_a_deleted_article_is_forgotten(ada: Client, cast: Cast) -> None:
    ada.post(address(cast.acme, "articles/new/"), ZEBRAS)
    article = the_article(cast.acme)
    assert ada.get(address(cast.acme, f"articles/{article.pk}/delete/")).status_code == 405
    ada.post(address(cast.acme, f"articles/{article.pk}/delete/"))
    assert find_passages(cast.acme, "zebras") == []


# --- added to be read ---


def test_an_address_waits_for_the_worker_in_one_spelling(ada: Client, cast: Cast) -> None:
    given = {"url": "WWW.Example.com/help?utm_source=mail#top", "kind": "crawl", "daily": "on"}
    page = ada.post(address(cast.acme, "web/new/"), given, follow=True).content.decode()
    source = the_source(cast.acme)
    assert (source.url, source.kind, source.state, source.daily) == (
        "https://www.example.com/help",
        "crawl",
        "waiting",
        True,
    )
    assert "Waiting" in page
    assert jobs_of(source) == 1


def test_the_same_address_twice_is_refused_but_not_to_globex(ada: Client, cast: Cast) -> None:
    given = {"url": "https://www.example.com/", "kind": "page"}
    ada.post(address(cast.acme, "web/new/"), given)
    answer = ada.post(address(cast.acme, "web/new/"), given)
    assert (answer.status_code, "is a source already" in answer.content.decode()) == (422, True)
    assert browser_of(cast.mallory).post(address(cast.globex, "web/new/"), given).status_code == 302


@pytest.mark.parametrize("url", ["", "ftp://example.com/", "https://", "https://me:secret@example.com/", "//x", "a b"])
def test_what_is_no_address_is_refused(ada: Client, cast: Cast, url: str) -> None:
    assert ada.post(address(cast.acme, "web/new/"), {"url": url, "kind": "page"}).status_code == 422
    assert not Source.objects.for_website(cast.acme.pk).exists()


def test_a_website_has_so_many_sources_and_no_more(ada: Client, cast: Cast, settings: Settings) -> None:
    settings.KNOWLEDGE_SOURCES = 1
    source_of(cast.acme, "page", "https://example.com/")
    answer = ada.post(address(cast.acme, "web/new/"), {"url": "https://example.com/2", "kind": "page"})
    assert "A website can have 1 sources" in answer.content.decode()


def test_a_file_waits_with_its_name_as_its_title(ada: Client, cast: Cast) -> None:
    ada.post(address(cast.acme, "files/new/"), {"file": text_file()})
    source = the_source(cast.acme)
    assert (source.title, source.kind, source.state) == ("all zebras", "file", "waiting")
    assert bytes(Upload.objects.for_website(cast.acme.pk).get().content) == b"Zebras have stripes."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The submitted file is empty."),
        (b"PK\x03\x04rest", "This is a Word, Excel or zip file."),
        (b"\x89PNG\r\n", "This is a picture."),
        (b"x" * 1_000_001, "It is larger than 1 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(
    ada: Client, cast: Cast, settings: Settings, content: bytes, reason: str
) -> None:
    settings.KNOWLEDGE_FILE_MEGABYTES = 1
    answer = ada.post(address(cast.acme, "files/new/"), {"file": text_file(content, "zebras.pdf")})
    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert not Source.objects.for_website(cast.acme.pk).exists()


def test_how_far_a_reading_is_is_shown_and_why_it_failed(ada: Client, cast: Cast) -> None:
    reading = source_of(cast.acme, "crawl", "https://a.test/", state="running", found=40, done=12)
    failed = source_of(cast.acme, "page", "https://b.test/", state="failed", error="No server answers at b.test.")
    page = ada.get(address(cast.acme)).content.decode()
    for words in ("12 of 40 pages", "Reading", "Failed", "No server answers at b.test."):
        assert words in page
    answer = ada.get(address(cast.acme, f"progress/?ids={reading.pk},{failed.pk},x,{'9' * 30}")).json()
    shown = {one["id"]: one for one in answer["sources"]}
    assert (shown[reading.pk]["is_moving"], shown[reading.pk]["done"], shown[reading.pk]["found"]) == (True, 12, 40)
    assert shown[failed.pk]["problem"] == "No server answers at b.test."


def test_one_can_have_a_source_read_again_but_not_twice_at_once(ada: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="failed", error="x")
    for _ in range(2):
        ada.post(address(cast.acme, f"sources/{source.pk}/"), {"act": "read"})
    source.refresh_from_db()
    assert (source.state, jobs_of(source)) == ("waiting", 1)


def test_one_decides_whether_it_is_read_every_day(ada: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    for act, daily in (("never", False), ("daily", True)):
        page = ada.post(address(cast.acme, f"sources/{source.pk}/"), {"act": act}, follow=True).content.decode()
        source.refresh_from_db()
        assert (source.daily, "read again every day" in page) == (daily, daily)


def test_a_deleted_source_is_found_no_more_at_once_and_its_words_leave(ada: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "file", state="ready")
    write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."), source)
    ada.post(address(cast.acme, f"sources/{source.pk}/"), {"act": "delete"})
    assert find_passages(cast.acme, "zebras") == []
    assert ada.get(address(cast.acme, f"sources/{source.pk}/")).status_code == 404
    assert take_away(source, 10)
    assert not Source.objects.for_website(cast.acme.pk).exists()
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_the_list_can_be_narrowed(ada: Client, cast: Cast) -> None:
    write_article(cast.acme, ArticleText("zebras", "All about zebras", "Zebras have stripes."))
    write_article(cast.acme, ArticleText("lions", "Are there lions?", "Yes.", kind="question"))
    source_of(cast.acme, "page", "https://a.test/tigers")
    for query, seen in {"": 3, "show=question": 1, "show=web": 1, "show=file": 0, "q=ZEBRA": 1}.items():
        page = ada.get(address(cast.acme, f"?{query}")).content.decode()
        assert page.count('class="table-main"') == seen, query


def test_before_there_is_anything_the_page_says_how_to_begin(ada: Client, cast: Cast) -> None:
    assert "The assistant knows nothing yet" in ada.get(address(cast.acme)).content.decode()


def test_without_its_script_the_page_says_what_to_do(
    ada: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    assert ada.get(address(cast.acme)).status_code == 503


# --- who may ---


def test_mallory_and_ben_get_nowhere_and_change_nothing(cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was read.", kind="page"), source)
    written = write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."))
    paths = [
        *("", f"progress/?ids={source.pk}", "articles/new/", "questions/new/", "web/new/", "files/new/"),
        *(f"articles/{written.pk}/", f"articles/{written.pk}/delete/", f"sources/{source.pk}/"),
        f"documents/{read.pk}/",
    ]
    posted = {**ZEBRAS, "act": "delete", "kind": "page", "url": "https://evil.test/"}
    for path in paths:
        for person, status in ((cast.mallory, 404), (cast.ben, 403)):
            assert browser_of(person).get(address(cast.acme, path)).status_code in (status, 405), path
            assert browser_of(person).post(address(cast.acme, path), posted).status_code in (status, 405), path
        stranger = Client(headers=HOST).get(address(cast.acme, path))
        assert stranger.status_code == 405 or stranger["Location"].startswith("/accounts/login/"), path
    assert Source.objects.for_website(cast.acme.pk).get().state == "ready"
    assert Article.objects.for_website(cast.acme.pk).count() == 2


def test_through_her_own_website_mallory_reaches_nothing_of_acme(cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was read.", kind="page"), source)
    written = write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."))
    mallory = browser_of(cast.mallory)
    assert mallory.get(address(cast.globex, f"progress/?ids={source.pk}")).json() == {"sources": []}
    for path in (f"articles/{written.pk}/", f"articles/{read.pk}/", f"sources/{source.pk}/", f"documents/{read.pk}/"):
        assert mallory.get(address(cast.globex, path)).status_code == 404
        assert mallory.post(address(cast.globex, path), {"act": "delete", **ZEBRAS}).status_code in (404, 405)
    assert mallory.post(address(cast.globex, f"articles/{written.pk}/delete/")).status_code == 404
    assert written.title == Article.objects.for_website(cast.acme.pk).get(pk=written.pk).title


def test_what_was_read_is_shown_but_cannot_be_changed_here(ada: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    read = write_article(cast.acme, ArticleText("read", "Read", "It was **read**.", kind="page"), source)
    assert "<strong>read</strong>" in ada.get(address(cast.acme, f"documents/{read.pk}/")).content.decode()
    assert ada.get(address(cast.acme, f"articles/{read.pk}/")).status_code == 404
    assert ada.get(address(cast.acme, f"sources/{source.pk}/")).status_code == 200


# --- by themselves ---


def test_what_is_a_day_old_is_read_again_and_nothing_else(cast: Cast, settings: Settings) -> None:
    settings.KNOWLEDGE_RESYNC_HOURS = 24
    old = {"moved_at": "2020-01-01T00:00:00Z", "state": "ready"}
    due = source_of(cast.acme, "page", "https://a.test/", **old)
    kept = [
        source_of(cast.acme, "page", "https://b.test/", **{**old, "daily": False}),
        source_of(cast.acme, "page", "https://c.test/", state="ready"),
        source_of(cast.acme, "file", **old),
    ]
    assert read_what_is_due() >= 1
    due.refresh_from_db()
    assert (due.state, jobs_of(due)) == ("waiting", 1)
    assert [jobs_of(one) for one in kept] == [0, 0, 0]


def test_a_reading_whose_job_was_given_up_does_not_run_for_ever(cast: Cast) -> None:
    stuck = source_of(cast.acme, "page", "https://a.test/", state="running", moved_at="2020-01-01T00:00:00Z")
    take_up_what_was_forgotten()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.error) == ("failed", "The reading broke off. Have it read again.")


def test_what_is_read_of_a_source_that_left_meanwhile_is_thrown_away(cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/")
    begun = frontier.begin(source.pk, cast.acme.pk)
    assert begun is not None
    remove_source(source)
    with pytest.raises(frontier.Left):
        frontier.finish(begun)


def test_the_page_of_a_huge_upload_reads_it_once(ada: Client, cast: Cast) -> None:
    """Through the whole form, in pieces on the disk."""
    large = BytesIO(b"Zebras have stripes.\n" * 200_000)
    large.name = "large.txt"
    assert ada.post(address(cast.acme, "files/new/"), {"file": large}).status_code == 302
    assert len(Upload.objects.for_website(cast.acme.pk).get().content) == 4_200_000
