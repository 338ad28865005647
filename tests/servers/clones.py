"""Fresh clones of this repository, in which nothing is installed yet."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.stack import PROJECT


@dataclass(frozen=True)
class Clone:
    folder: Path
    uid: int | None

    def make(self, target: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """As a shell does: make and all it starts in one process group."""
        return subprocess.Popen(
            ["make", "-C", str(self.folder), target],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder.parent), **way_to_the_registries(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            user=self.uid,
            cwd="/",
        )


def way_to_the_registries() -> dict[str, str]:
    """How this machine reaches the package indexes, if it must be told."""
    return {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_config_", "NODE_", "SSL_"))
    }


def clone_of(owner: pwd.struct_passwd | None) -> Iterator[Clone]:
    """In a folder that nobody else may enter, with a space in its name."""
    parent = Path(tempfile.mkdtemp(prefix="fresh clone "))
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(parent / "live chat")], check=True)
    if owner:
        subprocess.run(["chown", "-R", str(owner.pw_uid), str(parent)], check=True)
    yield Clone(parent / "live chat", owner.pw_uid if owner else None)
    for link in (parent / "live chat" / ".data").glob("*"):
        if link.is_symlink():
            shutil.rmtree(link.readlink())
    shutil.rmtree(parent)
