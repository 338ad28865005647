"""Card numbers in what people write: found by their digits and their check digit, and masked to the last four.

Every message goes through `may_hold_card`, so it is one regular expression: about 1 µs, see docs/privacy.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# As people group them, and as they come along when pasted: a space of some kind, a dot, a hyphen, a dash.
_BETWEEN = r"[ .\-\u00a0\u2007\u2009\u2010-\u2015\u202f]?"
_ENOUGH = re.compile(rf"\d(?:{_BETWEEN}\d){{12}}")
# Behind a + stands a telephone number.
_RUN = re.compile(rf"(?<![+\d])(?!0)\d(?:{_BETWEEN}\d){{12,}}")
_GROWING = re.compile(rf"\d(?:{_BETWEEN}\d){{6,}}")
_GROUP = re.compile(r"\d+")
# The usual ones first: behind the number its date or its code may stand, and those are not to be what is shown.
SMALLEST_GROUP = 3  # digits; nobody writes a card's in twos, and thousands of them would take their time
LENGTHS = (16, 15, 14, 13, 19, 18, 17)
SHOWN = 4
DOT = "•"


def may_hold_card(text: str) -> bool:
    """Whether there are enough digits in a row; most texts have none."""
    return _ENOUGH.search(text) is not None


def without_cards(text: str) -> str:
    """Each number that a card could have, with all but its last four digits hidden; separators stay."""
    return _RUN.sub(lambda run: _without_cards(run[0]), text) if may_hold_card(text) else text


def without_growing_cards(text: str) -> str:
    """For what is still being typed: nobody can say yet what it will be, so no long number is shown at all."""
    return _GROWING.sub(lambda run: _GROUP.sub(lambda group: DOT * len(group[0]), run[0]), text)


def _without_cards(run: str) -> str:
    """A number begins and ends where a group of digits does: within one long number every tenth part would pass."""
    groups = [found.span() for found in _GROUP.finditer(run)]
    shown, done, first = list(run), 0, 0
    while first < len(groups):
        last = next((one for one in _ends(groups, first) if _is_card(run[groups[first][0] : groups[one][1]])), None)
        if last is None:
            first += 1
            continue
        _mask(shown, groups[first][0], groups[last][1])
        done, first = done + 1, last + 1
    return "".join(shown) if done else run


def _ends(groups: list[tuple[int, int]], first: int) -> Iterator[int]:
    """With which group a number may end that begins with this one."""
    digits, ends = 0, {}
    for place in range(first, len(groups)):
        size = groups[place][1] - groups[place][0]
        digits += size
        if size < SMALLEST_GROUP or digits > max(LENGTHS):
            break
        ends[digits] = place
    return (ends[length] for length in LENGTHS if length in ends)


def _is_card(number: str) -> bool:
    """By Luhn, which one of ten other numbers passes, too. Zeros would, and are none."""
    digits = [int(one) for one in number if one.isdecimal()]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and len(set(digits)) > 1


def _mask(shown: list[str], start: int, end: int) -> None:
    places = [place for place in range(start, end) if shown[place].isdecimal()]
    for place in places[:-SHOWN]:
        shown[place] = DOT
