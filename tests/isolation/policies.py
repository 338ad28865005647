"""What every answer carries, whoever asks: our policy for browsers, and no cookie that others can read or send."""

from __future__ import annotations

import httpx2

from tests.isolation.addresses import Address

NO_SINK = "require-trusted-types-for 'script'"
INBOX = "/live-chat/"  # may begin its service worker (frontend/inbox/alerts/desktop.ts)
# Pages that stand for somebody else's website, and Django's own.
OF_SOMEBODY_ELSE = ("/demo/", "/admin/")


def assert_safe(address: Address, answer: httpx2.Response) -> None:
    """Raises unless the answer of this address is as it has to be."""
    assert answer.headers["x-content-type-options"] == "nosniff", address
    if answer.headers.get("content-type", "").startswith("text/html") and answer.content:
        policy = {part.strip() for part in answer.headers["content-security-policy"].split(";")}
        sources = {part.partition(" ")[0]: part.partition(" ")[2] for part in policy}
        assert sources["default-src"] == "'none'", address
        assert "unsafe" not in str(policy), address
        assert sources["script-src"].split()[0] == "'self'", address
        assert {"base-uri 'none'", "form-action 'self'"} <= policy, address
        assert "frame-ancestors" in sources, address
        if not address.path.startswith(OF_SOMEBODY_ELSE):
            assert NO_SINK in policy, address
            may = {"'none'", "notices"} if address.path.startswith(INBOX) else {"'none'"}
            assert sources["trusted-types"] in may, address
    for cookie in answer.headers.get_list("set-cookie"):
        if '=""' in cookie.partition(";")[0]:
            continue  # it is taken away
        words = {word.strip().lower() for word in cookie.split(";")}
        assert "samesite=lax" in words, (address, cookie)
        if cookie.startswith("chat_session"):
            assert "httponly" in words, (address, cookie)
