"""Stems of words (Snowball), so that `promises` finds `promised`, in the languages that have a stemmer."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Final

from Stemmer import Stemmer

from ckg.release.search.folding import fold

ALGORITHMS: Final = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's algorithms by the first part of a language tag."""

_ENGLISH: Final = (
    "a an the of in on at to for and or by with from about is are was were be been do does did has have had who whom "
    "whose what which when where why how much many"
)
_RUSSIAN: Final = "и в во на с со по о об к у из за для не что кто когда где как почему какои какая какие сколько"  # noqa: RUF001
STOP_WORDS: Final = frozenset(f"{_ENGLISH} {_RUSSIAN}".split())
"""Folded words of English and Russian that say nothing of what is looked for."""

_WORD: Final = re.compile(r"[^\W_]+")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[a-z]")
_CYRILLIC_LANGUAGES: Final = ("ru", "sr")
_MAX_WORD_CHARS: Final = 64
_REMEMBERED: Final = 200_000
_OPEN_CHARS: Final = 5
_FALLBACK: Final = "en"


class WordStemmer:
    """Gives stems; Snowball's objects have a state, so that each thread has its own."""

    def __init__(self) -> None:
        self._local = threading.local()

    def stem(self, word: str, language: str) -> str:
        """Return the folded stem of a word in a language, or the folded word where the language has no stemmer.

        >>> WordStemmer().stem("Promises", "en-GB"), WordStemmer().stem("Казахстану", "ru")
        ('promis', 'казахстан')
        """
        key = (word, language)
        known: dict[tuple[str, str], str] | None = getattr(self._local, "known", None)
        if known is None or len(known) > _REMEMBERED:
            known = self._local.known = {}
        found = known.get(key)
        if found is None:
            found = known[key] = self._stem(word.lower(), language)
        return found

    def _stem(self, word: str, language: str) -> str:
        name = ALGORITHMS.get(language.partition("-")[0].lower())
        if name is None or len(word) > _MAX_WORD_CHARS or not word.isalpha():
            return fold(word)
        stemmers: dict[str, Stemmer] | None = getattr(self._local, "stemmers", None)
        if stemmers is None:
            stemmers = self._local.stemmers = {}
        if name not in stemmers:
            stemmers[name] = Stemmer(name, 0)  # what is remembered is bounded here
        return fold(stemmers[name].stemWord(word))

    def text(self, text: str, language: str) -> str:
        """Return the stems of a text with blanks between them; a text without a language is taken for English."""
        return " ".join(self.stem(word, language or _FALLBACK) for word in _WORD.findall(text))

    def alternatives(self, word: str, languages: Iterable[str]) -> list[list[str]]:
        """Return for each part of a typed word what it may be in an index: itself, and its stems in the languages.

        A word is stemmed in languages of its own script. `rare-earth` has two parts.
        """
        return [
            sorted({fold(part), *(self.stem(part, tag) for tag in languages if _is_written_so(part, tag))})
            for part in _WORD.findall(word)
        ]


def is_open(stem: str) -> bool:
    """Say whether longer stems are the same word: Russian names keep more of their ending in some cases than in others.

    >>> is_open("казахста"), is_open("kazakhstan")
    (True, False)
    """
    return len(stem) >= _OPEN_CHARS and _CYRILLIC.match(stem) is not None


def _is_written_so(word: str, language: str) -> bool:
    tag = language.partition("-")[0].lower()
    if _CYRILLIC.search(word.lower()):
        return tag in _CYRILLIC_LANGUAGES
    return tag not in _CYRILLIC_LANGUAGES or bool(tag == "sr" and _LATIN.search(word.lower()))
