"""`/metrics` for Prometheus: open to this machine, to addresses the operator names, and to who has the token."""

from __future__ import annotations

import os
from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from chatplatform.figures import with_figures
from foundation.addresses import client_address
from foundation.pool_figures import look_at_pools

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
ADDRESS = "/metrics"
REFUSAL = "Not from here, and not without the token.\n"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Of all web processes of this container or machine that count together, or of the one that answers."""
    given = request.headers.get("Authorization", "")
    is_near = _is_near(request.META.get("REMOTE_ADDR") or "", request.META.get("HTTP_X_FORWARDED_FOR"))
    if "HTTP_FORWARDED" in request.META and not settings.TRUSTED_PROXIES:
        is_near = False
    if not (is_near or has_token(given)):
        return HttpResponse(REFUSAL, status=403, content_type="text/plain")
    look_at_pools()
    return HttpResponse(generate_latest(with_figures(counted_together())), content_type=CONTENT_TYPE_LATEST)


class MetricsUnderAnyName:
    """Middleware: Prometheus asks each process by its address, a host name for which nothing else is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != ADDRESS:
            return self.get_response(request)
        answer = metrics(request)
        answer["X-Content-Type-Options"] = "nosniff"  # the middleware that says so elsewhere comes after this one
        return answer


def counted_together() -> CollectorRegistry:
    """Several web processes write what they count into one folder (foundation/container/web.py); one has no need to."""
    if not os.environ.get(FOLDER):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def is_named(address: str) -> bool:
    """Whether who asks from there may read it: this machine, and whom METRICS_ADDRESSES names."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return found.is_loopback or any(
        found in ip_network(one, strict=False) for one in settings.ENVIRONMENT.metrics_addresses
    )


def has_token(given: str) -> bool:
    """Whether a value of `Authorization` is that of METRICS_TOKEN."""
    token = settings.ENVIRONMENT.metrics_token.get_secret_value()
    return bool(token) and compare_digest(given.removeprefix("Bearer ").encode(), token.encode())


def _is_near(peer: str, forwarded: str | None) -> bool:
    """A proxy on this machine that nobody told us of would make everybody loopback; it says for whom it asks."""
    if forwarded and not settings.TRUSTED_PROXIES:
        return False
    return is_named(client_address(peer, forwarded))
