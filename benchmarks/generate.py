"""Summits at any scale: a project folder shaped like the shipped one, the same for the same seed.

    python benchmarks/generate.py OUT --triples 1000000 --seed 1 --violations 0.001 --axioms 1 --files 20

Every summit brings participations, a declaration with clauses, commitments, quotations with selectors, sources, amounts
with conversions, claims and conflicts, coded as `data/` codes them; states, organisations, the ontology and the shapes
are the shipped ones. `--violations` is the share of records that are broken, in every way that BREAKAGES knows, one
after the other. `--axioms` is how many times the ontology's axioms stand there: 1 is the shipped ontology, 2 adds a
copy of them on classes and properties of its own. `expected.json` counts what was broken.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
ID = "https://w3id.org/ckg/id/"
CKG = "https://w3id.org/ckg/ontology#"
NAMES = {
    "ckg": CKG,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema": "https://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "qudt": "http://qudt.org/schema/qudt/",
    "cur": "http://qudt.org/vocab/currency/",
    "time": "http://www.w3.org/2006/time#",
}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in NAMES.items())
STATES = ("japan", "kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan", "russia", "china")
THEMES = ("economy", "investment", "critical-minerals", "transport-corridor", "artificial-intelligence", "diplomacy")
_YEN = 1_000_000_000
ACTS = ("commits", "agrees-to", "sets-target", "intends", "pledges")
TARGETS = ("numerical-output", "action", "cooperation", "institution")
WORDS = [
    "cooperation",
    "supply",
    "chains",
    "energy",
    "partnership",
    "projects",
    "corridor",
    "minerals",
    "investment",
    "trade",
    "ports",
    "training",
]
KEPT = ("places", "organisations.ttl", "resources.ttl", "hs-codes.ttl")
"""What of the shipped data the generated data refer to."""


@dataclass
class Node:
    """One thing: its name below id/ and its statements, each a predicate and its values in Turtle."""

    name: str
    statements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, predicate: str, *values: str) -> Node:
        self.statements.append((predicate, values))
        return self

    def drop(self, predicate: str) -> None:
        self.statements = [row for row in self.statements if row[0] != predicate]

    def put(self, predicate: str, *values: str) -> None:
        self.drop(predicate)
        self.add(predicate, *values)

    def values(self, predicate: str) -> list[str]:
        return [value for name, values in self.statements if name == predicate for value in values]

    def turtle(self) -> str:
        rows = " ;\n    ".join(f"{predicate} {' , '.join(values)}" for predicate, values in self.statements)
        return f"<{ID}{self.name}> {rows} .\n"


def ref(name: str) -> str:
    return f"<{ID}{name}>"


def text(words: str, language: str = "") -> str:
    return f'"{words}"' + (f"@{language}" if language else "")


def typed(value: object, kind: str) -> str:
    return f'"{value}"^^xsd:{kind}'


def thing(name: str, kind: str, label: str) -> Node:
    return Node(name).add("a", kind).add("rdfs:label", text(label, "en"))


def record(name: str, kind: str, label: str, source: str) -> Node:
    return thing(name, kind, label).add("ckg:standing", ref("standing/reported")).add("ckg:statedIn", ref(source))


class Summits:
    """Makes summits, one after the other; `seed` decides everything."""

    def __init__(self, seed: int, violations: float) -> None:
        self.random = random.Random(seed)
        self.violations = violations
        self.broken: Counter[str] = Counter()

    def summit(self, number: int) -> list[Node]:
        """Return the things of one summit: about 900 triples."""
        slug = f"gen-{number}"
        day = date(2000, 1, 3) + timedelta(days=number % 9000)
        chosen = self.random.sample(STATES, 6)
        nodes = [self._source(f"{slug}-{n}", day) for n in range(4)]
        sources = [node.name for node in nodes]
        series = thing(f"series/{slug}", "ckg:MeetingSeries", f"Series {number}")
        summit = record(f"summit/{slug}", "ckg:Summit", f"Summit {number}", sources[0])
        summit.add("ckg:inSeries", ref(series.name)).add("ckg:ordinal", "1").add("schema:location", ref("city/tokyo"))
        summit.add("schema:startDate", typed(day, "date")).add("schema:endDate", typed(day + timedelta(days=1), "date"))
        summit.add("ckg:adopted", ref(f"declaration/{slug}")).add("ckg:attendanceExtent", ref("coding-extent/full"))
        work = record(f"declaration/{slug}", "ckg:Declaration", f"Declaration {number}", sources[0])
        work.add("eli:date_document", typed(day + timedelta(days=1), "date")).add(
            "ckg:codingExtent", ref("coding-extent/full")
        )
        nodes += [series, summit, work]
        for n, state in enumerate(chosen):
            taking = record(f"participation/{slug}-{state}", "ckg:Participation", f"{state} at {slug}", sources[0])
            taking.add("ckg:participationIn", ref(summit.name)).add("ckg:participant", ref(f"state/{state}"))
            nodes.append(taking.add("ckg:role", ref("role/host" if n == 0 else "role/participant")))
        for n in range(8):
            nodes += self._clause(slug, n, day, sources, chosen)
        for node in nodes:
            self._break(node)
        return nodes

    def _source(self, slug: str, day: date) -> Node:
        node = thing(f"source/{slug}", "ckg:Source , schema:NewsArticle", f"Report {slug}")
        node.add("ckg:grade", ref("source-grade/press")).add("dcterms:language", text("en"))
        node.add("schema:publisher", ref("organisation/nhk")).add("schema:datePublished", typed(day, "date"))
        return node.add("schema:url", typed(f"https://example.org/{slug}", "anyURI"))

    def _quotation(self, slug: str, source: str, figure: str = "") -> Node:
        words = " ".join([*self.random.choices(WORDS, k=self.random.randint(3, 12)), *filter(None, [figure])])
        start = self.random.randint(0, 5000)
        node = thing(f"quotation/{slug}", "ckg:Quotation", f"Quotation {slug}")
        node.add("oa:hasSource", ref(source)).add("dcterms:language", text("en"))
        node.add("ckg:sourceTextSha256", text(f"{self.random.getrandbits(256):064x}"))
        return node.add(
            "oa:hasSelector",
            f'[ a oa:TextQuoteSelector ; oa:exact "{words}" ; oa:prefix "before " ; oa:suffix " after" ]',
            f"[ a oa:TextPositionSelector ; oa:start {start} ; oa:end {start + len(words)} ]",
        )

    def _clause(self, slug: str, n: int, day: date, sources: list[str], states: list[str]) -> Iterator[Node]:
        name, theme, source = f"{slug}-{n}", ref(f"theme/{self.random.choice(THEMES)}"), sources[n % 4]
        value = self.random.randint(1, 4000) if n % 2 else 0
        quotation = self._quotation(name, source, f"{value * _YEN} yen" if value else "")
        yield quotation
        made = record(f"commitment/{name}", "ckg:Commitment", f"Commitment {name}", source)
        made.add("ckg:restsOn", ref(quotation.name)).add("ckg:theme", theme)
        made.add("ckg:speechAct", ref(f"speech-act/{self.random.choice(ACTS)}"))
        made.add("ckg:targetType", ref(f"target-type/{self.random.choice(TARGETS)}"))
        made.add("ckg:novelty", ref("novelty/new")).add("ckg:precision", ref("degree/moderate"))
        if n % 4:
            made.add("ckg:boundScope", ref("bound-scope/all")).add("ckg:bindsPartiesTo", ref(f"declaration/{slug}"))
        else:
            made.add("ckg:boundScope", ref("bound-scope/one")).add("ckg:binds", ref(f"state/{states[0]}"))
        if n % 2:
            yield from self._figure(name, day, made, value)
        yield made
        clause = record(f"clause/{name}", "ckg:Clause", f"Clause {name}", source)
        clause.add("eli:is_part_of", ref(f"declaration/{slug}")).add("ckg:orderInSource", str(n + 1))
        clause.add("ckg:theme", theme).add("ckg:restsOn", ref(quotation.name))
        yield clause.add("ckg:carries", ref(made.name))
        for other in range(2):
            yield self._claim(f"{name}-{other}", made.name, quotation.name, states[other])
        conflict = thing(f"conflict/{name}", "ckg:Conflict", f"Conflict {name}")
        conflict.add("ckg:over", text("who is bound", "en")).add("ckg:conflictOn", ref(made.name))
        conflict.add("ckg:conflictKind", ref("conflict-kind/who-committed"))
        yield conflict.add("ckg:between", ref(f"claim/{name}-0"), ref(f"claim/{name}-1"))

    def _figure(self, name: str, day: date, made: Node, value: int) -> Iterator[Node]:
        begins = (day + timedelta(days=1)).replace(day=min(28, (day + timedelta(days=1)).day))
        years = self.random.choice((1, 3, 5, 10))
        ends = begins.replace(year=begins.year + years)
        for side, when in (("begin", begins), ("end", ends)):
            yield thing(f"instant/{name}-{side}", "time:Instant", str(when)).add("time:inXSDDate", typed(when, "date"))
        period = thing(f"period/{name}", "time:ProperInterval", f"Period {name}")
        period.add("time:hasBeginning", ref(f"instant/{name}-begin")).add("time:hasEnd", ref(f"instant/{name}-end"))
        yield period.add("time:hasXSDDuration", typed(f"P{years}Y", "duration"))
        for code, factor in (("JPY", _YEN), ("USD", 7_000_000)):
            amount = thing(f"amount/{name}-{code.lower()}", "schema:MonetaryAmount", f"{value * factor} {code}")
            amount.add("schema:value", str(value * factor))
            yield amount.add("schema:currency", text(code)).add("qudt:hasUnit", f"cur:{code}")
        conversion = thing(f"conversion/{name}", "ckg:Conversion", f"In dollars {name}")
        conversion.add("ckg:standing", ref("standing/reported")).add("ckg:statedIn", *made.values("ckg:statedIn"))
        conversion.add("ckg:converts", ref(f"amount/{name}-jpy")).add("ckg:amount", ref(f"amount/{name}-usd"))
        yield conversion.add("ckg:about", ref(made.name))
        made.add("ckg:amount", ref(f"amount/{name}-jpy")).add("ckg:moneySource", ref("money-source/private"))
        made.add("ckg:period", ref(f"period/{name}")).add("ckg:deadline", typed(ends, "date"))
        made.add("ckg:deadlineBasis", ref("deadline-basis/computed"))

    def _claim(self, name: str, made: str, quotation: str, state: str) -> Node:
        node = thing(f"claim/{name}", "ckg:Claim", f"Claim {name}")
        node.add("ckg:standing", ref("standing/attributed")).add("ckg:restsOn", ref(quotation))
        node.add("ckg:assertedBy", ref("organisation/huanqiu-times")).add("ckg:claimKind", ref("claim-kind/reading"))
        return node.add("ckg:readingOf", ref(made)).add("ckg:saysBinds", ref(f"state/{state}"))

    def _break(self, node: Node) -> None:
        kind = node.name.split("/")[0]
        if kind in BREAKAGES and self.random.random() < self.violations:
            ways = BREAKAGES[kind]
            way = sorted(ways)[sum(self.broken.values()) % len(ways)]
            ways[way](node)
            self.broken[f"{kind}: {way}"] += 1


def _position_of_three(node: Node) -> None:
    quote = node.values("oa:hasSelector")[0]
    node.put("oa:hasSelector", quote, "[ a oa:TextPositionSelector ; oa:start 1 ; oa:end 3 ]")


BREAKAGES: dict[str, dict[str, Callable[[Node], None]]] = {
    "commitment": {
        "no quotation": lambda n: n.drop("ckg:restsOn"),
        "no speech act": lambda n: n.drop("ckg:speechAct"),
        "two standings": lambda n: n.put("ckg:standing", ref("standing/reported"), ref("standing/asserted")),
        "a concept of another scheme": lambda n: n.put("ckg:novelty", ref("theme/economy")),
        "a theme that does not exist": lambda n: n.put("ckg:theme", ref("theme/nothing")),
        "a deadline without a basis": lambda n: n.put("ckg:deadline", typed("1999-01-01", "date")),
        "nobody said to be bound": lambda n: n.put("ckg:boundScope", ref("bound-scope/some")),
    },
    "quotation": {
        "too many words": lambda n: n.put(
            "oa:hasSelector", f'[ a oa:TextQuoteSelector ; oa:exact "{"word " * 29}word" ]'
        ),
        "a language written out": lambda n: n.put("dcterms:language", text("English")),
        "a position of the wrong length": _position_of_three,
        "no source": lambda n: n.drop("oa:hasSource"),
    },
    "claim": {
        "no author": lambda n: n.drop("ckg:assertedBy"),
        "as a fact": lambda n: n.put("ckg:standing", ref("standing/reported")),
        "about nothing": lambda n: n.drop("ckg:readingOf"),
    },
    "amount": {
        "no currency": lambda n: n.drop("schema:currency"),
        "a value in words": lambda n: n.put("schema:value", text("three trillion")),
        "two currencies": lambda n: n.put("schema:currency", text("EUR")),
        "a negative value": lambda n: n.put("schema:value", "-3"),
    },
    "conflict": {"one side": lambda n: n.put("ckg:between", n.values("ckg:between")[0])},
    "instant": {
        "no such day": lambda n: n.put("time:inXSDDate", typed("2025-02-30", "date")),
        "not a date": lambda n: n.put("time:inXSDDate", text("soon")),
    },
    "summit": {
        "ends before it starts": lambda n: n.put("schema:endDate", typed("1999-01-01", "date")),
        "two labels in English": lambda n: n.put("rdfs:label", text("One", "en"), text("Another", "en")),
    },
    "source": {"an address that is none": lambda n: n.put("schema:url", typed("nowhere", "anyURI"))},
    "clause": {"no theme": lambda n: n.drop("ckg:theme")},
}


def write(out: Path, *, triples: int, seed: int, violations: float, axioms: int, files: int) -> dict[str, int]:
    """Write a project folder with about so many triples of data; return what was broken, and how often."""
    if out.exists():
        shutil.rmtree(out)
    shutil.copytree(ROOT / "ontology", out / "ontology")
    shutil.copytree(ROOT / "shapes", out / "shapes")
    shutil.copy(ROOT / "ckg.toml", out / "ckg.toml")
    (out / "data" / "generated").mkdir(parents=True)
    for name in KEPT:
        source = ROOT / "data" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, out / "data" / name)
    summits = Summits(seed, violations)
    total = max(1, round(triples / _triples(Summits(seed, 0).summit(0))))
    files = min(files, total)
    for number in range(files):
        with (out / "data" / "generated" / f"part-{number:03}.ttl").open("w", encoding="utf-8") as file:
            file.write(HEAD)
            for summit in range(number * total // files, (number + 1) * total // files):
                file.writelines(node.turtle() for node in summits.summit(summit))
    if axioms > 1:
        (out / "ontology" / "copies.nt").write_text("".join(_copies(axioms - 1)), encoding="utf-8")
    broken = dict(sorted(summits.broken.items()))
    expected = {"summits": total, "seed": seed, "broken": broken}
    (out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    return broken


def _triples(nodes: list[Node]) -> int:
    written = HEAD + "".join(node.turtle() for node in nodes)
    return sum(1 for _ in ox.parse(written.encode(), format=ox.RdfFormat.TURTLE))


def _copies(times: int) -> Iterator[str]:
    """Yield copies of the ontology's axioms in which every class and property of ours has a number at its end."""
    for copy in range(1, times + 1):
        for number, path in enumerate(sorted((ROOT / "ontology").glob("*.ttl"))):
            labels: dict[str, str] = {}
            for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=ID):
                axiom = any(name in quad.predicate.value for name in ("rdf-schema#", "owl#", "22-rdf-syntax-ns#"))
                if axiom and f"{ID.removesuffix('id/')}ontology/" not in str(quad.subject):
                    terms = (quad.subject, quad.predicate, quad.object)
                    yield " ".join(_numbered(term, copy, f"c{copy}f{number}b", labels) for term in terms) + " .\n"


def _numbered(term: object, copy: int, prefix: str, labels: dict[str, str]) -> str:
    written = str(term)
    if written.startswith(f"<{CKG}"):
        return f"{written[:-1]}_{copy}>"
    return f"_:{labels.setdefault(written, f'{prefix}{len(labels)}')}" if written.startswith("_:") else written


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--triples", type=int, default=100_000, help="about how many triples of data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--violations", type=float, default=0.0, help="share of records that are broken, 0 to 1")
    parser.add_argument("--axioms", type=int, default=1, help="how many times the ontology's axioms stand there")
    parser.add_argument("--files", type=int, default=20, help="in how many files the data are")
    options = vars(parser.parse_args())
    broken = write(options.pop("out"), **options)
    print(f"{sum(broken.values())} records broken")


if __name__ == "__main__":
    main()
