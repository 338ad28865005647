"""Pictures of people and websites: who may set them, what is kept of a file, and where they are shown."""

from __future__ import annotations

import io
from uuid import uuid4

import httpx2
import pytest
from PIL import Image

from accounts.models import Picture
from conversations.models import Entry
from tests.cast import Cast
from tests.clients.people import Rest, StaffMember, Visitor
from tests.conversations.test_attachments import PDF, picture
from tests.conversations.test_file_kinds import HTML, SVG


def own(member: StaffMember, user_id: int | None = None) -> str:
    return f"members/{user_id or member.user.pk}/picture/"


def set_by(member: StaffMember, content: bytes = b"", name: str = "me.png") -> str:
    answer = member.rest.upload(own(member), name, content or picture(300, 200))
    assert answer.status_code == 201, answer.text
    address: str = answer.json()["avatar_url"]
    return address


def fetched(rest: Rest, address: str) -> httpx2.Response:
    """As anybody would: with no credentials."""
    return Rest(rest.stack).download(address)


async def test_bens_picture_stands_beside_what_he_writes_for_visitors_and_staff(
    vera: Visitor, ben: StaffMember, ada: StaffMember
) -> None:
    address = set_by(ben)
    async with vera.socket() as chat, ada.socket() as inbox:
        body = {"client_id": uuid4(), "content": "Hello Vera"}
        assert ben.rest.post(f"conversations/{vera.conversation_id}/messages/", body).status_code == 201
        said, seen = await chat.expect("new_message"), await inbox.expect("new_message")
    assert [one["message"]["author"]["avatar_url"] for one in (said, seen)] == [address, address]
    entries = vera.rest.get(vera.path("entries/")).json()
    assert entries["entries"][-1]["author"]["avatar_url"] == address
    assert entries["conversation"]["agent"]["avatar_url"] == address
    staff = ada.rest.get(f"conversations/{vera.conversation_id}/").json()
    assert staff["assignee"]["avatar_url"] == address
    members = {one["id"]: one["avatar_url"] for one in ada.rest.get("members/").json()["results"]}
    assert members[ben.user.pk] == address


async def test_colleagues_and_his_other_windows_learn_of_it_at_once(ben: StaffMember, ada: StaffMember) -> None:
    async with ben.socket() as mine, ada.socket() as theirs:
        await theirs.expect("presence")
        address = set_by(ben)
        await mine.expect("websites")
        shown: dict[int, str | None] = {}
        while shown.get(ben.user.pk) != address:
            shown = {one["id"]: one["avatar_url"] for one in (await theirs.expect("presence"))["staff"]}


async def test_a_picture_is_a_small_square_that_any_browser_may_keep(ben: StaffMember) -> None:
    answer = fetched(ben.rest, set_by(ben, picture(900, 600)))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    shown = Image.open(io.BytesIO(answer.content))
    assert (shown.format, shown.size) == ("WEBP", (192, 192))


async def test_nothing_but_pixels_is_kept_and_glass_becomes_white(ben: StaffMember) -> None:
    glass = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    content = io.BytesIO()
    glass.save(content, "PNG")
    shown = Image.open(io.BytesIO(fetched(ben.rest, set_by(ben, content.getvalue())).content))
    assert shown.convert("RGB").getpixel((96, 96)) == (255, 255, 255)
    photo = Image.new("RGB", (60, 40))
    exif = photo.getexif()
    exif[0x010E] = "secret place"
    content = io.BytesIO()
    photo.save(content, "JPEG", exif=exif, comment=b"secret comment")
    kept = fetched(ben.rest, set_by(ben, content.getvalue() + HTML, "me.jpg")).content
    assert b"secret" not in kept
    assert b"script" not in kept


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("me.svg", SVG, "kind of file"),
        ("me.png", SVG, "kind of file"),
        ("me.png", HTML, "kind of file"),
        ("me.png", picture()[:60], "cannot be read|kind of file"),
        ("me.pdf", PDF, "A picture in JPEG"),
        ("me.txt", b"Hello", "A picture in JPEG"),
        ("me.png", b"", "empty"),
    ],
)
async def test_what_is_no_picture_is_refused_and_the_old_one_stays(
    ben: StaffMember, name: str, content: bytes, why: str
) -> None:
    address = set_by(ben)
    answer = ben.rest.upload(own(ben), name, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert any(part in answer.json()["error"]["detail"] for part in why.split("|"))
    assert fetched(ben.rest, address).status_code == 200


@pytest.mark.slow
async def test_one_that_unpacks_to_far_more_than_it_looks_is_refused(ben: StaffMember) -> None:
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    answer = ben.rest.upload(own(ben), "bomb.png", bomb.getvalue())
    assert (answer.status_code, "megapixels" in answer.text) == (400, True)


def test_a_new_picture_takes_the_place_of_the_old_and_removed_is_gone(ben: StaffMember) -> None:
    first, second = set_by(ben), set_by(ben, picture(50, 50))
    assert first != second
    assert fetched(ben.rest, first).status_code == 404
    assert ben.rest.request("DELETE", own(ben)).status_code == 204
    assert fetched(ben.rest, second).status_code == 404
    assert not Picture.objects.filter(user=ben.user).exists()
    members = {one["id"]: one["avatar_url"] for one in ben.rest.get("members/").json()["results"]}
    assert members[ben.user.pk] is None


def test_nobody_sets_anothers_picture_and_mallory_does_not_learn_that_there_is_one(
    ben: StaffMember, ada: StaffMember, mallory: StaffMember, people_only: Cast
) -> None:
    address = set_by(ben)
    of_website = f"websites/{people_only.acme.pk}/picture/"
    tries = [(ada, own(ben), 403), (mallory, own(ben), 404), (mallory, of_website, 404), (ben, of_website, 403)]
    for somebody, path, status in tries:
        assert somebody.rest.upload(path, "x.png", picture()).status_code == status
        assert somebody.rest.request("DELETE", path).status_code == status
    assert fetched(ben.rest, address).status_code == 200
    assert Picture.objects.filter(website=people_only.acme).count() == 0


async def test_a_website_has_a_picture_too(ada: StaffMember, cast: Cast) -> None:
    answer = ada.rest.upload(f"websites/{cast.acme.pk}/picture/", "logo.png", picture(80, 80))
    address = answer.json()["avatar_url"]
    assert fetched(ada.rest, address).status_code == 200
    assert ada.rest.get(f"websites/{cast.acme.pk}/").json()["avatar_url"] == address
    open_to_all = Rest(ada.stack).get(f"widget/config/{cast.acme.website_key}/").json()
    assert open_to_all["avatar_url"] == address
    assert ada.rest.request("DELETE", f"websites/{cast.acme.pk}/picture/").status_code == 204
    assert fetched(ada.rest, address).status_code == 404


def test_the_assistant_wears_its_websites_picture(vera: Visitor, ada: StaffMember, people_only: Cast) -> None:
    answer = ada.rest.upload(f"websites/{people_only.acme.pk}/picture/", "logo.png", picture(80, 80))
    Entry.objects.bulk_create(
        [
            Entry(
                conversation_id=vera.conversation_id,
                website=people_only.acme,
                **{"seq": 90, "rev": 90, "kind": "message", "role": "assistant", "audience": "everyone"},
                content="I am the assistant",
            )
        ]
    )
    for who, path in ((vera, vera.path("entries/")), (ada, f"conversations/{vera.conversation_id}/entries/")):
        author = who.rest.get(path).json()["entries"][-1]["author"]
        assert author == {"id": None, "name": "Acme Assistant", "avatar_url": answer.json()["avatar_url"]}


async def test_a_guessed_name_finds_nothing(ben: StaffMember) -> None:
    for name in ("a" * 24, "1", "-", "%00"):
        assert fetched(ben.rest, f"/pictures/{name}.webp").status_code == 404
