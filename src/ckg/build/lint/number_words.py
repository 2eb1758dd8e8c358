"""The numbers that a text states, in figures and words of several languages: what an amount is held against.

>>> sorted(map(int, numbers_in("a target of ¥3 trillion (about USD 20 billion)")))
[20000000000, 3000000000000]
>>> [int(number) for text in ("3兆円", "1,5 млрд", "10 000 000", "five thousand") for number in numbers_in(text)]
[3000000000000, 1500000000, 10000000, 5000]
>>> 3_190_000_000 in numbers_in("31億9,000万円")  # a larger unit and a smaller one behind it are one number
True
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_SCALES = {
    10**2: ("hundred", "сто"),
    10**3: ("thousand", "k", "тыс", "тысяч", "тысяча", "тысячи", "千"),
    10**4: ("万", "萬"),
    10**6: (
        "million",
        "millions",
        "mn",
        "mln",
        "mio",
        "m",
        "млн",
        "миллион",
        "миллиона",
        "миллионов",
        "milioni",
        "百万",
    ),
    10**8: ("億", "亿"),
    10**9: (
        "billion",
        "billions",
        "bn",
        "bln",
        "b",
        "млрд",
        "миллиард",
        "миллиарда",
        "миллиардов",
        "miliardi",
        "十亿",
        "十億",
    ),
    10**12: ("trillion", "trillions", "tn", "trn", "tcm", "трлн", "триллион", "триллиона", "триллионов", "兆", "万亿"),
}
_FACTORS = {name: factor for factor, names in _SCALES.items() for name in names}
_WORDS = {
    word: number
    for number, words in (
        (1, "one first"),
        (2, "two second"),
        (3, "three third"),
        (4, "four fourth"),
        (5, "five fifth"),
        (6, "six sixth"),
        (7, "seven seventh"),
        (8, "eight eighth"),
        (9, "nine ninth"),
        (10, "ten tenth"),
        (11, "eleven eleventh"),
        (12, "twelve twelfth"),
    )
    for word in words.split()
}
_SCALE = "|".join(sorted(map(re.escape, _FACTORS), key=len, reverse=True))
_LATIN_END = (
    r"(?![a-z\u0430-\u044f\u0451])"  # a unit written in letters ends where its letters end; Chinese ones need no space
)
_FIGURE = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER = re.compile(
    rf"(?P<figure>{_FIGURE})(?:[\s-]*(?P<scale>{_SCALE}){_LATIN_END})?"
    rf"|(?<![a-z])(?P<word>{'|'.join(_WORDS)})(?![a-z])(?:[\s-]*(?P<word_scale>{_SCALE}){_LATIN_END})?"
)


def numbers_in(text: str) -> set[Decimal]:
    """Return every number that a text may be read to state; what is held against it is right if one reading fits.

    A comma or point with three digits behind it may group or divide, so "1,500" is 1500 and 1.5. A unit of one letter
    may be another unit ("5 m"), so the number is read without it as well.
    """
    found: set[Decimal] = set()
    before: tuple[int, int, set[Decimal]] = (-1, 0, set())  # where the last number ended, its factor, its readings
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text).lower()):
        scale = match["scale"] or match["word_scale"]
        scaled: set[Decimal] = set()
        for number in {Decimal(_WORDS[match["word"]])} if match["word"] else _readings(match["figure"]):
            if scale:
                scaled.add(number * _FACTORS[scale])
            if not scale or scale in "kmb":
                found.add(number)
        found |= scaled
        factor = _FACTORS[scale] if scale else 1
        if before[0] == match.start() and factor < before[1]:
            scaled = {larger + smaller for larger in before[2] for smaller in scaled}
            found |= scaled
        before = (match.end(), factor, scaled)
    return found


def _readings(figure: str) -> set[Decimal]:
    parts = re.split(r"[.,' ]", figure)
    readings = set()
    if all(len(part) == 3 for part in parts[1:]):
        readings.add(Decimal("".join(parts)))
    if len(parts) > 1 and figure[-len(parts[-1]) - 1] in ".,":
        readings.add(Decimal("".join(parts[:-1]) + "." + parts[-1]))
    return readings
