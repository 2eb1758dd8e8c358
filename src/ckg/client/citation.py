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
    key = _NOT_IN_A_KEY.sub("-", iri.rstrip("/#").rpartition("/")[2]).strip("-") or "thing"
    cited = _Cited(key, "entry", label, schema["title"], schema["release"], iri, read_on)
    return cited.written(f"“{label}”")


def of_answer(address: str, title: str, release: str, sha256: str, rows: int, *, read_on: datetime.date) -> Citation:
    """Return how to cite the answer that a query has on a release; `sha256` is that of the answer.

    >>> of_answer("http://e.org/q", "T", "1-ab", "f" * 64, 1, read_on=datetime.date(2026, 1, 2)).text[:57]
    'Answer to a query (1 row). In: T, release 1-ab. http://e.'
    """
    counted = f"{rows:,} row{'' if rows == 1 else 's'}"
    label, note = f"Answer to a query ({counted})", f"SHA-256 of the answer: {sha256}"
    cited = _Cited(f"answer-{sha256[:12]}", "dataset", label, title, release, address, read_on, note)
    return cited.written(label)


@dataclass(frozen=True, slots=True)
class _Cited:
    """What is cited, by the names that its forms have for it; `kind` is the type of CSL-JSON."""

    key: str
    kind: str
    label: str
    title: str
    release: str
    address: str
    read_on: datetime.date
    note: str = ""

    def written(self, name: str) -> Citation:
        """Return the citation in every form; `name` is how the text begins."""
        day, note = self.read_on.isoformat(), f" {self.note}." if self.note else ""
        text = f"{name}. In: {self.title}, release {self.release}. {self.address} (read on {day}).{note}"
        return Citation(text, self._as_bibtex(), json.dumps([self._as_csl()], ensure_ascii=False))

    def _as_bibtex(self) -> str:
        fields = {
            "title": _bibtex(self.label),
            "howpublished": _bibtex(self.title),
            "version": _bibtex(self.release),
            "url": self.address,
            "urldate": self.read_on.isoformat(),
            "note": self.note,
        }
        rows = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *rows, "}"])

    def _as_csl(self) -> dict[str, Any]:
        return {
            "id": self.key,
            "type": self.kind,
            "title": self.label,
            "container-title": self.title,
            "version": self.release,
            "URL": self.address,
            **({"note": self.note} if self.note else {}),
            "accessed": {"date-parts": [[self.read_on.year, self.read_on.month, self.read_on.day]]},
        }


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX_ESCAPES.get(character, character) for character in text)
