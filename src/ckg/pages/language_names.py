"""What languages are called: in themselves, for the choice of one, and in that of the page, for marks beside a text.

The names are those of the Common Locale Data Repository, regions and scripts included, but for a short list in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from ckg.pages import messages, text
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

    >>> own_name("ja", {}), own_name("x-none", {})
    ('日本語', 'x-none')
    """
    found = given.get(tag)
    return (found.own if found else "") or _NAMES.get(tag, ("",))[0] or _of_cldr(tag)[0] or tag


def local_name(tag: str, given: Mapping[str, LanguageConfig]) -> str:
    """Return what the language of a tag is called in the language of the page, the tag where nobody says.

    >>> local_name("ja", {}), local_name("x-none", {}), local_name("", {})
    ('Japanese', 'x-none', '')
    """
    primary = tag.partition("-")[0].lower()
    found = given.get(tag) or given.get(primary)
    said = found.english if found else ""
    if messages.language() != messages.SOURCE_LANGUAGE:
        local = _of_cldr(tag, messages.language())[1]
        if local:
            return local
    return said or _of_cldr(tag)[1] or _NAMES.get(primary, ("", ""))[1] or text.plain(tag, 20)


@lru_cache(maxsize=1_000)
def _of_cldr(tag: str, language: str = messages.SOURCE_LANGUAGE) -> tuple[str, str]:
    """Return the name of the language of a tag (BCP 47) in itself and in another one, empty where CLDR knows none."""
    if not tag:
        return "", ""
    primary = tag.partition("-")[0].lower()
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = None
    if locale is None or locale.language != primary:  # `und` is no language, and CLDR would take one that is likely
        return "", Locale(language).languages.get(primary, "")
    return locale.get_display_name() or "", locale.get_display_name(language) or ""


def names(given: Mapping[str, LanguageConfig]) -> Callable[[str], str]:
    """Return the filter that templates write language tags with."""

    def language_name(tag: str) -> str:
        return local_name(tag, given)

    return language_name
