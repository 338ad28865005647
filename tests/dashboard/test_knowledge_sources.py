"""Addresses and files on the pages of a website's knowledge: added, read, shown, and taken away."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from assistant.ingestion import frontier
from assistant.knowledge.articles import ArticleText, write_article
from assistant.knowledge.sources import read_what_is_due, remove_source, take_away, take_up_what_was_forgotten
from assistant.models import Article, Source, Upload
from assistant.retrieval import find_passages
from foundation import bundles
from tests.assistant.websites import source_of
from tests.cast import Cast
from tests.dashboard.knowledge_pages import address, jobs_of, text_file, the_source
from tests.dashboard.reading import browser_of

pytestmark = pytest.mark.usefixtures("nobody_works")


def test_an_address_waits_for_the_worker_in_one_spelling(adas_browser: Client, cast: Cast) -> None:
    given = {"url": "WWW.Example.com/help?utm_source=mail#top", "kind": "crawl", "daily": "on"}
    page = adas_browser.post(address(cast.acme, "web/new/"), given, follow=True).content.decode()
    source = the_source(cast.acme)
    assert (source.url, source.kind, source.state, source.daily) == (
        "https://www.example.com/help",
        "crawl",
        "waiting",
        True,
    )
    assert "Waiting" in page
    assert jobs_of(source) == 1


def test_the_same_address_twice_is_refused_but_not_to_globex(adas_browser: Client, cast: Cast) -> None:
    given = {"url": "https://www.example.com/", "kind": "page"}
    adas_browser.post(address(cast.acme, "web/new/"), given)
    answer = adas_browser.post(address(cast.acme, "web/new/"), given)
    assert (answer.status_code, "is a source already" in answer.content.decode()) == (422, True)
    assert browser_of(cast.mallory).post(address(cast.globex, "web/new/"), given).status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize("url", ["", "ftp://example.com/", "https://", "https://me:secret@example.com/", "//x", "a b"])
def test_what_is_no_address_is_refused(adas_browser: Client, cast: Cast, url: str) -> None:
    assert adas_browser.post(address(cast.acme, "web/new/"), {"url": url, "kind": "page"}).status_code == 422
    assert not Source.objects.for_website(cast.acme.pk).exists()


def test_a_website_has_so_many_sources_and_no_more(adas_browser: Client, cast: Cast, settings: Settings) -> None:
    settings.KNOWLEDGE_SOURCES = 1
    source_of(cast.acme, "page", "https://example.com/")
    answer = adas_browser.post(address(cast.acme, "web/new/"), {"url": "https://example.com/2", "kind": "page"})
    assert "A website can have 1 sources" in answer.content.decode()


def test_a_file_waits_with_its_name_as_its_title(adas_browser: Client, cast: Cast) -> None:
    adas_browser.post(address(cast.acme, "files/new/"), {"file": text_file()})
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
    adas_browser: Client, cast: Cast, settings: Settings, content: bytes, reason: str
) -> None:
    settings.KNOWLEDGE_FILE_MEGABYTES = 1
    answer = adas_browser.post(address(cast.acme, "files/new/"), {"file": text_file(content, "zebras.pdf")})
    assert (answer.status_code, reason in answer.content.decode()) == (422, True)
    assert not Source.objects.for_website(cast.acme.pk).exists()


def test_how_far_a_reading_is_is_shown_and_why_it_failed(adas_browser: Client, cast: Cast) -> None:
    reading = source_of(cast.acme, "crawl", "https://a.test/", state="running", found=40, done=12)
    failed = source_of(cast.acme, "page", "https://b.test/", state="failed", error="No server answers at b.test.")
    page = adas_browser.get(address(cast.acme)).content.decode()
    for words in ("12 of 40 pages", "Reading", "Failed", "No server answers at b.test."):
        assert words in page
    answer = adas_browser.get(address(cast.acme, f"progress/?ids={reading.pk},{failed.pk},x,{'9' * 30}")).json()
    shown = {one["id"]: one for one in answer["sources"]}
    assert (shown[reading.pk]["is_moving"], shown[reading.pk]["done"], shown[reading.pk]["found"]) == (True, 12, 40)
    assert shown[failed.pk]["problem"] == "No server answers at b.test."


def test_one_can_have_a_source_read_again_but_not_twice_at_once(adas_browser: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="failed", error="x")
    for _ in range(2):
        adas_browser.post(address(cast.acme, f"sources/{source.pk}/"), {"act": "read"})
    source.refresh_from_db()
    assert (source.state, jobs_of(source)) == ("waiting", 1)


def test_one_decides_whether_it_is_read_every_day(adas_browser: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "page", "https://a.test/", state="ready")
    for act, daily in (("never", False), ("daily", True)):
        page = adas_browser.post(
            address(cast.acme, f"sources/{source.pk}/"), {"act": act}, follow=True
        ).content.decode()
        source.refresh_from_db()
        assert (source.daily, "read again every day" in page) == (daily, daily)


def test_a_deleted_source_is_found_no_more_at_once_and_its_words_leave(adas_browser: Client, cast: Cast) -> None:
    source = source_of(cast.acme, "file", state="ready")
    write_article(cast.acme, ArticleText("zebras", "Zebras", "Zebras have stripes."), source)
    adas_browser.post(address(cast.acme, f"sources/{source.pk}/"), {"act": "delete"})
    assert find_passages(cast.acme, "zebras") == []
    assert adas_browser.get(address(cast.acme, f"sources/{source.pk}/")).status_code == 404
    assert take_away(source, 10)
    assert not Source.objects.for_website(cast.acme.pk).exists()
    assert not Article.objects.for_website(cast.acme.pk).exists()


def test_the_list_can_be_narrowed(adas_browser: Client, cast: Cast) -> None:
    write_article(cast.acme, ArticleText("zebras", "All about zebras", "Zebras have stripes."))
    write_article(cast.acme, ArticleText("lions", "Are there lions?", "Yes.", kind="question"))
    source_of(cast.acme, "page", "https://a.test/tigers")
    for query, seen in {"": 3, "show=question": 1, "show=web": 1, "show=file": 0, "q=ZEBRA": 1}.items():
        page = adas_browser.get(address(cast.acme, f"?{query}")).content.decode()
        assert page.count('class="table-main"') == seen, query


def test_before_there_is_anything_the_page_says_how_to_begin(adas_browser: Client, cast: Cast) -> None:
    assert "The assistant knows nothing yet" in adas_browser.get(address(cast.acme)).content.decode()


def test_without_its_script_the_page_says_what_to_do(
    adas_browser: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bundles, "FOLDER", tmp_path)
    assert adas_browser.get(address(cast.acme)).status_code == 503


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


def test_the_page_of_a_huge_upload_reads_it_once(adas_browser: Client, cast: Cast) -> None:
    """Through the whole form, in pieces on the disk."""
    large = BytesIO(b"Zebras have stripes.\n" * 200_000)
    large.name = "large.txt"
    assert adas_browser.post(address(cast.acme, "files/new/"), {"file": large}).status_code == 302
    assert len(Upload.objects.for_website(cast.acme.pk).get().content) == 4_200_000
