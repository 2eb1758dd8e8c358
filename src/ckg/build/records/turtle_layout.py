"""Turtle as people keep it in files: prefixes in order, a block for each thing, a line for each property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import RDF_NS, XSD_NS

TYPE = f"{RDF_NS}type"
_BINDING = re.compile(r"^@prefix\s+([\w.-]*):\s*<([^>]*)>\s*\.[ \t]*\n", re.MULTILINE)
_PLAIN = {f"{XSD_NS}integer": r"[-+]?\d+", f"{XSD_NS}decimal": r"[-+]?\d*\.\d+", f"{XSD_NS}boolean": r"true|false"}

Row = tuple[str, Sequence["ox.NamedNode | ox.Literal | Nested"]]


@dataclass(frozen=True, slots=True)
class Nested:
    """A thing without a name, which stands in brackets where it is referred to."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A thing with what is said of it, property by property."""

    subject: str
    rows: tuple[Row, ...]


class TurtleLayout:
    """Writes blocks with the prefixes of a project, but for those that a file binds to something else.

    >>> layout = TurtleLayout(Prefixes({"ex": "https://example.org/"}))
    >>> label = ox.Literal("A bridge", language="en")
    >>> rows = ((TYPE, [ox.NamedNode("https://example.org/Bridge")]), ("https://example.org/name", [label]))
    >>> print(layout.block(Block("https://example.org/b", rows)))
    ex:b a ex:Bridge ;
        ex:name "A bridge"@en .
    """

    def __init__(self, prefixes: Prefixes, bound: Mapping[str, str] | None = None) -> None:
        self._prefixes = prefixes
        self._bound = dict(bound or {})
        self.used: dict[str, str] = {}

    def block(self, block: Block) -> str:
        """Return a block without a newline at its end."""
        lines = [self._row(predicate, values, 4) for predicate, values in block.rows]
        return self._iri(block.subject) + " " + " ;\n    ".join(lines) + " ."

    def rows(self, rows: Sequence[Row]) -> str:
        """Return what is said of a thing without the thing."""
        return " ;\n".join(self._row(predicate, values, 0) for predicate, values in rows) + " ."

    def _row(self, predicate: str, values: Sequence[ox.NamedNode | ox.Literal | Nested], indent: int) -> str:
        name = "a" if predicate == TYPE else self._iri(predicate)
        written = [self._value(value, indent) for value in values]
        if len(written) > 1 and any(isinstance(value, Nested) for value in values):
            inner = "\n" + " " * (indent + 4)
            return f"{name}{inner}{f' ,{inner}'.join(written)}"
        return f"{name} {' , '.join(written)}"

    def _value(self, value: ox.NamedNode | ox.Literal | Nested, indent: int) -> str:
        if isinstance(value, Nested):
            return f"[ {' ; '.join(self._row(predicate, values, indent) for predicate, values in value.rows)} ]"
        if isinstance(value, ox.NamedNode):
            return self._iri(value.value)
        datatype = value.datatype.value
        if re.fullmatch(_PLAIN.get(datatype, "(?!)"), value.value):
            return value.value
        plain = str(ox.Literal(value.value))
        if value.language:
            return f"{plain}@{value.language}"
        return plain if datatype == f"{XSD_NS}string" else f"{plain}^^{self._iri(datatype)}"

    def _iri(self, iri: str) -> str:
        curie = self._prefixes.curie(iri)
        if curie is None:
            return f"<{iri}>"
        prefix = curie.partition(":")[0]
        namespace = self._prefixes[prefix]
        if self._bound.get(prefix, namespace) != namespace:
            return f"<{iri}>"
        self.used[prefix] = namespace
        return curie


def bindings(text: str) -> dict[str, str]:
    """Return the prefixes that the Turtle of a file binds, in lines of their own."""
    return dict(_BINDING.findall(text))


def with_blocks(text: str, blocks: Sequence[Block], prefixes: Prefixes, comment: str) -> str:
    """Return the Turtle of a file with further blocks at its end; an empty file begins with a comment.

    Prefixes that are missing are put among the others in their order.
    """
    bound = bindings(text)
    layout = TurtleLayout(prefixes, bound)
    written = "\n\n".join(layout.block(block) for block in blocks)
    if not text.strip():
        head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(layout.used.items()))
        return f"# {comment}\n\n{head}\n{written}\n"
    for prefix, namespace in sorted(layout.used.items()):
        if prefix not in bound:
            text = _bind(text, prefix, namespace)
    return f"{text.rstrip()}\n\n{written}\n"


def _bind(text: str, prefix: str, namespace: str) -> str:
    line = f"@prefix {prefix}: <{namespace}> .\n"
    found = list(_BINDING.finditer(text))
    later = next((match for match in found if match[1] > prefix), None)
    if later is not None:
        place = later.start()
    elif found:
        place = found[-1].end()
    else:
        comment = re.match(r"(?:#.*\n)*\n?", text)
        place = comment.end() if comment else 0
        line += "\n"
    return text[:place] + line + text[place:]
