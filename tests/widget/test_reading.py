"""Where the visitor reads: at the end, unless they have scrolled up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.servers.pages import Pages
from tests.widget.chat import chat_on, inner_frame, store
from tests.widget.host_page import NEAR, HostPage

PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
# The room grows, the browser moves what is in it, and before that is told, something more is said: how far is the end?
GROW = """() => new Promise(done => {
  const scroller = document.querySelector('.scroller');
  const settled = () => done(scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight);
  scroller.addEventListener('scroll', () => {
    scroller.firstElementChild.append(Object.assign(document.createElement('hr'), { style: 'height: 200px' }));
    requestAnimationFrame(() => requestAnimationFrame(settled));
  }, { once: true, capture: true });
  document.querySelector('.help').style.display = 'none';
})"""
SCROLL_UP = """() => new Promise(done => {
  const scroller = document.querySelector('.scroller');
  scroller.addEventListener('scroll', () => {
    scroller.firstElementChild.append(Object.assign(document.createElement('hr'), { style: 'height: 200px' }));
    done();
  }, { once: true });
  scroller.scrollTop -= 200;
})"""


@pytest.mark.slow
def test_the_end_stays_in_sight_when_the_room_grows_until_one_scrolls_up(shop: HostPage, pages: Pages) -> None:
    page = pages(**PHONE)
    page.goto(shop.url(NEAR))
    chat = chat_on(page)
    store(chat, "\n".join(f"line {number}" for number in range(60)))
    frame, more = inner_frame(page), chat.get_by_role("button", name="New messages")
    assert frame.evaluate(GROW) < 2
    expect(more).to_have_count(0)
    frame.evaluate(SCROLL_UP)
    expect(more).to_be_visible()
    more.click()
    expect(more).to_have_count(0)
