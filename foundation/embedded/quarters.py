"""Where an embedded server lives: a place that the account it runs as can reach.

Postgres refuses root, so root runs the servers as an unprivileged account. That account often cannot enter the place
root works in (/root, a directory made by `mktemp -d`). Data and programs then move below /var/lib, and a symbolic link
stays where they were asked for.
"""

import hashlib
import os
import shutil
from pathlib import Path

from foundation.supervisor.accounts import Account
from foundation.supervisor.failure import StartFailure

SHELTER = Path("/var/lib/chatplatform-demo")


def settle(folder: Path, account: Account | None) -> Path:
    """Returns `folder`, made and owned by the account, or its stand-in when the account cannot reach it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if account is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder
    if not folder.is_symlink():
        hand_over(folder, account)
        if account.can("test", "-x", folder):
            return folder
        move_to_shelter(folder)
    sheltered = folder.readlink()
    hand_over(sheltered, account)
    if not account.can("test", "-x", sheltered):
        raise StartFailure(f"The account {account.uid} cannot enter {sheltered}: run make demo as an ordinary user.")
    return sheltered


def hand_over(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(folder, account.uid, account.gid)


def move_to_shelter(folder: Path) -> None:
    sheltered = shelter("data") / short_hash(str(folder.absolute()))
    if sheltered.exists():
        shutil.rmtree(sheltered)  # its link is gone: whoever removed the link has thrown these data away
    shutil.move(folder, sheltered)
    folder.symlink_to(sheltered)


def reachable_copy(name: str, folder: Path, parts: tuple[str, ...]) -> Path:
    """A copy of these parts of a folder, side by side as they were, that every account can read and run.

    The name says which version it is: all clones on a machine share one copy.
    """
    copy = shelter("programs") / name
    if copy.exists():
        return copy
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    for part in parts:
        shutil.copytree(folder / part, unfinished / part, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:  # somebody else was faster
        shutil.rmtree(unfinished)
    return copy


def shelter(kind: str) -> Path:
    """Open to every account, whatever the umask is."""
    folder = SHELTER / kind
    folder.mkdir(parents=True, exist_ok=True)
    for path in (SHELTER, folder):
        path.chmod(0o755)
    return folder


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
