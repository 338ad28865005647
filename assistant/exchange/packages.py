"""Where files of articles lie: a folder, a zip file, or one JSON file. What could lead elsewhere is refused."""

from __future__ import annotations

import io
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from assistant.exchange.forms import LONGEST_FILE, MOST, Malformed, Written, as_markdown, from_json, from_markdown

LONGEST = 50_000_000  # bytes of everything at once
MOST_NAMES = 10_000  # in a zip file or a folder, whatever they are
ENDINGS = (".md", ".markdown")
ENCRYPTED = 0x1  # of a zip entry's flags
Pieces = Iterable[tuple[str, bytes]]


def read_path(path: Path) -> list[Written]:
    """Of a folder, a zip file or a JSON file. Raises Malformed, OSError."""
    if path.is_dir():
        return read_pieces(_of_folder(path))
    if path.stat().st_size > LONGEST:
        raise Malformed(f"{path.name}: larger than {LONGEST // 1_000_000} MB")
    return read_upload(path.name, path.read_bytes())


def read_upload(name: str, content: bytes) -> list[Written]:
    """Of a zip file, a JSON file or one Markdown file, told by what is in it. Raises Malformed."""
    if len(content) > LONGEST:
        raise Malformed(f"{name}: larger than {LONGEST // 1_000_000} MB")
    if content.startswith(b"PK"):
        return read_pieces(_of_zip(name, content))
    if name.lower().endswith(ENDINGS):
        return read_pieces([(name, content)])
    return _each_once([(name, one) for one in from_json(name, content)])


def read_pieces(pieces: Pieces) -> list[Written]:
    found: list[tuple[str, Written]] = []
    total = 0
    for name, content in pieces:
        total += len(content)
        if total > LONGEST:
            raise Malformed(f"{name}: with it, more than {LONGEST // 1_000_000} MB in all")
        if len(found) >= MOST:
            raise Malformed(f"{name}: more than {MOST} articles")
        found.append((name, from_markdown(name, content)))
    return _each_once(found)


def zip_of(articles: Iterable[Written]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for one in articles:
            archive.writestr(f"{one.slug}.md", as_markdown(one))
    return packed.getvalue()


def write_folder(folder: Path, articles: Iterable[Written]) -> int:
    """A file for each; those that are there already under its name are written over, links are not followed."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for one in articles:
        place = folder / f"{one.slug}.md"
        if place.is_symlink():
            raise Malformed(f"{place.name}: a link, which is not written through")
        place.write_bytes(as_markdown(one))
        count += 1
    return count


def _each_once(found: list[tuple[str, Written]]) -> list[Written]:
    named: dict[str, str] = {}
    for name, one in found:
        if one.slug in named:
            raise Malformed(f"{name}: the slug {one.slug} is that of {named[one.slug]}, too")
        named[one.slug] = name
    return [one for _, one in found]


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Links are refused, not followed: they could lead out of the folder."""
    names = 0
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in [*folders, *sorted(files)]:
            path = Path(place) / name
            shown = path.relative_to(folder).as_posix()
            names += 1
            if names > MOST_NAMES:
                raise Malformed(f"{shown}: more than {MOST_NAMES} files")
            if path.is_symlink():
                raise Malformed(f"{shown}: a link, which is not followed")
            if name in folders or name.startswith(".") or path.suffix.lower() not in ENDINGS:
                continue
            yield shown, _content(path, shown)


def _content(path: Path, shown: str) -> bytes:
    """Of a plain file alone: what reads without end, such as a pipe, is none."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Malformed(f"{shown}: no plain file")
    if found.st_size > LONGEST_FILE:
        raise Malformed(f"{shown}: larger than {LONGEST_FILE // 1_000_000} MB")
    with path.open("rb") as file:
        return file.read(LONGEST_FILE + 1)


def _of_zip(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Nothing is written to disk; what a file says of its length is not believed."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_NAMES:
                raise Malformed(f"{name}: more than {MOST_NAMES} files")
            for entry in entries:
                _refuse_hostile(entry)
                if not entry.is_dir() and _is_article(entry.filename):
                    with archive.open(entry) as file:
                        yield entry.filename, file.read(LONGEST_FILE + 1)
    except (
        BadZipFile,
        zlib.error,
        LZMAError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise Malformed(f"{name}: cannot be unpacked ({type(error).__name__})") from None


def _refuse_hostile(entry: ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True:
        raise Malformed(f"{entry.filename[:200]}: a path that leads elsewhere")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Malformed(f"{entry.filename[:200]}: a link, which is not followed")
    if entry.flag_bits & ENCRYPTED:
        raise Malformed(f"{entry.filename[:200]}: encrypted")
    if entry.file_size > LONGEST_FILE and _is_article(entry.filename):
        raise Malformed(f"{entry.filename[:200]}: larger than {LONGEST_FILE // 1_000_000} MB")


def _is_article(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in ENDINGS and not hidden
