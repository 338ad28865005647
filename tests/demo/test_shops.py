"""The shops' pages: on a site of their own, with the chat by its script tag, and with the pages that answers cite."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from demo.companies import ACME, COMPANIES, GLOBEX, Company
from tests.servers.databases import PROJECT
from tests.servers.pages import Pages
from tests.servers.stack import Stack

HOST = "localhost:8000"
LINK = re.compile(r'(?:href|src)="(/[^"#]*)')


@pytest.fixture
def shop() -> Client:
    return Client(headers={"host": HOST})


@pytest.mark.parametrize("company", [ACME, GLOBEX])
def test_the_shop_carries_the_chat_by_one_script_tag_from_another_site(shop: Client, company: Company) -> None:
    page = shop.get(f"/demo/{company.website_key}/").content.decode()
    tag = f'<script async src="{settings.PUBLIC_URL}/widget/{company.website_key}.js"></script>'
    assert page.count(tag) == 1
    assert "127.0.0.1" in settings.PUBLIC_URL


def test_asked_for_on_the_chats_own_host_it_leads_to_the_other_site(shop: Client) -> None:
    answer = shop.get("/demo/demo-acme/help/refunds/?a=b", headers={"host": "127.0.0.1:8000"})
    assert answer.status_code == 302
    port = settings.PUBLIC_URL.rpartition(":")[2]
    assert answer["Location"] == f"http://localhost:{port}/demo/demo-acme/help/refunds/?a=b"


@pytest.mark.parametrize("company", [ACME, GLOBEX])
def test_every_article_has_its_page_and_every_link_leads_somewhere(shop: Client, company: Company) -> None:
    seen, waiting = set[str](), {f"/demo/{company.website_key}/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = shop.get(path)
        assert answer.status_code == 200, path
        links = set(LINK.findall(answer.content.decode()))
        waiting |= {link for link in links if link.startswith("/demo/")} - seen
    origin = company.article_url("x").partition("/demo/")[0]
    assert {company.article_url(slug).removeprefix(origin) for slug in company.articles} <= seen


@pytest.mark.parametrize(
    "path", ["demo-nobody/", "demo-acme/help/nothing/", "demo-acme/products/nothing/", "demo-globex/help/refunds/"]
)
def test_what_is_not_there_is_not_found(shop: Client, path: str) -> None:
    assert shop.get(f"/demo/{path}").status_code == 404


def test_the_shops_policy_lets_only_the_chat_in(shop: Client) -> None:
    policy = shop.get("/demo/demo-acme/")["Content-Security-Policy"]
    assert f"script-src 'self' {settings.PUBLIC_URL};" in policy
    assert f"frame-src {settings.PUBLIC_URL};" in policy
    assert "unsafe-inline" not in policy


def test_an_article_is_shown_as_html_without_anything_harmful(shop: Client) -> None:
    page = shop.get("/demo/demo-acme/help/boot-sizes/").content.decode()
    assert "<h2>How to measure your feet</h2>" in page
    assert "<strong>W</strong>" in page


@pytest.mark.slow
def test_there_is_no_demo_where_it_is_off() -> None:
    asked = (
        "import django; django.setup()\n"
        "from django.apps import apps; from django.urls import Resolver404, resolve\n"
        "from django.core.management import get_commands\n"
        "print(apps.is_installed('demo'), 'seed_demo' in get_commands())\n"
        "try: resolve('/demo/demo-acme/')\n"
        "except Resolver404: print('nothing there')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=PROJECT,
        env=os.environ | {"DEMO": "0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n")[:2] == ["False False", "nothing there"]


@pytest.mark.slow
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_small_telephone(stack: Stack, seeded: None, pages: Pages, color_scheme: str) -> None:
    page = pages(viewport={"width": 360, "height": 740}, color_scheme=color_scheme)
    for company in COMPANIES.values():
        product = next(iter(company.products))
        for path in ("", f"products/{product}/", "help/", f"help/{next(iter(company.articles))}/"):
            page.goto(f"{stack.shop_url}/demo/{company.website_key}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_the_chat_comes_to_the_shop_and_its_policy_does_not_mind(stack: Stack, seeded: None, pages: Pages) -> None:
    page = pages()
    page.goto(f"{stack.shop_url}/demo/demo-acme/products/summit-2-tent/")
    page.get_by_role("button", name="Ask us about it").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("textbox").wait_for()
    assert not [line for line in pages.console if "Content Security Policy" in line]


def test_an_answers_source_leads_to_the_article(stack: Stack, seeded: None, pages: Pages) -> None:
    page = pages()
    answer = page.goto(f"{stack.shop_url}/demo/demo-acme/help/return-an-item/")
    assert answer is not None
    assert answer.ok
    assert page.get_by_role("heading", name="Are returns free?").is_visible()
