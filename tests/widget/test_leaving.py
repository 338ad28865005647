"""What `destroy()` leaves on a page: nothing. What is there when a part cannot be loaded: an address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.servers.pages import Pages
from tests.widget.chat import bubbles, chat_on, launcher, say
from tests.widget.host_page import NEAR, HostPage

COUNT = """
window.kept = new Set();
for (const target of [window, document, visualViewport, MediaQueryList.prototype]) {
  const add = target.addEventListener, remove = target.removeEventListener;
  target.addEventListener = function (type, listener, options) {
    const one = [this, type, listener]; kept.add(one);
    options?.signal?.addEventListener('abort', () => kept.delete(one));
    return add.call(this, type, listener, options);
  };
  target.removeEventListener = function (type, listener, options) {
    for (const one of kept) if (one[1] === type && one[2] === listener) kept.delete(one);
    return remove.call(this, type, listener, options);
  };
}
for (const [start, stop] of [['setInterval', 'clearInterval'], ['setTimeout', 'clearTimeout']]) {
  const begin = window[start], end = window[stop];
  window[start] = (act, ms, ...rest) => {
    const one = [start, ms];
    const id = begin(() => { if (start === 'setTimeout') kept.delete(one); act(); }, ms, ...rest);
    one.push(id); kept.add(one);
    return id;
  };
  window[stop] = id => { for (const one of kept) if (one[2] === id) kept.delete(one); end(id); };
}
"""

RECOVERY = 30_000  # milliseconds; a busy machine takes its time


def test_destroying_it_leaves_no_node_listener_timer_or_name(shop: HostPage, pages: Pages) -> None:
    page = pages(viewport={"width": 400, "height": 740})
    page.add_init_script(COUNT)
    page.goto(shop.url(NEAR))
    before = set(page.evaluate("Object.keys(window)")) - {"ChatPlatform"}
    page.evaluate("() => { ChatPlatform.on('opened', () => 0) }")
    say(chat_on(page), "Hello")
    expect(bubbles(page.frame_locator("iframe"))).to_have_count(1)
    old = page.evaluate_handle("ChatPlatform")
    page.evaluate("ChatPlatform.destroy()")
    assert page.evaluate("[...kept].map(([on, what]) => `${on} ${what}`)") == []
    assert set(page.evaluate("Object.keys(window)")) == before
    assert page.evaluate("[typeof ChatPlatform, document.querySelectorAll('html *').length]") == ["undefined", 10]
    assert page.evaluate("[document.documentElement.getAttribute('style') || '', sessionStorage.length]") == ["", 0]
    words = old.evaluate("api => api.open().then(() => 'opened', error => error.message)")
    assert words == "the chat was taken off this page by destroy()"
    page.add_script_tag(url=page.evaluate("document.scripts[0].src") + "?again")
    expect(bubbles(chat_on(page)).first).to_contain_text("Hello")


@pytest.mark.slow
def test_without_its_second_script_the_launcher_says_where_to_write(shop: HostPage, pages: Pages) -> None:
    page = pages()
    page.context.route(re.compile("controls-"), lambda route: route.abort())
    page.goto(shop.url(NEAR))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_contain_text("The chat cannot be reached right now.")
    page.context.unroute(re.compile("controls-"))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()


@pytest.mark.slow
def test_on_a_phone_the_apology_stays_when_the_launcher_appears_under_the_finger(shop: HostPage, pages: Pages) -> None:
    page = pages(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)
    page.context.route("**/widget/frame/**", lambda route: route.abort())
    page.goto(shop.url(NEAR))
    launcher(page).click()
    expect(page.get_by_role("alert")).to_contain_text("The chat cannot be reached right now.", timeout=RECOVERY)
    page.locator(".launcher").hover()
    expect(page.locator("iframe")).to_have_count(0)
    page.context.unroute("**/widget/frame/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
