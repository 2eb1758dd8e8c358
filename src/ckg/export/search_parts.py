"""A search index in parts: what the search of the server looks through, in files of which a search loads a few.

A part holds, for the first one to three characters of words (of each character, in scripts without spaces), which
texts have such a word; texts lie in files of their own, things and names with them. Every file is a script that calls
`ckgSearch`, because a page from `file://` may load scripts and nothing else. `pages/static/copy-search.js` folds what
is typed as `folded` does here.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from ckg.export.names import NameRow
from ckg.pages.view_context import ViewContext
from ckg.release.search.folding import starts
from ckg.release.writing import write_bytes

FOLDER: Final = "_search"
_KEY_CHARS: Final = 3
_TEXTS_IN_A_FILE: Final = 300
_MAX_PART_CHARS: Final = 150_000
_MAX_TEXT_CHARS: Final = 2_000
_KEPT_MARKS: Final = frozenset("\u3099\u309a")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u02bb\u02bc\u02b9\u2018\u2019\u0060\u00b4", "'"))
_TEXTS: Final = """SELECT entity.iri, entity.class, text.field, text.language, text.text FROM text
    JOIN entity ON entity.id = text.entity ORDER BY entity.id, text.field, text.language, text.text"""

Text = tuple[int, int, str, str]
"""The number of a thing, the field, the language, and the text."""


def folded(text: str) -> str:
    """Return a text in lower case without accents, as a browser can make it too.

    >>> folded("Türkmenistan"), folded("Straße"), folded("O\u02bbzbekiston")
    ('turkmenistan', 'strasse', "o'zbekiston")
    """
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").translate(_APOSTROPHES))
    bare = "".join(c for c in letters if unicodedata.category(c) != "Mn" or c in _KEPT_MARKS)
    return unicodedata.normalize("NFC", bare)


def keys(text: str) -> set[str]:
    """Return the beginnings of words under which a text is found.

    >>> sorted(keys("Aktau 回廊"))
    ['a', 'ak', 'akt', '回', '回廊', '廊']
    """
    plain = folded(text)
    found = (plain[place : place + length] for place in starts(plain) for length in range(1, _KEY_CHARS + 1))
    return {key for key in found if not re.search(r"\s", key)}


def write(index: Path, folder: Path, reader: ViewContext, names: Mapping[str, NameRow]) -> int:
    """Write the parts made from a release's search index to a folder; return how many texts can be found.

    `names` are those of the things by their IRIs; a thing without a page is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    things: dict[str, int] = {}
    texts: list[Text] = []
    rows: list[list[str]] = []
    postings: dict[str, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        for iri, kind, field, language, text in database.execute(_TEXTS):
            name = names.get(iri)
            if name is None or not name.href or reader.graph.is_twin(iri):
                continue
            if iri not in things:
                things[iri] = len(things)
                called = reader.label(NamedNode(kind)).text if kind else ""
                rows.append([name.href, name.label, name.language, called])
            for key in keys(text[:_MAX_TEXT_CHARS]):
                postings[key].append(len(texts))
            texts.append((things[iri], field, language, text[:_MAX_TEXT_CHARS]))
    for number, begin in enumerate(range(0, len(texts), _TEXTS_IN_A_FILE)):
        some = texts[begin : begin + _TEXTS_IN_A_FILE]
        used = {str(thing): rows[thing] for thing, *_ in some}
        _write(folder, f"t{number}", {"things": used, "texts": some})
    parts = sorted(_parts("", postings))
    for prefix, lists in parts:
        _write(folder, _name(prefix), lists)
    _write(folder, "index", {"parts": [prefix for prefix, _ in parts], "texts": _TEXTS_IN_A_FILE})
    return len(texts)


def _parts(prefix: str, postings: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, dict[str, Sequence[int]]]]:
    """Yield parts of lists by what their keys begin with, split where one would be too large."""
    groups: dict[str, dict[str, Sequence[int]]] = defaultdict(dict)
    for key, numbers in postings.items():
        groups[key[: len(prefix) + 1]][key] = numbers
    for head, lists in groups.items():
        size = sum(len(numbers) for numbers in lists.values()) * 6
        own = {key: numbers for key, numbers in lists.items() if key == head}
        if size <= _MAX_PART_CHARS or len(own) == len(lists):
            yield head, lists
        else:
            if own:
                yield head, own
            yield from _parts(head, {key: numbers for key, numbers in lists.items() if key != head})


def _name(prefix: str) -> str:
    return "k" + "-".join(f"{ord(character):x}" for character in prefix)


def _write(folder: Path, name: str, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    write_bytes(folder / f"{name}.js", [f"ckgSearch({json.dumps(name)},{safe});\n".encode()])
