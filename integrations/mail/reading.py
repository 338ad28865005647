"""A mail as bytes, read: who wrote it to whom, what is new in it, what is attached. Nothing in it is believed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from lxml import html
from lxml.etree import LxmlError

from conversations.letters import OURS
from conversations.mail_addresses import ours_among
from integrations.mail.headers import bounded_policy
from integrations.mail.reports import failed_for

RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
QUOTES = "//blockquote | //*[contains(@class, 'gmail_quote')]"
OUTLOOKS_HEAD = "(//*[@id='divRplyFwdMsg'])[1]"  # what stands beside it, from there on, is quoted
# A database takes none of these; a line feed or a tab of a text stays.
UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"}
LONGEST_TEXT = 200_000  # characters that are looked at
LONGEST_SENDER = 1000
MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


@dataclass(slots=True)
class Mail:
    """`key`: the same for the same mail, however often it comes, and another one for any other. `failed_for`: the
    addresses to which, as it says, ours could not be delivered; None where it does not say that.
    """

    key: str
    sender: str
    recipients: list[str]
    is_automatic: bool
    is_ours: bool
    failed_for: list[str] | None
    text: str = ""
    files: list[File] = field(default_factory=list)


def read_mail(raw: bytes) -> Mail:
    """Whatever the bytes are; what cannot be read of them is left out."""
    message = BytesParser(EmailMessage, policy=bounded_policy()).parsebytes(raw)
    found = Mail(
        key=hashlib.sha256(raw).hexdigest(),
        sender=_sender(message),
        recipients=[value for name in RECIPIENTS for value in _headers(message, name)],
        is_automatic=_is_automatic(message),
        is_ours=bool(_header(message, OURS)),
        failed_for=failed_for(message),
    )
    _read_parts(message, found)
    message_id = _header(message, "Message-ID")
    if message_id:
        found.key = _key_of(message_id, found)
    return found


def _key_of(message_id: str, mail: Mail) -> str:
    """A Message-ID is what its sender says. Another mail with the same one, or to another of our addresses, is another.

    Not of all its bytes: the same mail comes with other headers when a server brings it a second time.
    """
    files = [[file.name, hashlib.sha256(file.content).hexdigest()] for file in mail.files]
    parts = [message_id, mail.sender, sorted(ours_among(mail.recipients)), mail.text, files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _sender(message: EmailMessage) -> str:
    """As it was written. Empty where there are several: what checked the mail on its way may have read another."""
    given = [str(value)[:LONGEST_SENDER] for name, value in message.raw_items() if name.lower() == "from"]
    found = getaddresses([" ".join(one.split()) for one in given])
    return kept(found[0][1].lower()) if len(found) == 1 else ""


def kept(text: str) -> str:
    """Without what can be stored nowhere: bytes of no known charset, halves of characters, control characters."""
    return UNKEPT.sub("\ufffd", text)


def _read_parts(message: EmailMessage, found: Mail) -> None:
    plain: list[str] = []
    rich: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return _settle(found, plain, rich)
        if part.is_multipart():
            continue
        assert isinstance(part, EmailMessage)
        name, kind = _file_name(part), part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content:
                found.files.append(File(name or "file", content))
        elif kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else rich).append(_text(part))
    return _settle(found, plain, rich)


def _settle(found: Mail, plain: list[str], rich: list[str]) -> None:
    words = "\n".join(plain).strip() or "\n".join(map(words_of, _first(rich))).strip()
    found.text = kept(words)[:LONGEST_TEXT]


def _first(pages: list[str]) -> Iterator[str]:
    """As many as are looked at: together no more than one may be long."""
    left = LONGEST_TEXT
    for page in pages:
        if left > 0:
            yield page[:left]
        left -= len(page)


def words_of(page: str) -> str:
    """The text of HTML without what it quotes."""
    try:
        tree = html.fromstring(page[:LONGEST_TEXT])
        for head in tree.xpath(OUTLOOKS_HEAD):
            for quoted in list(head.itersiblings()):
                quoted.drop_tree()
        for quoted in tree.xpath(QUOTES):
            quoted.drop_tree()
        for gone in tree.xpath("//script | //style | //head"):
            gone.drop_tree()
    except (LxmlError, ValueError, AssertionError):
        return ""
    pieces: list[str] = []
    for element in tree.iter():
        if element.tag in BLOCKS:
            pieces.append("\n")
        pieces += [" ".join(text.split()) + " " for text in (element.text,) if text and text.strip()]
        pieces += [" ".join(text.split()) + " " for text in (element.tail,) if text and text.strip()]
    return "\n".join(line.strip() for line in "".join(pieces).split("\n")).strip()


def _text(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        text = content.decode("utf-8", "replace")
    return text


def _file_name(part: EmailMessage) -> str:
    try:
        return kept(part.get_filename() or "")
    except (ValueError, LookupError, AttributeError, IndexError):  # of a broken header
        return ""


def _is_automatic(message: EmailMessage) -> bool:
    """Written by a program: RFC 3834, and what was usual before it."""
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if any(_header(message, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id", "X-Loop")):
        return True
    return _header(message, "Return-Path").strip() == "<>"


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _headers(message: EmailMessage, name: str) -> list[str]:
    try:
        return [kept(" ".join(str(value).split())) for value in message.get_all(name, [])]
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # of a broken header
        return []
