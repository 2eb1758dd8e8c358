"""What languages are called: in themselves, for the choice of one, and in English, for marks beside a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ckg.pages import text
from ckg.pages.folder.pages_toml import LanguageConfig

_NAMES = {
    "ar": ("العربية", "Arabic"),
    "cs": ("čeština", "Czech"),
    "da": ("dansk", "Danish"),
    "de": ("Deutsch", "German"),
    "el": ("Ελληνικά", "Greek"),
    "en": ("English", "English"),
    "es": ("español", "Spanish"),
    "fi": ("suomi", "Finnish"),
    "fr": ("français", "French"),
    "hu": ("magyar", "Hungarian"),
    "it": ("italiano", "Italian"),
    "ja": ("日本語", "Japanese"),
    "ko": ("한국어", "Korean"),
    "nl": ("Nederlands", "Dutch"),
    "pl": ("polski", "Polish"),
    "pt": ("português", "Portuguese"),
    "ro": ("română", "Romanian"),
    "ru": ("Русский", "Russian"),
    "sv": ("svenska", "Swedish"),
    "tr": ("Türkçe", "Turkish"),
    "uk": ("українська", "Ukrainian"),
    "zh": ("中文", "Chinese"),
}
"""Own name and English name of some languages by their tag; a project names others in pages.toml."""


def own_name(tag: str, given: Mapping[str, LanguageConfig]) -> str:
    """Return what a language calls itself, its tag where nobody says.

    >>> own_name("ja", {}), own_name("tlh", {})
    ('日本語', 'tlh')
    """
    found = given.get(tag)
    return (found.own if found else "") or _NAMES.get(tag, (tag,))[0]


def english_name(tag: str, given: Mapping[str, LanguageConfig]) -> str:
    """Return what the language of a tag is called in English, the tag where nobody says.

    >>> english_name("ja", {}), english_name("zh-Hans", {}), english_name("tlh", {}), english_name("", {})
    ('Japanese', 'Chinese', 'tlh', '')
    """
    primary = tag.partition("-")[0].lower()
    found = given.get(primary)
    return (found.english if found else "") or _NAMES.get(primary, ("", ""))[1] or text.plain(tag, 20)


def names(given: Mapping[str, LanguageConfig]) -> Callable[[str], str]:
    """Return the filter that templates write language tags with."""

    def language_name(tag: str) -> str:
        return english_name(tag, given)

    return language_name
