"""From how somebody answered, or did not, to the advice."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx2

from conversations.client.rest import Refused
from conversations.closings import NOT_ALLOWED, NOT_AUTHENTICATED, RESTARTING, TOO_MANY
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding

# What OpenSSL finds wrong with a certificate (X509_V_ERR_…); everything else is about who vouches for it.
CERTIFICATES = {
    9: Advice.CERTIFICATE_EXPIRED,  # not yet valid
    10: Advice.CERTIFICATE_EXPIRED,
    62: Advice.CERTIFICATE_NAME,
    64: Advice.CERTIFICATE_NAME,  # an address in place of a name
}
# Of whoever stands in front of us; what we refuse ourselves says why.
STATUSES = {
    301: Advice.REDIRECTED,
    302: Advice.REDIRECTED,
    307: Advice.REDIRECTED,
    308: Advice.REDIRECTED,
    400: Advice.HOST_REFUSED,
    401: Advice.PROXY_LOG_IN,
    403: Advice.PROXY_FORBIDS,
    429: Advice.PROXY_LIMITS,
    500: Advice.WEB_FAILS,
    502: Advice.NO_WEB,
    503: Advice.NO_WEB,
    504: Advice.NO_WEB,
}
REFUSALS = {429: Advice.LIMITED, 503: Advice.STORES_AWAY}  # in our own words
CLOSINGS = {
    1001: Advice.RESTARTING,  # a server that goes away
    1011: Advice.WEB_FAILS,
    1012: Advice.RESTARTING,
    NOT_AUTHENTICATED[0]: Advice.TOKEN_UNKNOWN,
    NOT_ALLOWED[0]: Advice.ORIGIN_REFUSED,
    RESTARTING[0]: Advice.RESTARTING,
    TOO_MANY[0]: Advice.TOO_MANY_SOCKETS,
}
NO_NAME = ("Name or service not known", "nodename", "name resolution", "No address associated")


def of_silence(url: str, error: BaseException) -> Finding:
    """Nobody answered at all, or nothing that could be understood."""
    causes = list(_chain(error))
    text = " ".join(str(one) for one in causes)
    for one in causes:
        if isinstance(one, ssl.SSLCertVerificationError):
            advice = CERTIFICATES.get(one.verify_code, Advice.CERTIFICATE_UNTRUSTED)
            return Finding(f"{url}: the certificate is refused ({one.verify_message})", advice)
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return Finding(f"{url}: no TLS", Advice.NO_TLS)
    if any(said in text for said in NO_NAME):
        return Finding(f"{url}: no such host", Advice.NO_SUCH_HOST)
    if any(isinstance(one, TimeoutError | httpx2.TimeoutException) for one in causes):
        return Finding(f"{url}: no answer in time", Advice.NO_ANSWER)
    if any(isinstance(one, httpx2.RemoteProtocolError | ConnectionResetError) for one in causes):
        return Finding(f"{url}: no answer that is HTTP", Advice.NO_HTTP)
    # The web process itself speaks plain HTTP.
    return Finding(f"{url}: nobody listens", Advice.NO_PROXY if url.startswith("https:") else Advice.NOBODY_LISTENS)


def of_refusal(refused: Refused) -> Finding:
    """Somebody answered a request, and not as asked."""
    if refused.code == "unknown":
        return of_status(refused.status, Advice.NOT_OURS)
    advice = REFUSALS.get(refused.status, Advice.OTHER_INSTALLATION)
    return Finding(f"the server says {refused.status}: {refused.detail}", advice)


def of_handshake(status: int) -> Finding:
    """A socket was asked for, and this was answered."""
    return of_status(status, Advice.PROXY_UPGRADE)


def of_status(status: int, otherwise: Advice) -> Finding:
    advice = STATUSES.get(status, otherwise)
    whose = "proxy" if advice is Advice.NO_WEB else "server"
    return Finding(f"the {whose} answers {status}", advice)


def of_closing(code: int, said: str = "") -> Finding:
    """The socket was open, and was closed; `said`: what the server told before."""
    return Finding(f"closed with {code}{f': {said}' if said else ''}", CLOSINGS.get(code, Advice.CUT))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__
