"""A thing of the data set: its names, what is said of it, and, for a coded statement, what it must be read with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from ckg.client.coded_statement import CodedStatement, Quoted

_SHOWN_FACTS: Final = 40


@dataclass(frozen=True, slots=True)
class EntityFact:
    """One statement about a thing: property (short, and by its label), value, and how the statement stands.

    `value` is a name or the text of a literal; `iri` is that of a thing, else empty. `evidence` is that of the thing it
    is said of, where that is a coded statement.
    """

    property: str
    property_label: str
    value: str
    iri: str
    datatype: str
    language: str
    inferred: bool
    standing: str
    graphs: tuple[str, ...]
    evidence: CodedStatement | None

    def __str__(self) -> str:
        return self.value


class Entity:
    """A thing; `entity["capital"]` and `entity["ex:capital"]` are its facts with that property, by label or CURIE.

    `complete` is false for a thing of which more is said than is given here: ask the endpoint for the rest.
    """

    def __init__(self, record: Mapping[str, Any], evidence: CodedStatement | None, address: str) -> None:
        self.iri: str = record["iri"]
        self.curie: str = record["curie"]
        self.label: str = record["label"]
        self.names: dict[str, str] = {}
        for name in record["names"]:
            self.names.setdefault(name["language"], name["text"])
        self.kinds: tuple[str, ...] = tuple(kind["label"] for kind in record["kinds"])
        self.definition: str = record["definition"]
        self.standing: str = record["standing"]
        self.evidence = evidence
        self.complete: bool = not record["more"]
        self.page: str = f"{address}{record['page']}" if record["page"].startswith("/") else record["page"]
        self.facts: tuple[EntityFact, ...] = tuple(_fact(row, evidence) for row in record["statements"])
        self.pointing: tuple[Mapping[str, Any], ...] = tuple(record["pointing"])

    @property
    def words(self) -> tuple[Quoted, ...]:
        """The quoted words that the thing rests on, none where it is no coded statement."""
        return self.evidence.words if self.evidence is not None else ()

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties it has, each once."""
        return tuple(dict.fromkeys(fact.property for fact in self.facts))

    def __getitem__(self, name: str) -> Sequence[EntityFact]:
        found = self.get(name)
        if not found:
            labels = sorted({fact.property_label for fact in self.facts})
            raise KeyError(f"{self.curie or self.iri} has no {name}; it has {', '.join(labels)}")
        return found

    def get(self, name: str) -> Sequence[EntityFact]:
        """Return the facts with a property, by its CURIE, or its label whatever the case; none where it has none."""
        exact = [fact for fact in self.facts if fact.property == name]
        return exact or [fact for fact in self.facts if fact.property_label.casefold() == name.casefold()]

    def __iter__(self) -> Iterator[EntityFact]:
        return iter(self.facts)

    def __repr__(self) -> str:
        return f"<Entity {self.curie or self.iri}: {self.label} [{self.standing}]>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(fact.property_label)}</td><td>{escape(fact.value)}</td><td>{escape(fact.standing)}</td></tr>"
            for fact in self.facts[:_SHOWN_FACTS]
        )
        own = self.evidence._repr_html_() if self.evidence is not None else ""
        return f"<h3>{escape(self.label)}</h3>{own}<table>{rows}</table>"


def _fact(row: Mapping[str, Any], evidence: CodedStatement | None) -> EntityFact:
    return EntityFact(
        property=row["property"],
        property_label=row["property_label"],
        value=row["value"],
        iri=row["iri"],
        datatype=row["datatype"],
        language=row["language"],
        inferred=row["inferred"],
        standing=row["standing"],
        graphs=tuple(row["graphs"]),
        evidence=evidence,
    )
