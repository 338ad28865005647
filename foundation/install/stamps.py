"""Remembers from what something was made."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """A file inside what was made: whoever removes the one removes the other."""

    file: Path
    made_from: str

    @classmethod
    def of(cls, file: Path, sources: Iterable[Path]) -> "Stamp":
        """Their contents count, not their times, which every `git checkout` changes."""
        digest = hashlib.sha256()
        for source in sorted(sources):
            digest.update(f"{source}\0{source.stat().st_size}\0".encode())
            digest.update(source.read_bytes())
        return cls(file, digest.hexdigest())

    @property
    def is_current(self) -> bool:
        return self.file.exists() and self.file.read_text() == self.made_from

    def put(self) -> None:
        self.file.write_text(self.made_from)
