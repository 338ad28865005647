"""The worker's own `/metrics`: it has no web server, and what it counts (answers, their tokens) is in its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from chatplatform.metrics import REFUSAL, has_token, is_named
from foundation.pool_figures import look_at_pools

PATIENCE = 10.0  # seconds that a reader gets


class Handler(BaseHTTPRequestHandler):
    """Answers GET /metrics to whom the web server would, and nothing else."""

    timeout = PATIENCE

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self._answer(404, "text/plain", b"Only /metrics is here.\n")
        elif not (is_named(self.client_address[0]) or has_token(self.headers.get("Authorization", ""))):
            self._answer(403, "text/plain", REFUSAL.encode())
        else:
            look_at_pools()
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "metrics"

    def log_message(self, format: str, *args: Any) -> None:
        """Asked for every few seconds: no line is worth it."""


@contextmanager
def metrics_of_worker(port: int) -> Iterator[None]:
    """Serve them on this port; none with 0. Beyond this machine only where somebody there may read them at all."""
    if not port:
        yield
        return
    environment = settings.ENVIRONMENT
    is_for_others = environment.metrics_addresses or environment.metrics_token.get_secret_value()
    server = ThreadingHTTPServer(("0.0.0.0" if is_for_others else "127.0.0.1", port), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
