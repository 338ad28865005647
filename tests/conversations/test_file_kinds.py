"""What may be sent, told by its content; images are made anew; what is too large is refused before it is read."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest
from PIL import Image

from conversations.files.names import safe_name
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.conversations.test_attachments import PDF, picture
from tests.servers.stack import Stack

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIGABYTE = 1024**3


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "stored", "content_type"),
    [
        ("a.pdf", PDF, "a.pdf", "application/pdf"),
        ("a.docx", archive("word/document.xml"), "a.docx", "wordprocessingml.document"),
        ("a.zip", archive("a.txt"), "a.zip", "application/zip"),
        ("a.csv", "größe;preis\n1;2\n".encode(), "a.csv", "text/plain"),
        ("a.txt", HTML, "a.txt", "text/plain"),
        ("photo", picture(kind="JPEG"), "photo.jpg", "image/jpeg"),
        ("photo.html", picture(), "photo.png", "image/png"),
        ("C:\\photos\\me.webp", picture(kind="WEBP"), "me.webp", "image/webp"),
    ],
)
async def test_a_file_is_what_its_content_says(
    vera: Visitor, name: str, content: bytes, stored: str, content_type: str
) -> None:
    answer = vera.rest.upload(vera.path("attachments/"), name, content)
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == stored
    assert answer.json()["content_type"].endswith(content_type)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a.html", HTML),
        ("a.pdf", HTML),
        ("a.exe", b"MZ" + bytes(200)),
        ("a.png", b"MZ" + bytes(200)),
        ("a.txt", b"MZ" + bytes(200)),
        ("a.xlsx", b"no archive"),
        ("a.png", picture()[:60]),
        ("a", b"something"),
        ("a.mp4", HTML),
        ("empty.txt", b""),
    ],
)
async def test_what_it_is_not_or_may_not_be_is_refused(vera: Visitor, name: str, content: bytes) -> None:
    answer = vera.rest.upload(vera.path("attachments/"), name, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert answer.json()["error"]["detail"].startswith("file: ")


async def test_a_photo_does_not_tell_where_it_was_taken_and_stands_upright(vera: Visitor) -> None:
    photo = Image.new("RGB", (60, 40))
    exif = photo.getexif()
    exif[0x0112], exif[0x010E] = 6, "secret place"  # turned by 90°; a description
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 11.0)
    content = io.BytesIO()
    photo.save(content, "JPEG", exif=exif, comment=b"secret comment")
    taken = vera.rest.upload(vera.path("attachments/"), "photo.jpg", content.getvalue()).json()
    assert (taken["width"], taken["height"]) == (40, 60)
    fetched = vera.rest.download(taken["url"]).content
    assert b"secret" not in fetched
    assert dict(Image.open(io.BytesIO(fetched)).getexif()) == {}


async def test_a_picture_keeps_its_transparency_and_an_animation_its_frames(vera: Visitor) -> None:
    glass, film = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(glass, "PNG")
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:], duration=80)
    for name, content in (("glass.png", glass), ("film.gif", film)):
        taken = vera.rest.upload(vera.path("attachments/"), name, content.getvalue()).json()
        fetched = Image.open(io.BytesIO(vera.rest.download(taken["url"]).content))
        assert fetched.mode == "RGBA" if name == "glass.png" else getattr(fetched, "n_frames", 1) == 3


@pytest.mark.slow
async def test_an_image_that_unpacks_to_far_more_than_it_looks_is_refused(vera: Visitor) -> None:
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 200_000
    answer = vera.rest.upload(vera.path("attachments/"), "bomb.png", bomb.getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert "40 megapixels" in answer.json()["error"]["detail"]


async def test_a_file_of_two_gigabytes_is_refused_before_a_byte_of_it_is_read(stack: Stack, people_only: Cast) -> None:
    """By uvicorn; Daphne stores a body before it asks anybody (docs/decisions)."""
    vera = visit(stack, people_only.acme)
    vera.open()
    head = (
        f"POST /api/v1/{vera.path('attachments/')} HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\n"
        f"Authorization: Bearer {vera.rest.token}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    )
    assert b" 413 " in answered(stack, f"{head}Content-Length: {2 * GIGABYTE}\r\n\r\n".encode(), [])
    pieces = [b"100000\r\n" + bytes(0x100000) + b"\r\n"] * 40
    assert b" 413 " in answered(stack, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), pieces)


def answered(stack: Stack, head: bytes, pieces: list[bytes]) -> bytes:
    """The first line of the answer to a request of which so much is sent."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as connection:
        try:
            for piece in [head, *pieces]:
                connection.sendall(piece)
        except ConnectionError:
            pass  # cut off in the middle, after the answer
        return connection.recv(1000).split(b"\r\n")[0]


async def test_a_file_over_the_limit_and_too_many_are_refused_clearly(
    new_stack: Callable[..., Stack], people_only: Cast
) -> None:
    limits = {"UPLOAD_MEGABYTES": "1", "UPLOAD_DAY_MEGABYTES": "1.2", "LIMIT_UPLOADS_PER_MINUTE": "5"}
    stack = new_stack(env=limits, worker=False, name="small-files")
    vera = visit(stack, people_only.acme)
    vera.open()
    answer = vera.rest.upload(vera.path("attachments/"), "a.txt", b"x" * (1024**2 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_long")
    assert answer.json()["error"]["detail"] == "file: at most 1 MB."
    assert vera.rest.upload(vera.path("attachments/"), "a.txt", b"x" * 1024**2).status_code == 201
    answer = vera.rest.upload(vera.path("attachments/"), "a.txt", b"x" * 1024**2)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    for expected in (201, 201, 429):
        answer = vera.rest.upload(vera.path("attachments/"), "a.txt", b"x")
        assert answer.status_code == expected
    assert int(answer.headers["Retry-After"]) <= 60


async def test_a_body_that_holds_no_single_file_is_refused(vera: Visitor) -> None:
    path = vera.path("attachments/")
    file = ("a.txt", b"x", "text/plain")
    for options in ({"files": {"other": file}}, {"files": [("file", file), ("file", file)]}):
        answer = vera.rest.request("POST", path, **options)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    answer = vera.rest.request("POST", path, files={"file": file}, data={"surprise": "1"})
    assert answer.json()["error"]["detail"].startswith("surprise")
    assert vera.rest.post(path, {"client_id": str(uuid4())}).status_code == 415


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("photo\u202egnp.exe", "photognp.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("", "file.txt"),
        (".txt", "txt.txt"),
        ("x" * 500 + ".txt", "x" * 116 + ".txt"),
        ("Rechnung Nr. 5.txt", "Rechnung Nr. 5.txt"),
        ('a"b<c>.txt', "abc.txt"),
    ],
)
def test_a_name_cannot_deceive(given: str, safe: str) -> None:
    assert safe_name(given, ".txt") == safe
