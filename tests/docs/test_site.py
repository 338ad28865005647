"""`make docs`: every page is there and in the navigation, nothing is broken, and nothing comes from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.docs.site import build, pages_of, served
from tests.servers.pages import Pages
from tests.servers.stack import PROJECT

BUILT_FROM = ("docs", "mkdocs.yml", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = build(PROJECT, folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the site is made of, for a test to break."""
    for name in BUILT_FROM:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, tmp_path / name)
        else:
            shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[x](nowhere.md)", "there is no nowhere.md"),
        pytest.param("[x](api.md#no-such-place)", "no-such-place", marks=pytest.mark.slow),
        ("![x](images/owner/none-light.webp)", "there is no images/owner/none-light.webp"),
        pytest.param("[x](../no_such_code.py)", "there is no ../no_such_code.py", marks=pytest.mark.slow),
    ],
)
def test_what_leads_nowhere_fails_the_build(copy: Path, line: str, complaint: str) -> None:
    with (copy / "docs" / "owners.md").open("a") as page:
        page.write(f"\n{line}\n")
    done = build(copy, copy / "out")
    assert done.returncode != 0
    assert complaint in done.stderr


@pytest.mark.slow
def test_a_page_that_is_not_in_the_navigation_fails_the_build(copy: Path) -> None:
    (copy / "docs" / "forgotten.md").write_text("# Forgotten\n")
    done = build(copy, copy / "out")
    assert done.returncode != 0
    assert "forgotten.md" in done.stderr


@pytest.mark.slow
def test_every_reader_has_a_place_of_their_own(site: Path, address: str, pages: Pages) -> None:
    page = pages()
    page.goto(address)
    tabs = page.locator(".md-tabs__link").all_inner_texts()
    assert tabs == ["Start", "Owners", "Agents", "API", "Operators", "Developers", "Reference", "Changes"]
    linked = set(page.locator("nav.md-nav--primary a[href]").evaluate_all("all => all.map(one => one.href)"))
    assert {address + one for one in pages_of(site)} <= {link.partition("#")[0] for link in linked}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("WORKER_METRICS_PORT", "settings/"),
        pytest.param("4008", "reference/", marks=pytest.mark.slow),
        pytest.param("chatplatform_jobs_oldest_seconds", "operators/metrics/", marks=pytest.mark.slow),
        pytest.param("second_factor_required", "reference/", marks=pytest.mark.slow),
        ("WordPress", "embedding/"),
    ],
)
def test_the_search_finds(address: str, pages: Pages, words: str, place: str) -> None:
    found = found_by(pages(), address, words)
    assert any(link.startswith(address + place) for link in found), found


def found_by(page: Page, address: str, words: str) -> list[str]:
    """The first results' addresses."""
    page.goto(address)
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(words)
    results = page.locator(".md-search-result__link")
    expect(results.first).to_be_visible()
    found: list[str] = results.evaluate_all("all => all.map(one => one.href)")
    return found[:10]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_as_light_as_the_page(address: str, pages: Pages, scheme: str) -> None:
    page = pages(color_scheme=scheme)
    page.goto(f"{address}agents/")
    shown = page.locator("article img").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).display !== 'none').map(one => one.src)"
    )
    assert len(shown) >= 2
    assert [one for one in shown if f"-{scheme}." not in one] == []


def test_links_out_of_docs_lead_to_pages_of_the_site(address: str, pages: Pages) -> None:
    page = pages()
    page.goto(address)
    page.locator("article").get_by_role("link", name="security", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Security")
    page.locator("article").get_by_role("link", name="settings").first.click()
    expect(page).to_have_url(f"{address}settings/#limits")


@pytest.mark.parametrize(
    ("scheme", "every"),
    [("light", 6), *(pytest.param(scheme, 1, marks=pytest.mark.slow) for scheme in ("light", "dark"))],
)
def test_no_page_is_wider_than_a_telephone_asks_elsewhere_or_lacks_a_picture(
    site: Path, address: str, pages: Pages, scheme: str, every: int
) -> None:
    looked_at = pages_of(site)[::every]
    page = pages(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    for one in looked_at:
        page.goto(address + one)
        expect(page.locator("html body")).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])
        assert page.evaluate(TOO_WIDE) == [], one
        assert missing_pictures(page) == [], one
    assert failed == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert len(asked) > len(looked_at)


SCHEMES = {"light": "default", "dark": "slate"}
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth)
    .map(one => one.outerHTML.slice(0, 80))"""


def missing_pictures(page: Page) -> list[str]:
    """Of those that are shown in this light."""
    pictures = page.locator("article img")
    shown: list[tuple[str, int]] = pictures.evaluate_all(
        """async all => Promise.all(all.filter(one => getComputedStyle(one).display !== 'none')
             .map(async one => { await one.decode().catch(() => {}); return [one.src, one.naturalWidth] }))"""
    )
    return [source for source, width in shown if not width]
