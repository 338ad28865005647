"""Websites to be read: real servers, whose pages do whatever a test wants."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from accounts.models import Website
from assistant.models import Source

Answer = str | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """`site` has what it serves, and what it was asked."""

    site: OutsideWebsite

    def do_GET(self) -> None:
        self.site.asked.append((self.path, dict(self.headers)))
        answer = self.site.pages.get(self.path)
        with suppress(OSError):  # the reader has gone
            if answer is None:
                self.reply("Nothing here.", status=404)
            elif callable(answer):
                answer(self)
            else:
                self.reply(answer)

    def reply(self, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.head(kind, status, **{"Content-Length": str(len(content)), **more})
        self.wfile.write(content)

    def head(self, kind: str = "text/html", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody wants to read this."""


class OutsideWebsite:
    """Serves `pages` by path until it is closed; `asked` are paths and headers of the requests."""

    def __init__(self, pages: dict[str, Answer] | None = None) -> None:
        self.pages: dict[str, Answer] = pages or {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        handler = type("Handler", (Handler,), {"site": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.server_address[1]}{path}"

    def times_asked(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def page(title: str, text: str, *links: str) -> str:
    listed = "".join(f'<li><a href="{link}">More</a></li>' for link in links)
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><nav><a href='/login'>Log in</a></nav>"
        f"<main><h1>{title}</h1><p>{text}</p><h2>See also</h2><ul>{listed}</ul></main>"
        "<footer>© The zoo. All rights reserved.</footer></body></html>"
    )


def sitemap(*urls: str) -> str:
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'


def redirect_to(url: str, status: int = 302) -> Answer:
    return lambda request: request.reply("", status=status, Location=url)


def endless(request: Handler) -> None:
    """A page without an end."""
    request.head()
    while True:
        request.wfile.write(b"<p>And so on, and so on, and so on.</p>\n" * 1000)


def slow_drip(request: Handler) -> None:
    """A byte now and then, for ever."""
    request.head()
    while True:
        request.wfile.write(b".")
        request.wfile.flush()
        time.sleep(0.05)


def source_of(website: Website, kind: str, url: str = "", **fields: object) -> Source:
    """Without a job: the test reads it itself."""
    return Source.objects.create(website=website, kind=kind, url=url, title=url[:200] or "A file", **fields)
