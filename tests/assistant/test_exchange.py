"""Knowledge goes out and comes in again as it was; what is broken or hostile is refused by its name, and all of it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Website
from assistant.exchange.forms import LONGEST_FILE, Malformed, from_json, from_markdown
from assistant.exchange.packages import read_path, read_upload
from assistant.knowledge.articles import ArticleText, write_article
from assistant.models import Article, Source
from tests.cast import Cast

TEXTS = [
    ArticleText("delivery", "Delivery: times & costs", "## Times\r\n\r\nNine days.\n\n---\n\nNo more.\n"),
    ArticleText("yes", "yes", "\n\nIt begins with empty lines", "https://acme.test/yes?a=1&b=ü", published=False),
    ArticleText("returns_2", '"Quoted" – ürün # no comment', "---\nno: front matter\n---\n", kind="question"),
]


@pytest.fixture
def acme(cast: Cast) -> Website:
    for text in TEXTS:
        write_article(cast.acme, text)
    return cast.acme


def stored(website: Website) -> list[ArticleText]:
    rows = Article.objects.for_website(website.pk).order_by("slug")
    return [ArticleText(one.slug, one.title, one.body, one.url, one.published, one.kind) for one in rows]


@pytest.mark.parametrize("name", ["folder", "all.json", "all.zip"])
def test_what_goes_out_comes_in_as_it_was_and_once(acme: Website, cast: Cast, tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    call_command("knowledge_export", acme.website_key, to=place)
    before = stored(acme)
    assert before == sorted(TEXTS, key=lambda one: one.slug)
    for _ in range(2):
        call_command("knowledge_import", str(cast.globex.pk), str(place))
    assert stored(cast.globex) == before
    assert stored(acme) == before
    Article.objects.for_website(acme.pk).filter(slug="yes").update(title="no")
    call_command("knowledge_import", str(acme.pk), str(place), dry_run=True)
    assert Article.objects.for_website(acme.pk).get(slug="yes").title == "no"
    call_command("knowledge_import", str(acme.pk), str(place))
    assert stored(acme) == before


def test_it_says_what_would_change(acme: Website, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "delivery.md").write_text("---\ntitle: Delivery\n---\nTen days.\n")
    (tmp_path / "New one.md").write_text("# How to pay\n\nBy card.")
    (tmp_path / "notes.txt").write_text("not an article")
    call_command("knowledge_import", str(acme.pk), str(tmp_path), dry_run=True)
    said = capsys.readouterr().out
    assert "would be new: new-one" in said
    assert "would be changed: delivery" in said
    assert "1 new, 1 changed, 0 as they were." in said
    call_command("knowledge_import", str(acme.pk), str(tmp_path))
    assert Article.objects.for_website(acme.pk).get(slug="new-one").title == "How to pay"
    assert Article.objects.for_website(acme.pk).count() == len(TEXTS) + 1


def test_what_was_read_from_a_source_neither_goes_out_nor_is_written_over(acme: Website, tmp_path: Path) -> None:
    source = Source.objects.create(website=acme, kind="page", url="https://acme.test/", title="Acme")
    write_article(acme, ArticleText("read", "Read", "Elsewhere", kind="page"), source)
    call_command("knowledge_export", str(acme.pk), to=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery.md", "returns_2.md", "yes.md"]
    (tmp_path / "read.md").write_text("Mine")
    (tmp_path / "delivery.md").write_text("Changed")
    before = stored(acme)
    with pytest.raises(CommandError, match="read: that is the slug of what was read from a source"):
        call_command("knowledge_import", str(acme.pk), str(tmp_path))
    assert stored(acme) == before


BAD = {
    "latin.md": (b"caf\xe9", "not UTF-8"),
    "open.md": (b"---\ntitle: x\nno end", "no end"),
    "yaml.md": (b"---\ntitle: [x\n---\n", "no YAML"),
    "object.md": (b"---\ntitle: !!python/object/apply:os.system ['true']\n---\n", "no YAML"),
    "list.md": (b"---\n- x\n---\n", "without names"),
    "bomb.md": (b"---\na: &a [x,x]\nb: &b [*a,*a]\n---\n", "aliases"),
    "deep.md": (b"---\ntitle: " + b"[" * 5000 + b"\n---\n", "no YAML"),
    "slug.md": (b"---\nslug: ../../etc/passwd\n---\nx", "slug"),
    "kind.md": (b"---\nkind: page\n---\nx", "kind"),
    "url.md": (b"---\nurl: javascript:alert(1)\n---\nx", "url"),
    "zero.md": (b"a\x00b", "zero byte"),
    "long.md": (b"x" * 100_001, "body"),
    "larger.md": (b"x" * (LONGEST_FILE + 1), "larger than 1 MB"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_named_and_nothing_is_taken_in(cast: Cast, tmp_path: Path, name: str) -> None:
    content, why = BAD[name]
    (tmp_path / "a-good-one.md").write_text("Good")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("knowledge_import", str(cast.acme.pk), str(tmp_path))
    assert name in str(refused.value)
    assert why in str(refused.value)
    assert stored(cast.acme) == []


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    (folder / "file.md").symlink_to(outside / "secret.md")
    refuses(folder, "file.md")
    (folder / "folder").symlink_to(outside)
    refuses(folder, "folder")
    os.mkfifo(folder / "pipe.md")
    refuses(folder, "pipe.md")


def refuses(folder: Path, name: str) -> None:
    with pytest.raises(Malformed, match=name):
        read_path(folder)
    (folder / name).unlink()


def test_an_export_writes_through_no_link(acme: Website, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "yes.md").symlink_to(target)
    with pytest.raises(CommandError, match=r"yes\.md"):
        call_command("knowledge_export", str(acme.pk), to=tmp_path / "to")
    assert target.read_text() == "precious"


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.slow
def test_hostile_zips_are_refused() -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    lying = bytearray(packed(("big.md", b"x" * 50_000_000)))
    place = lying.rindex(b"PK\x01\x02")
    lying[place + 24 : place + 28] = (10).to_bytes(4, "little")  # it says that it is ten bytes long
    tries = {
        r"up\.md": packed(("../up.md", b"x")),
        "etc": packed(("/etc/x.md", b"x")),
        r"win\.md": packed(("..\\win.md", b"x")),
        r"link\.md": packed((link, b"/etc/passwd")),
        r"big\.md: larger": packed(("big.md", b"x" * 50_000_000)),
        "cannot be unpacked": packed(("a.md", b"x" * 1000))[:-30],
        "unpacked|larger|big": bytes(lying),
        "more than 10000 files": packed(*((f"{n}.txt", b"") for n in range(10_001))),
        "more than 50 MB": packed(*((f"{n}.md", b"# x\n" + b" " * 99_000) for n in range(600))),
        "the slug same": packed(("a/same.md", b"x"), ("b/same.md", b"x")),
    }
    for why, content in tries.items():
        with pytest.raises(Malformed, match=why):
            read_upload("all.zip", content)


def test_json_is_looked_at_as_well() -> None:
    tries = {
        "no JSON": b"[" * 100_000,
        "no list": b'{"articles": 7}',
        "article 1: slug": b'[{"slug": "../x", "title": "x", "body": "x"}]',
        "article 2": b'[{"slug": "a", "title": "x", "body": "x"}, 7]',
        "more than 2000": json.dumps([{}] * 2001).encode(),
    }
    for why, content in tries.items():
        with pytest.raises(Malformed, match=why):
            from_json("all.json", content)
    twice = json.dumps([{"slug": "a", "title": "x", "body": "x"}] * 2).encode()
    with pytest.raises(Malformed, match="slug a"):
        read_upload("all.json", twice)


def test_what_other_programs_write_beside_it_is_left_out() -> None:
    found = from_markdown("faq/pay.md", b"---\r\nlayout: post\r\ndate: 2026-01-01\r\ntitle: Pay\r\n---\r\nBy card.\r\n")
    assert (found.slug, found.title, found.published) == ("pay", "Pay", True)
    assert found.body.strip() == "By card."


def test_an_unknown_website_is_said_so(tmp_path: Path) -> None:
    for given in ("0", "nobodys-key", "9" * 30):
        with pytest.raises(CommandError, match="no website"):
            call_command("knowledge_export", given, to=tmp_path)
