"""What a model writes is shown as text: it cannot lead anywhere but to the website, nor load anything."""

from __future__ import annotations

import pytest

from assistant.providers.safe_text import hosts_of, safe_text, without_marks

HOSTS = hosts_of(["https://acme.test/help", "", "not an address"], ["*.shop.test", "acme.example:8443"])


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 1 < 2 & 3 > 2, `code`, *stress* and a list:\n- [x] done (in brackets)\n- [ ] to do",
        "[our page](https://acme.test/help?a=1#b)",
        "[our page](<https://acme.test/help>)",
        "[brackets](https://acme.test/a_(b))",
        "https://acme.test/help.",
        "(see https://acme.test/help)",
        "[below](https://www.shop.test/)",
        "[with a port](https://acme.example:8443/)",
        "<script async src='https://acme.test/widget.js'></script>",
        "Your data: kept for a year",
        "Umlaute, emoji 🎉, 漢字",
    ],
)
def test_it_stays_as_it_is(text: str) -> None:
    assert safe_text(text, HOSTS) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[here](https://evil.test/x)", "here"),
        ("[here](https://acme.test.evil.test/)", "here"),
        ("[here](https://evil.test/https://acme.test/)", "here"),
        ("[here](https://acme.test@evil.test/)", "here"),
        ("[here](https://acme.test\\@evil.test/)", "here"),
        ("[here](//evil.test/x)", "here"),
        ("[here](/admin/)", "here"),
        ("[here](javascript:alert(1))", "here"),
        ("[here](https&#58;//evil.test)", "here"),
        ("[here](mailto:thief@evil.test)", "here"),
        ("[here](HTTPS://EVIL.TEST)", "here"),
        ("![pixel](https://evil.test/p.png?secret)", "pixel"),
        ("![pixel](https://acme.test/p.png)", "[pixel](https://acme.test/p.png)"),
        ("[![pixel](https://evil.test/p)](https://evil.test/)", "[pixel]"),
        ("[a [b] c](https://evil.test/)", "[a [b] c]"),
        ("see https://evil.test/x, please", "see (link removed), please"),
        ("see <https://evil.test/x>", "see (link removed)"),
        ("see <https://acme.test/help>", "see https://acme.test/help"),
        ("see www.evil.test", "see (link removed)"),
        ("<img src=https://evil.test/x>", "<img src=(link removed)>"),
        ("[here][1]\n\n[1]: https://evil.test/", "[here][1]\n\n"),
        ("> [1]: https://evil.test/", ""),
        ('[our page](https://acme.test/help "With a title")', "[our page](https://acme.test/help)"),
        ("[our page](https://acme.test/a https://evil.test/pay)", "[our page](https://acme.test/a)"),
        ("[Pay][x]\n\n[x]:\nhttps\\://evil.test/pay", "[Pay][x]\n\n[x] :\n(link removed)"),
        ("- [x]: https\\://evil.test/pay", "- [x] : (link removed)"),
        ("[x]: mailto:evil@evil\\.test", ""),
        ("- [x]: mailto:evil@evil\\.test", "- [x] : mailto:(address removed)"),
        ('https://acme.test"@evil.test/pay', "(link removed)"),
        ("https://acme.test]@evil.test/pay", "(link removed)"),
        ("https://acme.test>@evil.test/pay", "(link removed)"),
        ('https://acme.test".evil.test/pay', "(link removed)"),
        ("https://acme.test.'evil.test", "(link removed)"),
        ('see "https://acme.test/help".', 'see "https://acme.test/help".'),
        ("[being written](https://evil.te", "[being written]"),
        ("[being written](https://acme.te", "[being written]"),
        ("ftp://acme.test/x", "(link removed)"),
        ("NUL \x00 and \x01\x02 and \ud800.", "NUL  and  and ."),
    ],
)
def test_what_leads_elsewhere_is_taken_out(text: str, shown: str) -> None:
    assert safe_text(text, HOSTS) == shown


def test_a_website_without_addresses_links_to_nothing() -> None:
    assert safe_text("[x](https://acme.test/) https://acme.test", set()) == "x (link removed)"


def test_marks_of_sources_are_read_and_taken_out() -> None:
    assert without_marks("It is free [1]. Not always [2, 3]【1】, [9] [1](https://a.test)", 3) == (
        "It is free. Not always, [9] [1](https://a.test)",
        [1, 2, 3, 1],
    )
