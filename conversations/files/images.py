"""Images are decoded and written anew: nothing but pixels is left (no place where it was taken, no second meaning)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Semaphore
from typing import IO

from django.conf import settings
from PIL import Image, ImageOps, ImageSequence

from conversations.errors import Invalid
from conversations.files.kinds import Kind

LONGEST_EDGE = 4096
PORTRAIT_EDGE = 192  # twice what the largest is shown at, for dense screens
MOST_FRAMES = 300
TWO_AT_A_TIME = Semaphore(2)  # a large one takes 160 MB for a moment
BROKEN = "file: This image cannot be read."


@dataclass(frozen=True, slots=True)
class Picture:
    content: io.BytesIO
    width: int
    height: int


def made_anew(file: IO[bytes], kind: Kind) -> Picture:
    """The same picture in the same format, upright and at most `LONGEST_EDGE` wide and high.

    Raises Invalid when it cannot be read, or is far more when it is unpacked than it looks (a decompression bomb).
    """
    with opened(file, kind) as image:
        return _written(image, kind)


def portrait(file: IO[bytes], kind: Kind) -> bytes:
    """The middle of an image as a small square in WebP, on white where it is transparent. Raises Invalid."""
    with opened(file, kind) as image:
        if kind.picture == "JPEG":
            image.draft("RGB", (4 * PORTRAIT_EDGE, 4 * PORTRAIT_EDGE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        square = ImageOps.fit(upright, (PORTRAIT_EDGE, PORTRAIT_EDGE))
        ground = Image.new("RGBA", square.size, "white")
        content = io.BytesIO()
        Image.alpha_composite(ground, square).convert("RGB").save(content, "WEBP", quality=88)
        return content.getvalue()


@contextmanager
def opened(file: IO[bytes], kind: Kind) -> Iterator[Image.Image]:
    """For reading pixels. Raises Invalid, also for what happens meanwhile, when it cannot be read or is a bomb."""
    with TWO_AT_A_TIME:
        try:
            with Image.open(file, formats=[kind.picture]) as image:
                _refuse_bomb(image)
                yield image
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
            raise Invalid(BROKEN) from None


def _refuse_bomb(image: Image.Image) -> None:
    """Before a pixel is decoded: its head says how large it is."""
    frames = getattr(image, "n_frames", 1)
    most = settings.UPLOAD_IMAGE_MEGAPIXELS * 1_000_000
    if image.width * image.height > most or frames > MOST_FRAMES or image.width * image.height * frames > 2 * most:
        raise Invalid(f"file: This image is too large: at most {settings.UPLOAD_IMAGE_MEGAPIXELS:g} megapixels.")


def _written(image: Image.Image, kind: Kind) -> Picture:
    content = io.BytesIO()
    if getattr(image, "is_animated", False):
        frames = [_small(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]
        pauses = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(image)]
        first = frames[0]
        first.save(content, kind.picture, save_all=True, append_images=frames[1:], duration=pauses, loop=0, disposal=2)
    else:
        if kind.picture == "JPEG":
            image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # decodes a very large one to a part of its size
        first = _small(ImageOps.exif_transpose(image))
        first = first.convert(_mode(first, kind))
        first.info.clear()
        first.save(content, kind.picture, **({"quality": 88} if kind.picture != "PNG" else {}))
    content.seek(0)
    return Picture(content, first.width, first.height)


def _small(image: Image.Image) -> Image.Image:
    if max(image.size) > LONGEST_EDGE:
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    return image


def _mode(image: Image.Image, kind: Kind) -> str:
    """Of what each format can hold, what this image needs."""
    if kind.picture == "JPEG":
        return "L" if image.mode == "L" else "RGB"
    if kind.picture == "GIF":
        return "P"
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return "RGBA" if has_alpha else "RGB"
