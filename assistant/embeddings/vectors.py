"""A vector, rounded to 8 bits a number: a quarter of the size, for cosines that differ by some thousandths at most.

Plain Python is fast enough for the few that Postgres chooses by their signs (`nearest.py`), so neither an
extension of Postgres nor numpy has to be there.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

LARGEST = 127


class NotAVector(Exception):
    """All zero, not finite, or no numbers at all."""


@dataclass(frozen=True, slots=True)
class Vector:
    """`length` is that of the rounded parts."""

    parts: array[int]
    length: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Vector:
        """Raises NotAVector."""
        try:
            largest = max(map(abs, numbers))
            if not 0 < largest < math.inf:
                raise NotAVector
            parts = array("b", [round(number / largest * LARGEST) for number in numbers])
        except (TypeError, ValueError, OverflowError):  # no numbers, none at all, or one that is none
            raise NotAVector from None
        return cls(parts, math.sqrt(sum(map(mul, parts, parts))))

    @classmethod
    def stored(cls, parts: bytes, length: float) -> Vector:
        return cls(array("b", parts), length)

    @property
    def dimension(self) -> int:
        return len(self.parts)

    @property
    def signs(self) -> str:
        return "".join("1" if part > 0 else "0" for part in self.parts)

    def plane(self, bit: int) -> str:
        """One bit of each number's size, as text of 0 and 1."""
        return "".join("1" if abs(part) >> bit & 1 else "0" for part in self.parts)

    def cosine(self, other: Vector) -> float:
        product: int = sum(map(mul, self.parts, other.parts))
        return product / (self.length * other.length)
