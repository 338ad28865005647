"""Somebody else's website, on a site of its own: a page with the script tag, and the headers it is careful with."""

from __future__ import annotations

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

NEAR = "127.0.0.1"  # our own site: tests' private windows forbid frames of other sites to store anything
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title><link rel="icon" href="data:,"></head>
<body><main><h1>A shop</h1><button>Add to basket</button></main>
<script async src="{script}"></script></body></html>"""


class HostPage:
    """Serves one page at `url()` until it is closed; another host name makes another site of it."""

    def __init__(self, script: str, headers: Mapping[str, str] | None = None, *, page: str = PAGE) -> None:
        body = page.format(script=script).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody wants to read this."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, host: str = "localhost") -> str:
        return f"http://{host}:{self.server.server_address[1]}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
