"""The pages of webhooks in a browser: Ada sets one up and reads its log; axe finds nothing, nothing overflows."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.cast import Cast
from tests.clients.people import session_cookie
from tests.dashboard.accessibility import violations
from tests.integrations.receiver import Receiver, failing
from tests.servers.pages import EVIDENCE, Pages
from tests.servers.stack import Stack


@pytest.fixture
def adas_session(stack: Stack, cast: Cast) -> str:
    """Made before the browser is in use, since it needs the database."""
    return session_cookie(stack, cast.ada)["Cookie"].partition("=")[2]


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_ada_sets_a_webhook_up_and_reads_its_log(
    stack: Stack, cast: Cast, adas_session: str, pages: Pages, receiver: Receiver, scheme: str, width: int
) -> None:
    receiver.answer = failing(500)
    page = pages(viewport={"width": width, "height": 860}, color_scheme=scheme)
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": adas_session, "url": stack.url}])

    def fits(name: str) -> None:
        page.screenshot(path=EVIDENCE / "webhooks" / f"{name}-{scheme}.png", full_page=True)
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name

    page.goto(stack.url + reverse("manage:webhooks", args=[cast.acme.pk]))
    page.get_by_label("Address").fill("http://example.com")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("One that begins with https://.")).to_be_visible()
    fits("refused")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("A visitor rates a conversation").check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("It is not shown again.")).to_be_visible()
    fits("made")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("heading", name="test")).to_be_visible()
    receiver.wait("test")
    for _ in range(20):
        page.reload()
        if page.get_by_text("It answered with status 500.").is_visible():
            break
    fits("delivery")
    page.get_by_role("link", name=receiver.url).click()
    expect(page.get_by_role("region", name="Log, scrollable").get_by_text("Failed")).to_be_visible()
    fits("log")
    page.get_by_role("link", name="Webhooks").first.click()
    fits("list")
    expect(page.get_by_role("region", name="Webhooks, scrollable").get_by_role("link")).to_have_count(1)
