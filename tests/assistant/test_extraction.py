"""Documents become text, in a process that may be killed; what cannot be read says why."""

from __future__ import annotations

import asyncio
import os
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from assistant.extraction.documents import MOST_TEXT, Document, Unreadable
from assistant.extraction.encodings import decoded
from assistant.ingestion import extractor as extractors
from assistant.ingestion.addresses import normal, pages_of, site_of
from assistant.ingestion.extractor import Extractor
from assistant.knowledge.passages import LONGEST, parts_of

SHOP = """<html lang="en"><head><title>Delivery times | Acme</title></head><body>
<nav><ul><li><a href="/cart">Cart</a></li></ul></nav><main><h1>Delivery times</h1>
<p>Orders before noon leave the same day.</p><h2>Germany</h2><p>It takes 1–2 working days.</p>
<table><tr><th>Country</th><th>Days</th></tr><tr><td>France</td><td>3</td></tr></table>
<ul><li>Not on <b>Saturdays</b>.</li></ul><p>See <a href="/returns">returns</a>.</p></main>
<script>track()</script><footer>Imprint</footer></body></html>"""


async def text_of(content: bytes, **options: Any) -> Document:
    async with Extractor() as extractor:
        return await extractor.read(content, **options)


async def why_not(content: bytes, **options: Any) -> str:
    with pytest.raises(Unreadable) as refused:
        await text_of(content, **options)
    return str(refused.value)


def pdf(*lines: str, password: str = "", compressed: bytes | None = None) -> bytes:
    """A PDF with a page of these lines, by hand: every object and its place. `/F2 18 Tf|` in front: bold and larger."""
    shown = " ".join(f"{style[0]} ({line}) Tj 0 -24 Td" for *style, line in map(styled, lines))
    content = compressed or f"BT /F1 12 Tf 50 700 Td {shown} ET".encode()
    packed = b" /Filter /FlateDecode" if compressed else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 600 800] "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), packed, content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"xref\n0 7\n0000000000 65535 f \n" + table
    made += b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % made.index(b"xref\n")
    return encrypted(made, password) if password else made


def styled(line: str) -> tuple[str, str]:
    """`/F2 18 Tf|Text` → its style and its text."""
    style, _, text = line.rpartition("|")
    return style or "/F1 12 Tf", text


def encrypted(content: bytes, password: str) -> bytes:
    writer, out = PdfWriter(clone_from=BytesIO(content)), BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


# --- what is read ---


async def test_a_web_page_keeps_headings_lists_and_tables_and_loses_what_is_around_them() -> None:
    document = await text_of(SHOP.encode(), url="https://acme.test/delivery")
    assert document.title == "Delivery times"
    assert [part.heading for part in parts_of(document.text)] == ["", "Germany"]
    for kept in ("1–2 working days", "| France | 3 |", "- Not on **Saturdays**."):
        assert kept in document.text
    for lost in ("Cart", "Imprint", "track", "<"):
        assert lost not in document.text
    assert document.links == ["https://acme.test/cart", "https://acme.test/returns"]


BODY = [f"Number {number} says something about what it costs to send a parcel abroad." for number in range(6)]


@pytest.mark.slow
@pytest.mark.parametrize("style", ["/F2 12 Tf", "/F1 18 Tf", "/F2 18 Tf"], ids=["bold", "larger", "both"])
async def test_larger_or_bold_lines_of_a_pdf_are_headings(style: str) -> None:
    document = await text_of(pdf(*BODY, f"{style}|Delivery", f"{style}|to France", *BODY))
    assert [part.heading for part in parts_of(document.text)] == ["", "Delivery to France"]
    assert document.text.count("Number 3 says") == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        [f"/F2 12 Tf|{line}" for line in BODY],
        [*BODY, "/F2 18 Tf|This is a whole sentence, only printed larger."],
        [*BODY, "/F2 18 Tf|42"],
        [line for number in range(6) for line in (f"/F2 14 Tf|Item {number}", f"It costs {number} euros")],
    ],
    ids=["all of it bold", "a sentence", "a number", "every other line"],
)
async def test_not_all_that_stands_out_in_a_pdf_is_a_heading(lines: list[str]) -> None:
    document = await text_of(pdf(*lines))
    assert [part.heading for part in parts_of(document.text)] == [""]


async def test_a_pdf_is_read_and_its_divided_words_are_joined() -> None:
    document = await text_of(pdf("Zebras are strip-", "ed animals."))
    assert "striped animals." in document.text


async def test_text_and_markdown_stay_as_they_are() -> None:
    assert (
        await text_of(b"# Zebras\n\nThey have *stripes* & 2 < 3.")
    ).text == "# Zebras\n\nThey have *stripes* & 2 < 3."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_text_is_read_in_the_encoding_it_has(encoding: str) -> None:
    text = "Größe, Maße und Öffnungszeiten: über Rückgaben können wir täglich beschließen. " * 5
    assert decoded(text.encode(encoding)) == text


def test_cyrillic_is_read_as_it_was_declared() -> None:
    assert decoded("Доставка и возврат".encode("koi8-r"), "koi8-r") == "Доставка и возврат"


async def test_what_postgres_cannot_store_or_nobody_sees_is_left_out() -> None:
    odd = "Ze\u200bbras have\u00a020\u202fstripes,\x0b and\u0085 👩\u200d🌾 likes them \ue000very much, as we all do."
    seen = "Zebras have 20 stripes,  and  👩\u200d🌾 likes them very much, as we all do."
    assert (await text_of(odd.encode())).text == seen


async def test_a_very_long_text_is_cut_and_says_so() -> None:
    document = await text_of(b"Zebras have stripes.\n" * 60_000)
    assert (len(document.text), "first million" in document.notice) == (MOST_TEXT, True)


def test_a_long_paragraph_is_cut_at_its_sentences() -> None:
    parts = parts_of("Zebras have many stripes, and no two are alike. " * 100)
    assert all(len(part.body) <= LONGEST and part.body.endswith("alike.") for part in parts)
    assert sum(part.body.count("Zebras") for part in parts) == 100
    assert all(len(part.body) <= LONGEST for part in parts_of("x" * 10_000))


# --- what is not ---


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\nnothing of a PDF", "This PDF is broken: it cannot be opened."),
        (pdf("Zebras")[:300], "This PDF is broken: it cannot be opened."),
        (pdf(), "There is no text in this PDF."),
        (pdf("Zebras", password="secret"), "This PDF is protected by a password."),
        (b"  \n ", "There is nothing in it."),
        (b"PK\x03\x04", "This is a Word, Excel or zip file."),
        (b"Zebras\0\x01\x02\x03 have stripes", "It does not look like text."),
        (os.urandom(4000), ""),
    ],
    ids=["no pdf", "half a pdf", "empty pdf", "locked pdf", "nothing", "zip", "binary", "noise"],
)
async def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    assert (await why_not(content)).startswith(reason)


@pytest.mark.slow
async def test_a_pdf_that_unpacks_to_gigabytes_is_given_up_and_the_next_is_read() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(300)) + packer.flush()
    async with Extractor(seconds=20) as extractor:
        with pytest.raises(Unreadable):
            await extractor.read(pdf(compressed=bomb))
        assert (await extractor.read(b"Zebras have stripes.")).text == "Zebras have stripes."


async def test_what_takes_too_long_is_stopped_and_the_next_is_read() -> None:
    async with Extractor(seconds=0.02) as extractor:
        with pytest.raises(Unreadable, match=r"It took more than 0\.02 seconds to read\."):
            await extractor.read(SHOP.encode() * 200)
        extractor.seconds = 20
        assert (await extractor.read(b"Zebras have stripes.")).text == "Zebras have stripes."


async def test_a_reader_that_dies_costs_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Extractor() as extractor:
        await extractor.read(b"Zebras have stripes.")
        assert extractor._process is not None
        extractor._process.kill()
        with pytest.raises(Unreadable, match="broken, or too complex"):
            await extractor.read(b"Zebras have stripes.")
        assert (await extractor.read(b"Zebras have stripes.")).text == "Zebras have stripes."


async def test_the_reader_is_told_none_of_our_secrets() -> None:
    process = await extractors._started()
    try:
        environment = await asyncio.to_thread(Path(f"/proc/{process.pid}/environ").read_bytes)
    finally:
        process.kill()
        await process.wait()
    assert os.environ["SECRET_KEY"].encode() not in environment
    assert b"DATABASE_URL" not in environment


# --- addresses ---


def test_one_page_has_one_spelling() -> None:
    for url in ("HTTPS://Acme.test:443/a b?utm_source=x&c=1#top", " https://acme.test/a%20b?c=1 "):
        assert normal(url) == "https://acme.test/a%20b?c=1"
    assert normal("https://bücher.test") == "https://xn--bcher-kva.test/"
    for nonsense in (
        "mailto:a@b",
        "javascript:x",
        "https://a b/",
        "https://u:p@a.test/",
        "https://[::1",
        "/x",
        "",
        "https://a.test/\ud800",
    ):
        assert normal(nonsense) is None


def test_links_that_lead_elsewhere_or_to_no_text_are_left_out() -> None:
    links = ["https://www.acme.test/a", "http://acme.test/b", "https://acme.test/c.jpg", "https://evil.test/d", "tel:1"]
    assert pages_of(links, site_of("https://acme.test/")) == ["https://www.acme.test/a", "http://acme.test/b"]
