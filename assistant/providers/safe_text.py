"""A text of the assistant made fit to be shown: nothing that was smuggled in may lead elsewhere or load anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from accounts.models import Website

REMOVED, WITHHELD = "(link removed)", "(address removed)"
# Controls, and what is not seen: it splits addresses for us and not for readers, or hides words in a text.
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\xad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
HIDING = re.compile(r"\\(?=[:/.@?#])")  # readers take it away, and what is left is an address
IMAGE = re.compile(r"!(?=\[)")
DEFINITION = re.compile(r"(?m)^[ \t>]*\[[^\]\n]+\]:[ \t]*\S.*$")
LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s[^()]*)?\)")
TARGET = re.compile(r"\]\([^)]*\)?")  # what is left of links too nested for LINK, and of one still being written
# Also in the middle of a word, since Markdown makes links of them there.
BARE = re.compile(
    r"<?(?:[a-z][a-z0-9+.-]{0,20}:(?://|\\/\\/|/\\/|\\//)|www\.(?=\w)|(?<![:\w/\\])//(?=[\w-]))[^\s<]*", re.I
)
SCHEMELESS = re.compile(r"(?<![\w@./-])(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?::\d+)?[/?][^\s<>\]\"']*", re.I)
MAIL = re.compile(r"[\w.!#$%&'*+=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.I)
AFTER = re.compile(r"[\]\"'>]")
SIGNS = ("//", ":/", ":\\", "www.")  # without one of which BARE finds nothing
MARKS = re.compile(r"[ \t]?[\[【] ?(\d{1,2}(?: ?, ?\d{1,2})*) ?[\]】](?!\()")
UNFINISHED = re.compile(r" ?[\[【][\d ,]{0,12}$")
LONGEST_MARK = 14
KEPT = "\x01{}\x02"  # where an allowed link stood while the others are looked for


def safe_text(text: str, hosts: set[str], known: str = "") -> str:
    """With links to these hosts, and no others; images become links. HTML is text anyway, wherever it is shown.

    E-mail addresses, of which Markdown makes links, too, must be of these hosts or stand in what is `known`.
    """
    text = HIDING.sub("", CONTROL.sub("", text)).encode("utf-8", "ignore").decode()
    kept: list[str] = []
    # What DEFINITION does not find, on the next line or in a list, is none without its colon.
    text = DEFINITION.sub("", IMAGE.sub("", text)).replace("]:", "] :")
    text = LINK.sub(lambda link: _link(link, hosts, kept), text)
    text = TARGET.sub("]", text)
    if any(sign in text.lower() for sign in SIGNS):  # looking for addresses letter by letter takes long
        text = BARE.sub(lambda bare: _bare(bare[0], hosts, kept), text)
    if "/" in text or "?" in text:
        text = SCHEMELESS.sub(lambda bare: _schemeless(bare[0], hosts, kept), text)
    if "@" in text:
        text = MAIL.sub(lambda mail: mail[0] if _is_known(mail[0], hosts, known) else WITHHELD, text)
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
    """The hosts of these addresses with all below them, and these domains, of which `*.` stands for any below."""
    own = {domain.lower().rpartition("//")[2].partition(":")[0] for domain in domains}
    of_sources = {host for host in map(_host, urls) if host}
    return own | of_sources | {f"*.{host}" for host in of_sources}


def own_hosts(urls: list[str], website: Website, more: Sequence[str] = ()) -> set[str]:
    """Where an answer may lead: its sources, the website, where its support reads mail, and what its owner adds."""
    mail = website.support_email.rpartition("@")[2]
    return hosts_of(urls, [*website.allowed_domains, *more, *([mail] if mail else [])])


def _link(link: re.Match[str], hosts: set[str], kept: list[str]) -> str:
    """Without its target, unless that is allowed, and without a title, which readers may take for an address.

    What the label says is looked at with the rest of the text.
    """
    label = link[1]
    target = f"](<{link[2]}>)" if f"<{link[2]}>" in link[0] else f"]({link[2]})"
    return f"[{label}{_keep(kept, target)}" if _leads_to(link[2], hosts) else label


def _schemeless(found: str, hosts: set[str], kept: list[str]) -> str:
    """No link, but who copies it arrives all the same."""
    url, tail = _without_marks_at_end(found)
    return _keep(kept, url) + tail if _leads_to(f"https://{url}", hosts) else REMOVED + tail


def _is_known(mail: str, hosts: set[str], known: str) -> bool:
    return mail.lower().rstrip(".") in known.lower() or _is_of(mail.rpartition("@")[2].lower(), hosts)


def _bare(found: str, hosts: set[str], kept: list[str]) -> str:
    """Readers go on to the next space: what follows an address that we take for its end must not be a part of it."""
    address, after = AFTER.split(found.removeprefix("<"), maxsplit=1)[0], ""
    after = found.removeprefix("<")[len(address) :]
    url, tail = _without_marks_at_end(address)
    if re.search(r"[\w@]", after):
        return REMOVED
    tail += after.removeprefix(">") if found.startswith("<") else after
    return _keep(kept, url) + tail if _leads_to(url, hosts) else REMOVED + tail


def _without_marks_at_end(url: str) -> tuple[str, str]:
    bare = url.rstrip(".,;:!?)*_>")
    return bare, url[len(bare) :]


def _keep(kept: list[str], link: str) -> str:
    kept.append(link)
    return KEPT.format(len(kept) - 1)


def _leads_to(url: str, hosts: set[str]) -> bool:
    return _is_of(_host(url), hosts)


def _is_of(host: str, hosts: set[str]) -> bool:
    return bool(host) and any(host == own or (own.startswith("*.") and host.endswith(own[1:])) for own in hosts)


def _host(url: str) -> str:
    """Empty for what is not plainly an address on the web."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and not parts.username and not re.search(r"[\\\s]", url)
        return (parts.hostname or "").lower() if plain else ""
    except ValueError:
        return ""
