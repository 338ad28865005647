"""A model's text made fit to be shown: nothing that was smuggled in may lead elsewhere or load anything."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REMOVED = "(link removed)"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
IMAGE = re.compile(r"!(?=\[)")
DEFINITION = re.compile(r"(?m)^[ \t>]*\[[^\]\n]+\]:[ \t]*\S.*$")
LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s[^()]*)?\)")
TARGET = re.compile(r"\]\([^)]*\)?")  # what is left of links too nested for LINK, and of one still being written
BARE = re.compile(r"<?(?:\b[a-z][a-z0-9+.-]{0,20}:(?://|\\/\\/|/\\/|\\//)|\bwww\.)[^\s<>\]\"']*>?", re.I)
SIGNS = (":/", ":\\", "www.")  # without one of which BARE finds nothing
MARKS = re.compile(r"[ \t]?[\[【] ?(\d{1,2}(?: ?, ?\d{1,2})*) ?[\]】](?!\()")
UNFINISHED = re.compile(r" ?[\[【][\d ,]{0,12}$")
LONGEST_MARK = 14
KEPT = "\x01{}\x02"  # where an allowed link stood while the others are looked for


def safe_text(text: str, hosts: set[str]) -> str:
    """With links to these hosts, and no others; images become links. HTML is text anyway, wherever it is shown."""
    text = CONTROL.sub("", text).encode("utf-8", "ignore").decode()
    kept: list[str] = []
    text = DEFINITION.sub("", IMAGE.sub("", text))
    text = LINK.sub(lambda link: _keep(kept, link[0]) if _leads_to(link[2], hosts) else link[1], text)
    text = TARGET.sub("]", text)
    if any(sign in text.lower() for sign in SIGNS):  # looking for addresses letter by letter takes long
        text = BARE.sub(lambda bare: _bare(bare[0], hosts, kept), text)
    return re.sub(r"\x01(\d+)\x02", lambda place: kept[int(place[1])], text)


def without_unfinished_mark(text: str) -> str:
    """While a text is being written its last words may be the beginning of a mark."""
    return text[:-LONGEST_MARK] + UNFINISHED.sub("", text[-LONGEST_MARK:])


def without_marks(text: str, passages: int) -> tuple[str, list[int]]:
    """Without `[1]`, `[2, 3]` where there are so many passages, and the numbers in their order."""
    numbers: list[int] = []

    def note(mark: re.Match[str]) -> str:
        named = [int(number) for number in mark[1].split(",")]
        if not all(1 <= number <= passages for number in named):
            return mark[0]
        numbers.extend(named)
        return ""

    return (MARKS.sub(note, text) if "[" in text or "【" in text else text), numbers


def hosts_of(urls: list[str], domains: list[str]) -> set[str]:
    """The hosts of these addresses, and a website's own domains, of which `*.` stands for any below."""
    own = {domain.lower().rpartition("//")[2].partition(":")[0] for domain in domains}
    return own | {host for host in map(_host, urls) if host}


def _bare(found: str, hosts: set[str], kept: list[str]) -> str:
    framed = found.startswith("<") and found.endswith(">")
    url, tail = _without_marks_at_end(found[1:-1] if framed else found)
    return _keep(kept, url) + tail if _leads_to(url, hosts) else REMOVED + tail


def _without_marks_at_end(url: str) -> tuple[str, str]:
    bare = url.rstrip(".,;:!?)*_>")
    return bare, url[len(bare) :]


def _keep(kept: list[str], link: str) -> str:
    kept.append(link)
    return KEPT.format(len(kept) - 1)


def _leads_to(url: str, hosts: set[str]) -> bool:
    host = _host(url)
    return bool(host) and any(host == own or (own.startswith("*.") and host.endswith(own[1:])) for own in hosts)


def _host(url: str) -> str:
    """Empty for what is not plainly an address on the web."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and not parts.username and not re.search(r"[\\\s]", url)
        return (parts.hostname or "").lower() if plain else ""
    except ValueError:
        return ""
