"""Notices where pages may show none themselves, as on Android: by a service worker that does nothing else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.clients.people import Visitor
from tests.dashboard.inboxes import OpenInbox, address, asking, rows, say
from tests.dashboard.test_alerts_in_browser import hide, switch_on
from tests.servers.stack import Stack

# As Android's browsers do it; and a test may say that the tab is hidden.
ANDROID = """
window.Notification = class {
    static get permission() { return 'granted'; }
    static requestPermission() { return Promise.resolve('granted'); }
    constructor() { throw new TypeError('Illegal constructor.'); }
};
window.isHidden = false;
window.tones = 0;
Object.defineProperty(document, 'visibilityState', { get: () => (window.isHidden ? 'hidden' : 'visible') });
"""
SHOWN = """async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    return ((await worker?.getNotifications()) ?? []).map(({ title, body, tag }) => [title, body, tag]);
}"""
# A click on the first notice. No program may do it; focusing a window is refused to one, too, and comes last.
CLICK = """async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
}"""


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


def on_android(page: Page) -> None:
    page.context.add_init_script(ANDROID)
    page.context.grant_permissions(["notifications"])
    page.reload()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()


def shown(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(SHOWN)
    return found


def test_a_notice_is_shown_by_the_worker_and_its_click_brings_the_conversation(
    open_inbox: OpenInbox, vera: Visitor, second: Visitor
) -> None:
    page = open_inbox(path=address(second))
    on_android(page)
    switch_on(page)
    hide(page, True)
    say(vera, "Anybody there?")
    expect(rows(page).first).to_contain_text("Anybody there?")
    page.wait_for_timeout(300)
    name = "Visitor " + vera.session["visitor"]["id"][:4]
    assert shown(page) == [[name, "Anybody there?", vera.conversation_id]]
    worker = page.context.service_workers[0]
    assert worker.url.endswith("/live-chat/notices.js")
    worker.evaluate(CLICK)
    expect(page).to_have_url(re.compile(address(vera)))
    assert shown(page) == []
    assert page.evaluate("caches.keys()") == []


@pytest.mark.slow
def test_one_can_be_tried_there_too(open_inbox: OpenInbox) -> None:
    page = open_inbox()
    on_android(page)
    page.keyboard.press("g")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Alerts")
    dialog.get_by_role("button", name="Show one").click()
    expect(dialog).to_contain_text("Sent. If you see nothing")
    assert [title for title, _, _ in shown(page)] == ["Vera asks for a person"]


@pytest.mark.slow
def test_mallorys_worker_is_told_nothing_of_acme(open_inbox: OpenInbox, vera: Visitor) -> None:
    page = open_inbox("Mallory")
    on_android(page)
    switch_on(page)
    hide(page, True)
    ada = open_inbox()
    say(vera, "Only for Acme")
    expect(rows(ada).first).to_contain_text("Only for Acme")
    page.wait_for_timeout(500)
    assert shown(page) == []
