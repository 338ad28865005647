"""A brand colour made readable: the text on it is white or black, and a shade of it reads as text on either ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

Rgb = tuple[int, int, int]

READABLE = 4.5  # WCAG 2.2, 1.4.3
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
# The ground of a bubble, light and dark: of all our surfaces the one that is hardest to read on.
LIGHT_GROUND: Rgb = (241, 243, 246)
DARK_GROUND: Rgb = (37, 41, 50)
# A brand that is only a little too light for white text is darkened: black text on it would not look like the brand.
ALMOST_READABLE = 3.0
STEPS = 40


@dataclass(frozen=True)
class Palette:
    fill: str
    on_fill: str
    accent_on_light: str
    accent_on_dark: str


@lru_cache(maxsize=1024)
def palette(brand: str) -> Palette:
    colour = parsed(brand)
    fill, on_fill = filled(colour)
    return Palette(
        fill=written(fill),
        on_fill=written(on_fill),
        accent_on_light=written(until_readable(colour, LIGHT_GROUND, towards=BLACK)),
        accent_on_dark=written(until_readable(colour, DARK_GROUND, towards=WHITE)),
    )


def filled(colour: Rgb) -> tuple[Rgb, Rgb]:
    if contrast(colour, WHITE) >= ALMOST_READABLE:
        return until_readable(colour, WHITE, towards=BLACK), WHITE
    return colour, BLACK


def until_readable(colour: Rgb, ground: Rgb, *, towards: Rgb) -> Rgb:
    """The nearest shade of the colour, on its way to black or white, that can be read on that ground."""
    for step in range(STEPS):
        shade = mixed(colour, towards, step / STEPS)
        if contrast(shade, ground) >= READABLE:
            return shade
    return towards


def contrast(one: Rgb, other: Rgb) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Rgb) -> float:
    red, green, blue = (linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(mine + (theirs - mine) * share) for mine, theirs in zip(colour, other, strict=True))
    return red, green, blue


def parsed(colour: str) -> Rgb:
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def written(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
