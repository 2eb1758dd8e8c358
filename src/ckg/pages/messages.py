"""The words of the pages themselves in the reader's language: catalogues of gettext, looked up by the English text.

A catalogue is `<language>.po` in `ckg/pages/locale/`, and one of the same name in `translations/` of a project's pages
folder, which comes first. Whoever makes a page says with `use` which one its words come from; that holds for the task
or thread that makes it. What no catalogue has stays in English.
"""

from __future__ import annotations

import io
import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

SOURCE_LANGUAGE: Final = "en"
"""The language that the pages are written in."""

FOLDER: Final = Path(__file__).with_name("locale")
PROJECT_FOLDER: Final = "translations"
"""Where a project's own catalogues are, in its pages folder."""


@dataclass(frozen=True, slots=True)
class MessageCatalogue:
    """What the pages say in one language; `language` is its tag for `<html lang>`."""

    language: str = SOURCE_LANGUAGE
    translations: NullTranslations = field(default_factory=NullTranslations)


ENGLISH: Final = MessageCatalogue()

_SCRIPT_MESSAGE: Final = re.compile(r'\bmessage\("([^"]+)"')

_USED: ContextVar[MessageCatalogue] = ContextVar("catalogue", default=ENGLISH)


def use(catalogue: MessageCatalogue) -> None:
    """Say from which catalogue the words come that this task or thread asks for from now on."""
    _USED.set(catalogue)


def language() -> str:
    """Return the language of the pages' own words, as a tag for `<html lang>`."""
    return _USED.get().language


def is_translated(message: str) -> bool:
    """Say whether a message reads in the language of the page, and not in English in a page that is in another."""
    used = _USED.get()
    return used.language == SOURCE_LANGUAGE or used.translations.gettext(message) != message


def gettext(message: str, /, **values: object) -> str:
    """Return a message in the language of the page; a value stands for each `%(name)s` of it.

    >>> gettext("Why? %(thing)s", thing="Tokyo")
    'Why? Tokyo'
    """
    found = _USED.get().translations.gettext(message) if message else ""
    return found % values if values else found


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form of a message that fits a count, which stands for `%(n)s`, written as numbers are.

    >>> ngettext("%(n)s row", "%(n)s rows", 1), ngettext("%(n)s row", "%(n)s rows", 1200)
    ('1 row', '1,200 rows')
    """
    found = _USED.get().translations.ngettext(one, many, count)
    return found % ({"n": grouped(count)} | values)


def grouped(count: int) -> str:
    """Return a whole number as the language of the page writes it (CLDR).

    >>> grouped(1200)
    '1,200'
    """
    used = _USED.get()
    if used.language == SOURCE_LANGUAGE:
        return f"{count:,}"
    from babel.numbers import format_decimal  # noqa: PLC0415  # only where a page is not in English

    return format_decimal(count, locale=used.language)


def marked(message: str) -> str:
    """Return a message as it is: a mark for the extraction where it is looked up later."""
    return message


def nmarked(one: str, many: str) -> tuple[str, str]:
    """Return both forms of a counted message as they are: the same mark, for `ngettext`."""
    return one, many


_ = gettext


def of_scripts(*names: str) -> dict[str, str]:
    """Return the messages of some scripts of the core in the language of the page; none where that is English."""
    if language() == SOURCE_LANGUAGE:
        return {}
    return {text: gettext(text) for name in names for text in _script_messages(name)}


@lru_cache(maxsize=64)
def _script_messages(name: str) -> tuple[str, ...]:
    written = FOLDER.with_name("static").joinpath(name).read_text(encoding="utf-8")
    return tuple(dict.fromkeys(_SCRIPT_MESSAGE.findall(written)))


def offered(project: Path | None = None) -> tuple[str, ...]:
    """Return the languages that there is a catalogue for, beside English."""
    folders = [FOLDER, *([project / PROJECT_FOLDER] if project is not None else [])]
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.po")}))


@lru_cache(maxsize=64)
def catalogue(tag: str, project: Path | None = None) -> MessageCatalogue:
    """Return the catalogue for a language tag (BCP 47) or for its primary language, else English.

    Raises `ValueError` or `babel.messages.pofile.PoFileError` where a catalogue is not well-formed.

    >>> catalogue("ja").language, catalogue("tlh").language
    ('ja', 'en')
    """
    there = offered(project)
    for name in dict.fromkeys((tag, tag.partition("-")[0].lower())):
        if name in there:
            found = _compiled(FOLDER / f"{name}.po")
            if project is not None:
                own = _compiled(project / PROJECT_FOLDER / f"{name}.po")
                own.add_fallback(found)
                found = own
            return MessageCatalogue(name, found)
    return ENGLISH


def _compiled(path: Path) -> NullTranslations:
    """Return the messages of a catalogue that have a translation; none where there is no such file."""
    if not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # only where a page is not in English
    from babel.messages.pofile import read_po  # noqa: PLC0415

    written = io.BytesIO()
    with path.open("rb") as file:
        write_mo(written, read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True))
    written.seek(0)
    return GNUTranslations(written)
