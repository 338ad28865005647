"""From what went wrong to the likely cause and what to do about it."""

from __future__ import annotations

import ssl

from conversations.client.rest import Refused
from conversations.closings import NOT_ALLOWED, NOT_AUTHENTICATED, RESTARTING, TOO_MANY
from dashboard.diagnostics.findings import Finding

PROXY_UPGRADE = (
    "A proxy in between does not pass WebSockets on.",
    "Let it pass `Upgrade` and `Connection` for /ws/ (Caddy and Traefik do; nginx: proxy_http_version 1.1, "
    "proxy_set_header Upgrade $http_upgrade, proxy_set_header Connection upgrade).",
)


def of_http(url: str, error: BaseException) -> Finding:
    """Nobody answered at all."""
    causes = {type(one) for one in _chain(error)}
    text = " ".join(str(one) for one in _chain(error))
    if any(issubclass(one, ssl.SSLError) for one in causes) or "CERTIFICATE" in text.upper():
        return Finding(
            f"{url}: the certificate is refused",
            "The certificate is expired, self-signed, or for another name.",
            "Renew it, or give PUBLIC_URL the name it is for.",
        )
    if "Name or service not known" in text or "nodename" in text or "name resolution" in text:
        return Finding(
            f"{url}: no such host",
            "The name in PUBLIC_URL leads nowhere from this machine.",
            "Correct PUBLIC_URL or the DNS entry; from within a container, --url http://web:8000 leaves DNS out.",
        )
    if any("Timeout" in one.__name__ for one in causes):
        return Finding(
            f"{url}: no answer in time",
            "Something takes the connection and does not answer: a proxy without a server behind, a firewall, or a "
            "server that is overloaded or frozen.",
            "Look whether the web process lives and what it logs; then at proxy and firewall.",
        )
    if url.startswith("https:"):  # the web process speaks plain HTTP
        return Finding(
            f"{url}: nobody listens",
            "The proxy does not run, or not at this address.",
            "Start it (`docker compose ps caddy`, or your own); `--url http://127.0.0.1:8000` leaves it out.",
        )
    return Finding(
        f"{url}: nobody listens",
        "The web process does not run, or not at this address.",
        "Start it (`docker compose ps`, `docker compose logs web`), and check that PUBLIC_URL is where it listens.",
    )


def of_refusal(refused: Refused) -> Finding:
    """Somebody answered, with an error."""
    if refused.code == "unknown":
        return of_status(refused.status)
    if refused.status == 429:
        return Finding(
            f"limited: {refused.detail}",
            "Too many sessions or connections came from this address: behind a proxy, everybody has the same.",
            "Set TRUSTED_PROXIES to the number of proxies in front; else wait a minute.",
        )
    if refused.status == 503:
        return Finding(
            f"the server says: {refused.detail}",
            "The web process lives, but Postgres or Redis does not answer it.",
            "See the parts below, and the web process' log.",
        )
    return Finding(
        f"the server says {refused.status}: {refused.detail}",
        "The server that answers is another installation, or has another SECRET_KEY or database than this command.",
        "Run it where the web process runs, with the same environment.",
    )


def of_status(status: int) -> Finding:
    """Somebody answered who is not us, or did not let a socket through."""
    match status:
        case 502 | 503 | 504:
            return Finding(
                f"the proxy answers {status}",
                "The proxy is there, the web process behind it is not.",
                "Start it (`docker compose ps`, `docker compose logs web`).",
            )
        case 400:
            return Finding(
                "the server answers 400",
                "The host name is not one that this installation answers to.",
                "Correct PUBLIC_URL, or add the name to ALLOWED_HOSTS.",
            )
        case 403:
            return Finding(
                "the server answers 403",
                "The origin is refused: the browser's address is not PUBLIC_URL.",
                "Give PUBLIC_URL the exact scheme, host and port that browsers use.",
            )
        case 301 | 302 | 307 | 308:
            return Finding(
                f"the server answers {status}",
                "PUBLIC_URL is redirected elsewhere, often from http to https.",
                "Give PUBLIC_URL the address it is redirected to.",
            )
    return Finding(f"the server answers {status}", *PROXY_UPGRADE)


def of_closing(code: int) -> Finding:
    """The socket was open, and was closed."""
    cause, fix = CLOSINGS.get(code, CUT)
    return Finding(f"closed with {code}", cause, fix)


CUT = (
    "Something between browser and server cut the connection.",
    "Let proxies keep /ws/ open for at least two minutes; look for [WS_AUTH] in the web log.",
)
CLOSINGS = {
    NOT_AUTHENTICATED[0]: (
        "The token was not known: the process that gave it uses another Redis than the one that takes it.",
        "Give REDIS_URL and REDIS_PREFIX the same values in every web process.",
    ),
    NOT_ALLOWED[0]: (
        "The person or the origin is not let in.",
        "Give PUBLIC_URL the exact scheme, host and port that browsers use.",
    ),
    TOO_MANY[0]: (
        "Too many sockets from one address: behind a proxy, everybody has the same.",
        "Set TRUSTED_PROXIES to the number of proxies in front, or raise LIMIT_SOCKETS_PER_ADDRESS.",
    ),
    RESTARTING[0]: (
        "The server is restarting, or Redis or Postgres do not answer it.",
        "See the parts below; look for [WS_AUTH] in the web log.",
    ),
}


def _chain(error: BaseException | None) -> list[BaseException]:
    found = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
