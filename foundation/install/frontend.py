"""The front-ends, built from TypeScript into static/dist/."""

from collections.abc import Iterator
from pathlib import Path

from foundation.install.node_packages import SOURCES, npm
from foundation.install.stamps import Stamp

BUILT = Path("static/dist")


def build() -> None:
    stamp = Stamp.of(BUILT / ".built-from", sources())
    if stamp.is_current and (BUILT / "manifest.json").exists():
        return
    print("Building the front-ends …", flush=True)
    npm("run", "--silent", "build")
    stamp.put()


def sources() -> Iterator[Path]:
    yield from SOURCES
    yield Path("build.mjs")
    yield Path("tsconfig.json")
    yield from (path for path in Path("frontend").rglob("*") if path.is_file() and ".test." not in path.name)
