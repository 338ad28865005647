"""Whether a text is in one of the languages whose claims are known, as far as that can be seen.

By its commonest words, or by its letters where these belong to few languages. When in doubt it is not.
"""

from __future__ import annotations

import re
from functools import lru_cache

# So many of the words are common ones in what people write; a text in another language has a few by chance.
SHARE, FEWEST = 0.2, 2
ENOUGH = 1000  # characters
COMMON = {
    "en": "see but so no yes all my me us the of and to a in is it you that for on with are as this be at your have "
    "from or can we not will if by our any do i an has how what when which there they was more up here it's "
    "don't you'll",
    "de": "der die das und in zu den ist sie ihr ihre ihren nicht mit von auf für ein eine einen im sich auch an "
    "wir es ich werden kann können bei oder aus wird dem sind wenn wie als nach haben uns noch bitte",
    "fr": "le la les de des du et à un une est pour dans que vous votre vos en sur avec par ne pas il nous au aux "
    "ou ce cette se sont qui peut pouvez plus si je être notre nos d l",
    "es": "el la los las de del y a un una es en que por para con no su sus se al lo como más o si puede usted le "
    "nuestro nuestra son está este esta desde cuando hay",
    "pt": "o os as de do da dos das e em um uma é para com não que por no na seu sua se ao mais ou como pode você "
    "são nosso nossa está este esta quando pelo pela",
    "it": "il lo la i gli le di del della dei e a un una è per con non che in si da al alla nel nella più o se può "
    "come sono suo sua nostro nostra questo questa",
    "nl": "de het een en van in is op te dat voor met u je uw niet aan er zijn om ook als bij naar of kan kunt we "
    "wij worden wordt heeft dit deze onze",
    "pl": "w i z na do się nie jest to że o jak po od za przez dla czy są oraz lub przy może można prosimy nasz "
    "nasze już tylko gdy jeśli",
    "ru": "и в не на что с по для это вы мы как к от из за у или но вас вам наш наши можно при если есть он она они "
    "его",
    "tr": "ve bir bu için ile de da olarak en çok var mı mi değil ya veya daha olan gibi kadar sizin bizim size "
    "lütfen nasıl",
}  # fmt: skip
_COMMON = {language: frozenset(words.split()) for language, words in COMMON.items()}
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
ADDRESS = re.compile(r"\]\([^)\s]*\)?|https?://\S+")
ARABIC = re.compile("[\u0621-\u064a]")
NOT_ARABIC = re.compile("[پچژگکیےٹڈڑںھہۀێەڵڕڤ]")  # Persian, Urdu, Kurdish
CYRILLIC = re.compile("[\u0400-\u04ff]")
KANA, HAN, HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u4e00-\u9fff]"), re.compile("[\uac00-\ud7a3]")


def is_known(text: str) -> bool:
    text = ADDRESS.sub(" ", text[:ENOUGH])
    words = [word.lower().replace("’", "'") for word in WORD.findall(text)]
    if _by_letters(text):
        return True
    common = max((sum(word in its for word in words) for its in _COMMON.values()), default=0)
    return common >= FEWEST and common >= SHARE * len(words)


@lru_cache(maxsize=1024)
def languages_in(beginning: str) -> tuple[str, ...]:
    """Those in which a text that begins so may be; English always."""
    words = [word.lower() for word in WORD.findall(beginning)]
    found = [name for name, its in _COMMON.items() if sum(word in its for word in words) * 10 >= len(words)]
    if not beginning.isascii():
        letters = {"ar": ARABIC, "ru": CYRILLIC, "ja": KANA, "zh": HAN}
        found += [name for name, pattern in letters.items() if pattern.search(beginning)]
    return tuple({"en", *found}) if words or not beginning.isascii() else ("en",)


def _by_letters(text: str) -> bool:
    if HANGUL.search(text):
        return False
    if ARABIC.search(text):
        return NOT_ARABIC.search(text) is None
    return KANA.search(text) is not None or HAN.search(text) is not None
