"""What a visitor sees while something is down: what they write is shown, kept, and stored once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from accounts.models import Website
from tests.cast import Cast
from tests.clients.people import StaffMember, log_in
from tests.servers.network import Network
from tests.servers.pages import Pages
from tests.servers.stack import Stack
from tests.widget.chat import bubbles, chat_on, inner_frame, say, store
from tests.widget.host_page import NEAR, HostPage

ON_HTTP = "No live connection. Messages take a few seconds."
RECOVERY = 30_000  # milliseconds; a busy machine takes its time


@pytest.fixture
def ben(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ben)


@pytest.fixture
def page(pages: Pages, shop: HostPage) -> Page:
    return pages()


@pytest.fixture
def network(page: Page, shop: HostPage) -> Network:
    network = Network(page)
    page.goto(shop.url(NEAR))
    return network


def conversation_of(ben: StaffMember) -> str:
    """The only one there is."""
    found = ben.rest.get("conversations/").json()["results"]
    assert len(found) == 1
    return f"conversations/{found[0]['id']}/"


def stored(ben: StaffMember) -> list[str]:
    entries = ben.rest.get(conversation_of(ben) + "entries/", after=0).json()["entries"]
    return [one["content"] for one in sorted(entries, key=lambda one: one["seq"]) if one["kind"] == "message"]


def shown(chat: FrameLocator) -> list[str]:
    return [re.sub(r"^(You|Ben):\s*", "", text) for text in bubbles(chat).all_inner_texts()]


def reply(ben: StaffMember, text: str, client_id: str) -> None:
    body = {"client_id": f"00000000-0000-4000-8000-{client_id:>012}", "content": text}
    assert ben.rest.post(conversation_of(ben) + "messages/", body).status_code == 201


def expect_sent(chat: FrameLocator, text: str) -> None:
    expect(chat.locator(".message.mine").filter(has_text=text)).to_have_class(
        re.compile("sent|delivered|read"), timeout=RECOVERY
    )


def test_without_a_socket_the_chat_goes_over_http_and_back_to_the_socket(
    ben: StaffMember, page: Page, network: Network
) -> None:
    chat = chat_on(page)
    store(chat, "Hello")
    network.cut_sockets()
    say(chat, "By post, then")
    expect_sent(chat, "By post, then")
    expect(chat.get_by_text(ON_HTTP)).to_be_visible()
    reply(ben, "I got your post", "1")
    expect(bubbles(chat).last).to_contain_text("I got your post", timeout=RECOVERY)
    say(chat, "Me too")
    network.come_back()
    expect(chat.get_by_text(ON_HTTP)).to_have_count(0, timeout=RECOVERY)
    reply(ben, "Live again", "2")
    expect(bubbles(chat).last).to_contain_text("Live again", timeout=RECOVERY)
    expect_sent(chat, "Me too")
    assert shown(chat) == stored(ben)
    assert sorted(shown(chat)) == sorted(["Hello", "By post, then", "I got your post", "Me too", "Live again"])


@pytest.mark.slow
def test_a_chat_that_never_had_a_socket_works_all_the_same(ben: StaffMember, page: Page, network: Network) -> None:
    network.cut_sockets()
    chat = chat_on(page)
    store(chat, "Hello?")
    reply(ben, "Hello!", "1")
    expect(bubbles(chat).last).to_contain_text("Hello!", timeout=RECOVERY)
    say(chat, "It works")
    expect_sent(chat, "It works")
    assert shown(chat) == stored(ben) == ["Hello?", "Hello!", "It works"]


@pytest.mark.slow
def test_what_was_written_while_the_server_was_killed_survives_a_reload_and_arrives_once(
    acme: Website, people_only: Cast, new_stack: Callable[..., Stack], pages: Pages
) -> None:
    own = new_stack(worker=False)
    ben = log_in(own, people_only.ben)
    with HostPage(f"{own.url}/widget/{acme.website_key}.js") as shop:
        page = pages()
        page.goto(shop.url(NEAR))
        chat = chat_on(page)
        store(chat, "first")
        own.web.kill()
        say(chat, "second")
        say(chat, "third")
        expect(chat.get_by_text("Sending…").first).to_be_visible()
        page.reload()
        own.web.restart()
        page.reload()
        chat = page.frame_locator("iframe")
        for text in ("first", "second", "third"):
            expect_sent(chat, text)
        assert shown(chat) == stored(ben) == ["first", "second", "third"]


def test_a_first_message_that_found_nobody_is_there_after_a_reload_and_makes_one_conversation(
    ben: StaffMember, page: Page, network: Network
) -> None:
    network.cut()
    say(chat_on(page), "Anybody?")
    page.reload()
    chat = page.frame_locator("iframe")
    expect(chat.locator(".message.mine.sending")).to_contain_text("Anybody?")
    expect(chat.get_by_text("Sending…")).to_be_visible()
    network.come_back()
    expect_sent(chat, "Anybody?")
    assert stored(ben) == shown(chat) == ["Anybody?"]


def test_a_refused_message_says_so_also_after_a_reload_until_it_is_sent_again(
    ben: StaffMember, page: Page, network: Network
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=403, json={"error": {"code": "forbidden", "detail": "not today"}})

    chat = chat_on(page)
    store(chat, "Hello")
    network.cut_sockets()
    page.context.route("**/messages/", refuse)
    say(chat, "Not so fast")
    failed = chat.locator(".message.mine.failed")
    expect(failed).to_contain_text("Not sent.")
    say(chat, "Never mind")
    expect(failed).to_have_count(2)
    failed.last.get_by_role("button", name="Discard").click()
    expect(failed).to_have_count(1)
    page.reload()
    chat = page.frame_locator("iframe")
    failed = chat.locator(".message.mine.failed")
    expect(failed).to_contain_text("You are not allowed to write here.", timeout=RECOVERY)
    page.context.unroute("**/messages/")
    failed.get_by_role("button", name="Try again").click()
    expect_sent(chat, "Not so fast")
    assert shown(chat) == stored(ben) == ["Hello", "Not so fast"]
    assert inner_frame(page).evaluate("Object.keys(localStorage).filter(key => key.includes('unsent'))") == []


@pytest.mark.slow
def test_where_the_frame_may_keep_nothing_messages_go_out_all_the_same(
    ben: StaffMember, shop: HostPage, pages: Pages
) -> None:
    page = pages()
    network = Network(page)
    page.goto(shop.url("localhost"))
    chat = chat_on(page)
    store(chat, "Hello")
    assert inner_frame(page).evaluate("(() => { try { return localStorage.length } catch { return -1 } })()") == -1
    network.cut()
    say(chat, "In the tunnel")
    expect(chat.get_by_text("Sending…")).to_be_visible()
    network.come_back()
    expect_sent(chat, "In the tunnel")
    assert shown(chat) == stored(ben) == ["Hello", "In the tunnel"]
