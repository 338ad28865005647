"""What Ben may type, paste, drop and choose, and what may go wrong meanwhile: shown safely, or refused clearly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in
from tests.conversations.test_attachments import picture
from tests.dashboard.accessibility import violations
from tests.dashboard.inboxes import OpenInbox, address, asking, entries, heard, rows, write
from tests.servers.pages import Pages
from tests.servers.stack import Stack

LINES = "\n".join(f"line {number}" for number in range(200))
LINKS = "[here](javascript:alert(1)) [there](data:text/html,x) javascript:alert(2) [fine](https://acme.test/)"
# A file of a kind that the browser makes from nothing, by paste or held above the field and dropped.
GIVE = """([how, name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], name, { type: 'image/png' }));
  const target = document.querySelector('#composer');
  if (how === 'paste') {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    return target.dispatchEvent(Object.assign(event, { clipboardData: data }));
  }
  target.dispatchEvent(new DragEvent(how, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


@pytest.fixture
def vera(stack: Stack, people_only: Cast) -> Visitor:
    return asking(stack, people_only)


@pytest.fixture
def ada(stack: Stack, people_only: Cast) -> StaffMember:
    return log_in(stack, people_only.ada)


@pytest.fixture
def page(vera: Visitor, ada: StaffMember, open_inbox: OpenInbox) -> Page:
    opened = open_inbox("Ben", path=address(vera))
    expect(entries(opened)).to_have_count(1)
    return opened


def waiting(page: Page) -> Locator:
    return page.locator(".tray-item")


def test_what_nobody_could_see_is_not_sent(page: Page, vera: Visitor) -> None:
    for hidden in ("\u200b", "\u200b\ufeff\u2060", " \n\t\u00a0"):
        write(page, hidden)
        expect(page.get_by_role("button", name="Send", exact=True)).to_have_attribute("aria-disabled", "true")
    write(page, "\u200bSeen")
    expect(entries(page).last).to_contain_text("Sent")
    assert heard(vera) == [("\u200bSeen", True)]


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
def test_two_hundred_pasted_lines_leave_the_buttons_in_sight_and_arrive_as_they_are(
    open_inbox: OpenInbox, vera: Visitor, width: int
) -> None:
    page = open_inbox("Ben", viewport={"width": width, "height": 740})
    rows(page).first.click()
    field = page.locator("#composer")
    field.focus()
    page.evaluate("text => document.execCommand('insertText', false, text)", LINES)
    expect(field).to_have_value(LINES)
    for element in (field, page.get_by_role("button", name="Send", exact=True), page.get_by_role("heading").nth(1)):
        expect(element).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("log")).to_be_in_viewport()
    field.press("Control+Enter")
    expect(entries(page).last).to_contain_text("Sent")
    assert heard(vera) == [(LINES, True)]


@pytest.mark.slow
def test_what_staff_writes_makes_no_harmful_link_and_turns_nothing_around(page: Page, vera: Visitor) -> None:
    write(page, f"{LINKS}\n\ninvoice\u202egpj.exe \u2066more\u2069")
    expect(entries(page)).to_have_count(2)
    expect(page.get_by_role("log").get_by_role("link", name="fine")).to_be_visible()
    hrefs = page.get_by_role("log").locator("a").evaluate_all("links => links.map(link => link.href)")
    assert hrefs == ["https://acme.test/"]
    assert page.locator(".entry-head").last.evaluate("head => getComputedStyle(head).direction") == "ltr"
    times = page.get_by_role("log").locator("time")
    assert re.search(r"\d", times.last.inner_text())


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_come_by_paste_and_by_drag_and_go_with_what_is_written(
    open_inbox: OpenInbox, vera: Visitor, scheme: str
) -> None:
    page = open_inbox("Ben", path=address(vera), color_scheme=scheme)
    page.locator("#composer").fill("Two pictures")
    page.evaluate(GIVE, ["paste", "pasted.png", list(picture())])
    expect(page.locator(".tray-ready")).to_have_count(1)
    page.evaluate(GIVE, ["dragover", "dropped.png", list(picture())])
    expect(page.locator(".composer-drop")).to_be_visible()
    assert violations(page) == []
    page.evaluate(GIVE, ["drop", "dropped.png", list(picture())])
    expect(page.locator(".composer-drop")).to_have_count(0)
    expect(page.locator(".tray-ready")).to_have_count(2)
    assert violations(page) == []
    page.locator("#composer").press("Control+Enter")
    expect(page.get_by_role("button", name=re.compile("Show .* large"))).to_have_count(2)
    expect(entries(page).last).to_contain_text("Sent")
    sent = vera.rest.get(vera.path("entries/"), after=0).json()["entries"][-1]
    assert (sent["content"], [one["name"] for one in sent["attachments"]]) == (
        "Two pictures",
        ["pasted.png", "dropped.png"],
    )


@pytest.mark.slow
def test_files_that_cannot_be_sent_say_why_at_once_and_take_no_word_along(page: Page, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(2 * 2**30)  # sparse: it takes no room
    page.locator("#composer").fill("Look at this")
    choose = page.get_by_label("Add files")
    choose.set_input_files(film)
    expect(waiting(page).last).to_contain_text(re.compile(r"Too large: at most \d+ MB"))
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    choose.set_input_files({"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": svg})
    expect(waiting(page).last).to_contain_text("This kind of file cannot be sent.")
    choose.set_input_files({"name": "shot.png", "mimeType": "image/png", "buffer": svg})
    expect(waiting(page).last).to_contain_text("This kind of file cannot be sent.")
    expect(page.get_by_role("button", name=re.compile("^Try again"))).to_have_count(0)
    expect(page.locator("#composer")).to_have_value("Look at this")
    for _ in range(3):
        page.get_by_role("button", name=re.compile("^Remove: ")).first.click()
    expect(waiting(page)).to_have_count(0)


def held_up(page: Page) -> list[Route]:
    """Uploads wait from now on, to be let go or refused one by one."""
    routes: list[Route] = []
    page.route(re.compile("/attachments/"), lambda route: routes.append(route))
    return routes


def given(page: Page, routes: list[Route], number: int) -> Route:
    expect(page.locator("progress")).to_have_count(1)
    while len(routes) < number:
        page.wait_for_timeout(50)
    return routes[number - 1]


@pytest.mark.slow
def test_an_upload_shows_its_progress_can_be_cancelled_and_is_tried_again_after_a_failure(
    page: Page, vera: Visitor
) -> None:
    routes = held_up(page)
    choose = page.get_by_label("Add files")
    file = {"name": "shot.png", "mimeType": "image/png", "buffer": picture()}
    choose.set_input_files(file)  # type: ignore[arg-type]
    given(page, routes, 1)
    expect(page.get_by_role("progressbar", name="Uploading")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Remove: shot.png").click()  # while it is on its way
    expect(waiting(page)).to_have_count(0)
    choose.set_input_files(file)  # type: ignore[arg-type]
    given(page, routes, 2).abort()
    expect(waiting(page)).to_contain_text("The connection was lost.")
    page.unroute(re.compile("/attachments/"))
    page.get_by_role("button", name="Try again: shot.png").click()
    expect(page.locator(".tray-ready")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(entries(page).last).to_contain_text("Sent")
    assert len(vera.rest.get(vera.path("entries/"), after=0).json()["entries"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("hours", [3, pytest.param(-3, marks=pytest.mark.slow)])
def test_a_clock_that_is_hours_off_changes_no_time_that_is_shown_or_chosen(
    stack: Stack, sessions: dict[str, str], ada: StaffMember, vera: Visitor, pages: Pages, hours: int
) -> None:
    page = pages(viewport={"width": 1440, "height": 900}, timezone_id="UTC", locale="en-GB")
    page.add_init_script(
        f"""const off = {hours} * 3_600_000, RealDate = Date;
        globalThis.Date = class extends RealDate {{
            constructor(...given) {{ given.length ? super(...given) : super(RealDate.now() + off); }}
            static now() {{ return RealDate.now() + off; }}
        }};"""
    )
    page.context.add_cookies([{"name": f"chat_session_{stack.port}", "value": sessions["Ben"], "url": stack.url}])
    page.goto(stack.url + address(vera))
    expect(entries(page)).to_have_count(1)
    expect(rows(page).first.locator("time")).to_have_text(re.compile("^(now|[12]m)$"))
    page.get_by_role("button", name="Snooze").click()
    menu = page.locator(".menu-snooze")
    shown = menu.get_by_role("button", name="In one hour").locator(".menu-when").inner_text()
    right = {f"{datetime.now(UTC) + timedelta(minutes=60 - late):%H:%M}" for late in range(3)}
    assert re.sub(r"^.*?(\d+:\d\d)$", r"\1", shown, flags=re.DOTALL).zfill(5) in right
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        menu.get_by_role("button", name="In one hour").click()
    expect(rows(page)).to_have_count(0)
    until = ada.rest.get(f"conversations/{vera.conversation_id}/").json()["snoozed_until"]
    ahead = datetime.fromisoformat(until) - datetime.now(UTC)
    assert timedelta(minutes=57) < ahead < timedelta(minutes=61)
    page.get_by_role("button", name="Undo").click()
    write(page, "Right on time")
    expect(entries(page).last).to_contain_text("Sent")
    stamp = datetime.fromisoformat(entries(page).last.locator("time").first.get_attribute("datetime") or "")
    assert abs(stamp - datetime.now(UTC)) < timedelta(minutes=2)
    expect(page.get_by_text("Today")).to_have_count(1)


@pytest.mark.slow
def test_a_website_that_is_switched_off_while_its_inbox_is_open_says_so_and_loses_nothing(
    page: Page, people_only: Cast, ada: StaffMember, vera: Visitor
) -> None:
    page.locator("#composer").fill("What I still wanted to say")
    notice = page.get_by_text("The chat of Acme is switched off")
    assert ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False}).status_code == 200
    expect(notice).to_be_visible()
    assert violations(page) == []
    expect(page.locator("#composer")).to_have_value("What I still wanted to say")
    page.locator("#composer").press("Control+Enter")
    expect(entries(page).last).to_contain_text("Sent")
    assert ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": True}).status_code == 200
    expect(notice).to_have_count(0)
    assert heard(vera) == [("What I still wanted to say", True)]
