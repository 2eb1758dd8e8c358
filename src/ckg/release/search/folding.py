"""Folding: the one spelling under which texts are indexed and looked for, so that case and accents do not matter."""

from __future__ import annotations

import re
import unicodedata

# The voicing marks of kana are parts of letters, not accents: が is not か.
_KEPT_MARKS = {"\u3099", "\u309a"}
_APOSTROPHES = str.maketrans(dict.fromkeys("\u02bb\u02bc\u02b9\u2018\u2019\u0060\u00b4", "'"))

_WITHOUT_SPACES = "\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_WITHOUT_SPACES}]")
_START = re.compile(f"[{_WITHOUT_SPACES}]|[^\\W_{_WITHOUT_SPACES}]+(?:'[^\\W_{_WITHOUT_SPACES}]+)*")


def fold(text: str) -> str:
    r"""Return text in lower case, without accents and with one kind of apostrophe; other scripts keep their letters.

    >>> fold("Türkmenistan"), fold("O\u02bbzbekiston"), fold("Ёлка"), fold("ガス田")
    ('turkmenistan', "o'zbekiston", 'елка', 'ガス田')
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_APOSTROPHES))
    bare = "".join(c for c in letters if not unicodedata.combining(c) or c in _KEPT_MARKS)
    return unicodedata.normalize("NFC", bare)


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """Return folded text and, for each of its characters, the place of the character in `text` it comes from.

    >>> folded_with_places("Aß")
    ('ass', [0, 1, 1])
    """
    parts: list[str] = []
    places: list[int] = []
    index = 0
    while index < len(text):
        end = index + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        part = fold(text[index:end])
        parts.append(part)
        places += [index] * len(part)
        index = end
    return "".join(parts), places


def starts(text: str) -> list[int]:
    """Return the places in folded text where somebody may start to type it: words, and each ideograph.

    >>> starts("trans-caspian 回廊")
    [0, 6, 14, 15]
    """
    return [found.start() for found in _START.finditer(text)]


def ideographs(text: str) -> list[int]:
    """Return the places of the characters whose scripts are written without spaces: Han, kana, Hangul, Thai.

    >>> ideographs("ck 日本")
    [3, 4]
    """
    return [found.start() for found in _IDEOGRAPH.finditer(text)]
