"""Node's packages of the lock file: for the demo those that build the front-ends, for development all."""

import os
from pathlib import Path

from foundation.install.commands import run
from foundation.install.python_packages import NODE
from foundation.install.stamps import Stamp

FOLDER = Path("node_modules")
SOURCES = [Path("package.json"), Path("package-lock.json")]


def install(level: str) -> None:
    stamps = [stamp_of("dev")] if level == "dev" else [stamp_of("dev"), stamp_of("demo")]
    if any(stamp.is_current for stamp in stamps):
        return
    print("Installing Node packages …", flush=True)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *(() if level == "dev" else ("--omit=dev",)))
    stamp_of(level).put()


def npm(*arguments: str) -> None:
    path = f"{NODE.absolute()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    run([NODE / "npm", *arguments], environment={"PATH": path})


def stamp_of(level: str) -> Stamp:
    return Stamp.of(FOLDER / f".installed-{level}", SOURCES)
