"""Write data/queries.ttl, the ready examples of the query editor, from the .rq files. `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
TARGET = FOLDER.parents[1] / "data" / "queries.ttl"
HEAD = """\
# The questions that the graph must answer, as queries ready to run. Made from tests/competency/*.rq by
# tests/competency/make_queries.py: change a question there, not here.

@prefix query: <https://w3id.org/ckg/id/query/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


class Question(NamedTuple):
    """A question: its number in the codebook, name, theme, itself in words, how it is meant, and its text in SPARQL."""

    number: int
    slug: str
    theme: str
    words: str
    note: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Question:
        """Read an .rq file: the first comment line is the question, the second its theme, then how it is meant."""
        text = path.read_text(encoding="utf-8")
        number, slug = path.stem.split("-", 1)
        comments = [line[1:].strip() for line in text.partition("SELECT")[0].splitlines() if line.startswith("#")]
        theme = comments[1].removeprefix("Theme: ")
        return cls(int(number), slug, theme, comments[0], " ".join(filter(None, comments[2:])), text)

    def turtle(self) -> str:
        """Return the description of the query in Turtle."""
        lines = [f"query:{self.slug} a sh:SPARQLSelectExecutable", f"rdfs:label {_quoted(self.words)}@en"]
        if self.note:
            lines.append(f"rdfs:comment {_quoted(self.note)}@en")
        lines += [
            f"schema:keywords {_quoted(self.theme)}@en",
            f"schema:position {self.number}",
            "sh:prefixes <https://w3id.org/ckg/ontology/prefixes>",
            f"sh:select {_long(self.text)}",
        ]
        return " ;\n    ".join(lines) + " .\n"


def questions() -> list[Question]:
    """Return all questions in the order of their numbers."""
    return [Question.read(path) for path in sorted(FOLDER.glob("*.rq"))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _long(text: str) -> str:
    return '"""' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'


def main() -> None:
    """Write the file, or compare it."""
    text = "\n".join([HEAD, *(question.turtle() for question in questions())])
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        sys.exit(
            "data/queries.ttl is not what the .rq files say; run: .venv/bin/python tests/competency/make_queries.py"
        )


if __name__ == "__main__":
    main()
