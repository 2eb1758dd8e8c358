"""The pages' own words are in the reader's language: the catalogues are whole, and no page mixes in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from ckg.pages import message_extraction, messages

pytestmark = pytest.mark.gone_on  # the words of a page do not depend on how its store was built

ROOT = Path(__file__).parents[2]
FOLDERS = {"core": message_extraction.CORE, "project": ROOT / "pages"}
LANGUAGES = ("ja", "ru")
PATHS = (
    "/",
    "/promises",
    "/timeline",
    "/conflicts",
    "/sources",
    "/browse",
    "/search?q=uranium",
    "/search?q=xyzxyz",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%203",
    "/catalog",
    "/dump/",
    "/report",
    "/evidence",
    "/help",
    "/help/tour",
    "/doc/commitment/tokyo-2025-business-target",
    "/doc/conflict/tokyo-2025-target-in-dollars",
    "/doc/declaration/tokyo-2025",
    "/doc/summit/tokyo-2025",
    "/doc/state/kazakhstan",
    "/doc/source/founding-digest",
    "/doc/scheme/theme",
    "/ontology/claim",
)
FORMER = (
    "Run `python -m ckg.pages.message_extraction` (with the folder `pages` for the project's) and translate the rest."
)


def catalogue(folder: str, language: str) -> Catalog:
    kept = FOLDERS[folder] / (messages.FOLDER.name if folder == "core" else messages.PROJECT_FOLDER)
    with (kept / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    messages.use(messages.ENGLISH)


@pytest.fixture(scope="module")
def found() -> dict[str, Catalog]:
    """What the templates and the code say today, by folder; a project needs no translation of what the core says."""
    both = {name: message_extraction.extracted(folder) for name, folder in FOLDERS.items()}
    for message in both["core"]:
        both["project"].delete(message.id)
    return both


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_catalogue_has_every_message_and_no_other(found: dict[str, Catalog], folder: str, language: str) -> None:
    kept = catalogue(folder, language)
    assert {message.id for message in kept} == {message.id for message in found[folder]}, FORMER
    assert not kept.obsolete
    for message in kept:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.id or (all(forms) and not message.fuzzy), f"{message.id}: {FORMER}"
        assert not message.id or len(forms) == (kept.num_plurals if isinstance(message.id, tuple) else 1), message.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_translation_keeps_the_places_of_values_and_tags(folder: str, language: str) -> None:
    for message in (one for one in catalogue(folder, language) if one.id):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            assert marks(form) in [marks(one) for one in ids], (message.id, form)
            assert not re.search(r"<(?!/?\d+>)", form), form
            assert '"' not in form.replace("“python3 -m http.server”", ""), form


def marks(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|%%|</?\d+>", text))


class Texts(HTMLParser):
    """Gathers what a page says in its own language: text, and attributes that are read to people."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "hr", "source", "wbr", "col"})
    READ_OUT = ("title", "aria-label", "placeholder", "alt", "data-label")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: set[str] = set()
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        lang = given.get("lang") or (self.open[-1][1] if self.open else "")
        if lang == self.language:
            self.found |= {" ".join(given[name].split()) for name in self.READ_OUT if given.get(name)}
        if tag not in self.VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if (
            self.open
            and self.open[-1][1] == self.language
            and self.open[-1][0] not in ("script", "style", "code", "pre")
        ):
            self.found.add(" ".join(data.split()))


def english(language: str) -> Iterator[str]:
    """Yield the texts of the frame that a page in another language may not show: those that differ in it."""
    for folder in FOLDERS:
        for message in catalogue(folder, language):
            if isinstance(message.id, str) and len(message.id) > 3 and message.string != message.id:
                parts = (part.strip() for part in re.split(r"%\(\w+\)s|</?\d+>", message.id))
                yield from (part for part in parts if len(part) > 3 and part not in message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_nothing_of_its_own_in_english(page: Callable[..., str], language: str) -> None:
    known = set(english(language))
    for path in PATHS:
        html = page(f"{path}{'&' if '?' in path else '?'}lang={language}")
        seen = Texts()
        seen.feed(html)
        assert seen.language == language, path
        left = seen.found & known - NAMES
        assert not left, (path, left)


NAMES = frozenset(
    {"created", "modified", "issued", "Promises", "Turtle", "JSON-LD", "Report", "Prime", "Trend", "from"}
)
"""Names in the data and of formats that are words of the pages as well."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_told_in_the_language_of_the_reader(client: FlaskClient, language: str) -> None:
    told = client.get(f"/doc/nothing/here?lang={language}")
    refused = client.get(f"/browse?page=x&lang={language}")
    messages.use(messages.catalogue(language))
    assert messages.gettext("There is nothing in this data set at this address.") in told.text
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in told.headers["Vary"].split(",")}
    assert refused.status_code == 400
    assert messages.gettext("Bad Request") in refused.text


def test_pages_in_two_languages_have_two_etags_and_say_which_language_they_are_in(client: FlaskClient) -> None:
    answers = [client.get("/help", headers={"Accept-Language": language}) for language in ("en", "ja", "ru", "kk")]
    assert len({answer.headers["ETag"] for answer in answers}) == 4
    assert [re.search(r'<html lang="(\w+)"', answer.text)[1] for answer in answers] == ["en", "ja", "ru", "en"]


def test_numbers_dates_and_plurals_are_those_of_the_language() -> None:
    from ckg.pages import text

    def written(language: str) -> tuple[str, ...]:
        messages.use(messages.catalogue(language))
        counted = (messages.ngettext("%(n)s row", "%(n)s rows", n) for n in (1, 3, 1200))
        return tuple(unbroken(one) for one in (*counted, text.date("2025-12-20"), text.magnitude("3000000000000")))

    assert written("en") == ("1 row", "3 rows", "1,200 rows", "20 December 2025", "3 trillion")
    assert written("ru") == ("1 строка", "3 строки", "1 200 строк", "20 декабря 2025 г.", "3 триллиона")  # noqa: RUF001
    assert written("ja") == ("1 行", "3 行", "1,200 行", "2025年12月20日", "3兆")


def unbroken(text: str) -> str:
    """Return text with plain blanks: which of them may not break a line is CLDR's affair."""
    return re.sub(r"\s", " ", text)
