"""One file with everything: a ZIP whose last member, the manifest, says what is in it and what each part sums up to."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from foundation.backups.folder import unfinished

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
Write = Callable[[bytes], object]


class Damaged(Exception):
    """The archive is not what was written. Says where."""


@dataclass
class Part:
    """A member of the archive: a table's rows, or a file."""

    name: str
    size: int = 0
    sha256: str = ""
    rows: int | None = None
    columns: list[str] = field(default_factory=list)


@dataclass
class Manifest:
    """`migrations`: which had been applied, by which a version knows whether it can read this.

    `key`: a sum over the secret that encrypts stored keys, to tell whether a restored installation has it.
    """

    begun_at: str
    migrations: list[tuple[str, str]]
    key: str = ""
    format: int = FORMAT
    seconds: float = 0.0
    sequences: dict[str, int] = field(default_factory=dict)
    tables: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(part.rows or 0 for part in self.tables)


@contextmanager
def new_archive(file: Path) -> Iterator[Writer]:
    """In what `claim` has made, under another name until it is whole and on the disk; only its owner may read it."""
    begun = unfinished(file)
    try:
        with begun.open("r+b") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield Writer(archive)
            opened.flush()
            os.fsync(opened.fileno())
        begun.replace(file)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise


@dataclass
class Writer:
    archive: zipfile.ZipFile

    @contextmanager
    def member(self, part: Part, *, pack: bool = True) -> Iterator[Write]:
        """Write a part, whose size and sum are known afterwards. Pictures are packed already."""
        information = zipfile.ZipInfo(part.name, date_time=(1980, 1, 1, 0, 0, 0))
        information.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        summed = hashlib.sha256()
        with self.archive.open(information, "w", force_zip64=True) as opened:

            def write(chunk: bytes) -> None:
                opened.write(chunk)
                summed.update(chunk)
                part.size += len(chunk)

            yield write
        part.sha256 = summed.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        self.archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


@dataclass
class Archive:
    """To read one."""

    zip: zipfile.ZipFile
    manifest: Manifest

    def opened(self, part: Part) -> IO[bytes]:
        return self.zip.open(part.name)

    def verify(self) -> None:
        """Read all of it. Raises Damaged."""
        parts = [*self.manifest.tables, *self.manifest.files]
        if {part.name for part in parts} | {MANIFEST} != set(self.zip.namelist()):
            raise Damaged("what is in it is not what its manifest names")
        for part in parts:
            try:
                with self.opened(part) as opened:
                    summed = hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
                raise Damaged(f"{part.name} cannot be read: {error}") from None
            if summed != part.sha256:
                raise Damaged(f"{part.name} is not what was written")


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Raises Damaged where it cannot be read, or has no manifest that we understand."""
    try:
        opened = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise Damaged(str(error)) from None
    with opened:
        try:
            told = json.loads(opened.read(MANIFEST))
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            raise Damaged(f"its manifest cannot be read: {error}") from None
        yield Archive(opened, manifest_of(told))


def manifest_of(told: dict[str, Any]) -> Manifest:
    if told.get("format") != FORMAT:
        raise Damaged(f"it has the form {told.get('format')}, and this version reads {FORMAT}: take a newer version")
    told = dict(told)
    for name in ("tables", "files"):
        told[name] = [Part(**part) for part in told[name]]
    told["migrations"] = [(app, name) for app, name in told["migrations"]]
    return Manifest(**told)
