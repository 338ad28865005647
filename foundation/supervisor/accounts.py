"""Who a process runs as."""

import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# Every Linux and macOS has at least one of these.
UNPRIVILEGED_NAMES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @classmethod
    def unprivileged(cls, owner_of: Path | None = None) -> Self | None:
        """The account for a server that refuses root: ourselves (None) unless we are root.

        Data that is there already keeps its owner.
        """
        if os.geteuid() != 0:
            return None
        if owner_of is not None and owner_of.exists():
            found = owner_of.stat()
            if found.st_uid != 0:
                return cls(found.st_uid, found.st_gid)
        return cls.first_of(UNPRIVILEGED_NAMES)

    @classmethod
    def first_of(cls, names: Iterable[str]) -> Self:
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(known[name] for name in names if name in known)
        return cls(entry.pw_uid, entry.pw_gid)

    def can(self, *command: str | Path) -> bool:
        """Whether the command, run as this account, succeeds."""
        try:
            return run_as(self, *command).returncode == 0
        except PermissionError:
            return False


def run_as(account: Account | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end as the account (None: as ourselves), in a place that every account can enter."""
    return subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
