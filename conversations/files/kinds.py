"""Which kinds of files may be sent, told by their content. What a browser would run (HTML, SVG) is not among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import puremagic
from PIL import Image, UnidentifiedImageError

from conversations.errors import Invalid

# Ours is lower, and says what is wrong (images.py); with Pillow's a bomb would be no image at all.
Image.MAX_IMAGE_PIXELS = None
SNIFFED = 16 * 1024  # bytes of the beginning
REFUSED = "This kind of file cannot be sent here."


@dataclass(frozen=True, slots=True)
class Kind:
    """`picture` is Pillow's name of the format of an image that is shown; everything else can only be saved."""

    content_type: str
    extensions: tuple[str, ...]
    picture: str = ""


PICTURES = {
    "JPEG": Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG"),
    "PNG": Kind("image/png", (".png",), "PNG"),
    "GIF": Kind("image/gif", (".gif",), "GIF"),
    "WEBP": Kind("image/webp", (".webp",), "WEBP"),
}
DOCUMENTS = [
    Kind("application/pdf", (".pdf",)),
    Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",)),
    Kind("application/vnd.oasis.opendocument.text", (".odt",)),
    Kind("application/vnd.oasis.opendocument.spreadsheet", (".ods",)),
    Kind("application/vnd.oasis.opendocument.presentation", (".odp",)),
    Kind("application/zip", (".zip",)),
    Kind("audio/mpeg", (".mp3",)),
    Kind("audio/wav", (".wav",)),
    Kind("video/mp4", (".mp4", ".m4v")),
    Kind("video/quicktime", (".mov",)),
    Kind("video/webm", (".webm",)),
]
TEXT = Kind("text/plain", (".txt", ".csv", ".log", ".md", ".json", ".ics", ".vcf"))
EXTENSIONS = [one for kind in (*PICTURES.values(), *DOCUMENTS, TEXT) for one in kind.extensions]
BY_EXTENSION = {extension: kind for kind in DOCUMENTS for extension in kind.extensions}
# What these consist of: several kinds share a container, which the name tells apart.
CONTAINERS = {
    b"PK\x03\x04": (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".zip"),
    b"\x1aE\xdf\xa3": (".webm",),
}


def kind_of(file: IO[bytes], name: str) -> tuple[Kind, str]:
    """What the file is, and the extension its name shall have. Raises Invalid for what may not be sent."""
    picture = _picture(file)
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if picture is not None:
        return picture, extension if extension in picture.extensions else picture.extensions[0]
    file.seek(0)
    beginning = file.read(SNIFFED)
    file.seek(0)
    if extension in TEXT.extensions and _is_text(beginning):
        return TEXT, extension
    kind = BY_EXTENSION.get(extension)
    if kind is None or not _holds(beginning, extension, kind):
        raise Invalid(f"file: {REFUSED}")
    return kind, extension


def _picture(file: IO[bytes]) -> Kind | None:
    file.seek(0)
    try:
        with Image.open(file, formats=list(PICTURES)) as image:
            return PICTURES[str(image.format)]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    finally:
        file.seek(0)


def _is_text(beginning: bytes) -> bool:
    """UTF-8 without NUL; a letter may be cut at the end."""
    if b"\0" in beginning:
        return False
    try:
        beginning.decode()
    except UnicodeDecodeError as error:
        return len(beginning) == SNIFFED and error.start >= SNIFFED - 3
    return True


def _holds(beginning: bytes, extension: str, kind: Kind) -> bool:
    """Whether a file that begins so is what its name says."""
    for magic, extensions in CONTAINERS.items():
        if beginning.startswith(magic):
            return extension in extensions
    if kind.content_type in ("video/mp4", "video/quicktime"):
        return beginning[4:8] == b"ftyp"
    try:
        found = puremagic.magic_string(beginning)
    except puremagic.PureError:
        return False
    return any(one.extension in kind.extensions or one.mime_type == kind.content_type for one in found)
