"""How to cite a thing of a data set, or the answer to a query: as text, in BibTeX, in CSL-JSON, with the release."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9]+")
_BIBTEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of a thing: `text`, `bibtex` and `csl_json` say the same."""

    text: str
    bibtex: str
    csl_json: str


def of_thing(label: str, iri: str, schema: Mapping[str, Any], *, read_on: datetime.date) -> Citation:
    """Return how to cite a thing that was read in a release on a day.

    >>> of_thing("A", "https://e.org/a", {"title": "T", "release": "1-ab"}, read_on=datetime.date(2026, 1, 2)).text
    '“A”. In: T, release 1-ab. https://e.org/a (read on 2026-01-02).'
    """
    title, release = schema["title"], schema["release"]
    key = _NOT_IN_A_KEY.sub("-", iri.rstrip("/#").rpartition("/")[2]).strip("-") or "thing"
    bibtex = "\n".join(
        [
            f"@misc{{{key},",
            f"  title = {{{_bibtex(label)}}},",
            f"  howpublished = {{{_bibtex(title)}}},",
            f"  version = {{{_bibtex(release)}}},",
            f"  url = {{{iri}}},",
            f"  urldate = {{{read_on.isoformat()}}},",
            "}",
        ]
    )
    csl = {
        "id": key,
        "type": "entry",
        "title": label,
        "container-title": title,
        "version": release,
        "URL": iri,
        "accessed": {"date-parts": [[read_on.year, read_on.month, read_on.day]]},
    }
    text = f"“{label}”. In: {title}, release {release}. {iri} (read on {read_on.isoformat()})."
    return Citation(text, bibtex, json.dumps([csl], ensure_ascii=False))


def of_answer(address: str, title: str, release: str, sha256: str, rows: int, *, read_on: datetime.date) -> Citation:
    """Return how to cite the answer that a query has on a release; `sha256` is that of the answer.

    >>> of_answer("http://e.org/q", "T", "1-ab", "f" * 64, 1, read_on=datetime.date(2026, 1, 2)).text[:57]
    'Answer to a query (1 row). In: T, release 1-ab. http://e.'
    """
    counted = f"{rows:,} row{'' if rows == 1 else 's'}"
    label, key = f"Answer to a query ({counted})", f"answer-{sha256[:12]}"
    note = f"SHA-256 of the answer: {sha256}"
    bibtex = "\n".join(
        [
            f"@misc{{{key},",
            f"  title = {{{label}}},",
            f"  howpublished = {{{_bibtex(title)}}},",
            f"  version = {{{_bibtex(release)}}},",
            f"  url = {{{address}}},",
            f"  urldate = {{{read_on.isoformat()}}},",
            f"  note = {{{note}}},",
            "}",
        ]
    )
    csl = {
        "id": key,
        "type": "dataset",
        "title": label,
        "container-title": title,
        "version": release,
        "URL": address,
        "note": note,
        "accessed": {"date-parts": [[read_on.year, read_on.month, read_on.day]]},
    }
    text = f"{label}. In: {title}, release {release}. {address} (read on {read_on.isoformat()}). {note}."
    return Citation(text, bibtex, json.dumps([csl], ensure_ascii=False))


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX_ESCAPES.get(character, character) for character in text)
