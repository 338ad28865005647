"""A real Caddy with our Caddyfile, in which nothing is replaced but names, ports and where it keeps what it makes."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Mapping
from pathlib import Path

from foundation.supervisor.process import Process, ProcessSpec
from tests.servers.stack import LOGS, PROJECT

CADDY = shutil.which("caddy")
CADDYFILE = PROJECT / "deploy" / "Caddyfile"
NO_CADDY = "there is no Caddy here; test_files.py reads what stands there"


def caddy(
    port: int,
    http_port: int,
    folder: Path,
    web: tuple[str, int],
    also: Mapping[str, str] | None = None,
    cdn: str = "",
) -> Process:
    """Not started yet: https on `port`. `web` is its name and port; `also` is replaced in the text of the file; `cdn`
    are the addresses of one in front.
    """
    assert CADDY is not None
    # A root of its own, which no store of this machine is told of.
    text = CADDYFILE.read_text().replace("{\n", "{\n\tadmin off\n\tskip_install_trust\n", 1)
    for there, instead in (also or {}).items():
        assert there in text, f"{there!r} does not stand in the Caddyfile"
        text = text.replace(there, instead)
    (folder / "Caddyfile").write_text(text)
    given = {
        "DOMAIN": "localhost",
        "ACME_EMAIL": "you@example.com",
        "HTTPS_PORT": str(port),
        "HTTP_PORT": str(http_port),
        "CDN_ADDRESSES": cdn,
        "WEB_HOST": web[0],
        "WEB_PORT": str(web[1]),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    log = LOGS / f"caddy-{port}.log"
    root = _root(folder)
    return Process(
        ProcessSpec("caddy", command, log, os.environ | given, folder=PROJECT, stop_seconds=15, is_ready=root.is_file)
    )


def trust_in_caddy(folder: Path) -> ssl.SSLContext:
    """Once it is ready."""
    return ssl.create_default_context(cafile=str(_root(folder)))


def _root(folder: Path) -> Path:
    return folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
