"""Taking the messages out of templates and code, and bringing the catalogues up to date with them.

`python -m ckg.pages.message_extraction [FOLDER]` renews `locale/*.po` of the pages of the core, or those in
`translations/` of a project's pages folder. A message that is new has no translation yet; one that is not used any
more is left out.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from ckg.pages import messages
from ckg.pages.template_messages import FUNCTION, TextMessages

CORE: Final = Path(__file__).parent
_KEYWORDS: Final[dict[str, Any]] = {"gettext": None, "marked": None, "ngettext": (1, 2), "nmarked": (1, 2)}
_LINE_CHARS: Final = 110


def extracted(folder: Path) -> Catalog:
    """Return the messages of a folder of pages: of its templates, its code, its scripts and `pages.toml`.

    What `ckg.toml` beside a project's folder says of the project is shown too.
    """
    found = Catalog(fuzzy=False)
    for path, message in _messages(folder):
        if not message:
            continue
        found.add(message, locations=[(path.relative_to(folder).as_posix(), 1)])
    return found


def _messages(folder: Path) -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    environment = Environment(extensions=[TextMessages], autoescape=True)
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            tree = environment.parse(path.read_text(encoding="utf-8"))
            yield from ((path, _plain(row[1], row[2])) for row in extract_from_ast(tree, (FUNCTION, "_", *_KEYWORDS)))
        elif path.suffix in (".py", ".js") and "editor" not in path.parts and "engine" not in path.parts:
            take = extract_python if path.suffix == ".py" else extract_javascript
            keywords = _KEYWORDS if path.suffix == ".py" else {"message": None}
            with BytesIO(path.read_bytes()) as file:
                yield from ((path, _plain(row[1], row[2])) for row in take(file, keywords, [], {}))
        elif path.name == "pages.toml":
            yield from ((path, title) for title in _titles(path))
    project = folder.parent / "ckg.toml"
    if project.is_file():
        about = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        yield from ((folder / "pages.toml", about[key]) for key in ("title", "description") if key in about)


def _titles(path: Path) -> Iterator[str]:
    """Return what `pages.toml` says to readers: the brand and the titles of its pages and of the menu."""
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    yield from (written.get("site", {}).get("brand"),) if "brand" in written.get("site", {}) else ()
    yield from (row["title"] for kind in ("menu", "page") for row in written.get(kind, ()) if "title" in row)


def _plain(function: object, found: object) -> str | tuple[str, ...]:
    """Return a message, both forms of one that is counted, nothing for a call without a text of its own."""
    said = [found] if isinstance(found, str) else found if isinstance(found, Sequence) else []
    texts = tuple(part for part in said if isinstance(part, str))
    return texts[:2] if function in ("ngettext", "nmarked") and len(texts) > 1 else "".join(texts[:1])


def renewed(path: Path, found: Catalog) -> Catalog:
    """Return a catalogue with the messages that were found, and the translations that it has of them."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file of gettext, without dates and line numbers: it changes with its text only."""
    head = (
        "Content-Type: text/plain; charset=utf-8",
        f"Language: {catalogue.locale_identifier}",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    into = BytesIO()
    into.write("".join(['msgid ""\nmsgstr ""\n', *(f'"{line}\\n"\n' for line in head), "\n"]).encode())
    write_po(into, catalogue, width=_LINE_CHARS, omit_header=True, include_lineno=False, sort_output=True)
    return into.getvalue()


def main(arguments: Sequence[str]) -> None:
    """Renew the catalogues of a folder of pages, and say how many messages lack a translation."""
    folder = Path(arguments[0]) if arguments else CORE
    found = extracted(folder)
    if arguments:  # what the core says has a translation there
        for message in extracted(CORE):
            found.delete(message.id)
    for path in sorted((folder / (messages.PROJECT_FOLDER if arguments else messages.FOLDER.name)).glob("*.po")):
        catalogue = renewed(path, found)
        path.write_bytes(written(catalogue))
        missing = sum(not message.string or not all(message.string) for message in catalogue if message.id)
        print(f"{path}: {len(catalogue)} messages, {missing} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
