"""Domains as owners write them: what is meant is kept as browsers compare it, what cannot be meant is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domains import MOST, normal_domain, normal_domains
from widget.pages.ancestors import source_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("shop.example", "shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("localhost:*", "localhost:*"),
        ("*.shop.example", "*.shop.example"),
        ("https://*.shop.example:8443", "https://*.shop.example:8443"),
        ("müller.example", "xn--mller-kva.example"),
        ("*.straße.example", "*.xn--strae-oqa.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
        ("店.example", "xn--hxt.example"),
        ("intranet", "intranet"),
        ("192.168.0.1:8080", "192.168.0.1:8080"),
    ],
)
def test_what_is_meant_is_kept_as_browsers_compare_it(written: str, meant: str) -> None:
    assert normal_domain(written) == meant
    assert source_of(meant) == meant  # the frame's header takes it as it is


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "name a host"),
        ("*", "name a host"),
        ("https://", "name a host"),
        ("ftp://shop.example", "begin with https"),
        ("javascript://shop.example", "begin with https"),
        ("shop.example/checkout", "only the host"),
        ("shop.example?x=1", "only the host"),
        ("https://ada@shop.example", "no user name"),
        ("[::1]:80", "IPv6"),
        ("a.example b.example", "one host only"),
        ("a.example, b.example", "one host only"),
        ("x; script-src *", "one host only"),
        ("'self'", "one host only"),
        ("shop.example:0", "a port is"),
        ("shop.example:99999", "a port is"),
        ("shop.example:", "a port is"),
        ("shop.example:80:80", "a port is"),
        ("*.com", "far too many"),
        ("shop.*.example", "only at the very beginning"),
        ("*shop.example", "only at the very beginning"),
        ("*.*.example", "only at the very beginning"),
        ("-shop.example", "no host name"),
        ("shop..example", "no host name"),
        ("shop_1.example", "no host name"),
        ("a" * 64 + ".example", "no host name"),
        (".".join(["a" * 60] * 5), "no host name"),
        ("☃️‍💥.example", "no host name"),
        ("1.2.3.4.5", "no address"),
        ("256.0.0.1", "no address"),
        ("*.10.0.0.1", "no subdomains"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("*", r"\*")):
        normal_domain(written)


@given(st.text(max_size=60))
def test_nothing_gets_into_the_header_but_a_host(written: str) -> None:
    try:
        kept = normal_domain(written)
    except ValueError:
        return
    assert source_of(kept) == kept
    assert normal_domain(kept) == kept


def test_each_once_and_not_without_end() -> None:
    assert normal_domains(["a.example", "A.example/", "b.example"]) == ["a.example", "b.example"]
    with pytest.raises(ValueError, match=f"at most {MOST}"):
        normal_domains([f"shop{number}.example" for number in range(MOST + 1)])
