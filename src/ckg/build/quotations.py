"""Holding every quotation against its source text.

A quotation names its source text by SHA-256. Where a text with that hash lies in the folder of texts, the quoted words
must stand at the positions the quotation gives (code points, as the Web Annotation Data Model counts them, section
4.2.4) between its prefix and suffix; where no text is at hand, the quotation is reported as unchecked. All quotations
of a text together may show only a part of it (`ckg.build.quoted_share`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyoxigraph as ox

from ckg.build import quoted_share
from ckg.build.quoted_share import Span
from ckg.errors import ProjectError, QuotationNotFound, TooMuchQuoted
from ckg.model import evidence_terms as terms
from ckg.model.staged import Role, StagedGraph, Staging

_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_MAX_TEXT_BYTES = 64 << 20
_PREDICATES = (
    terms.HAS_SELECTOR,
    terms.HAS_SOURCE,
    terms.EXACT,
    terms.PREFIX,
    terms.SUFFIX,
    terms.START,
    terms.END,
    terms.SOURCE_TEXT_SHA256,
)
_WANTED = frozenset(f"<{predicate}>".encode() for predicate in _PREDICATES)


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation as the data give it; positions are code points, counted from 0, the end exclusive."""

    iri: str
    source: str | None
    exact: str | None
    prefix: str
    suffix: str
    start: int | None
    end: int | None
    sha256: str | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome for all quotations: how many were found in their text, and which could not be checked."""

    verified: tuple[str, ...]
    unchecked: tuple[str, ...]
    texts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source text that is at hand: its file and its words."""

    path: Path
    text: str


def check(staging: Staging, texts: Path | None, into: Path, quoted_percent: int = 40) -> Evidence:
    """Check every quotation of the data and write `into`/evidence.json.

    `texts` is a folder with source texts (UTF-8), found by their hash, whatever they are called. Raises
    `QuotationNotFound` naming every quotation that does not stand where it says, `TooMuchQuoted` naming every text of
    which more than `quoted_percent` is shown or a sentence is quoted whole, `ProjectError` for a folder that is not
    there.
    """
    at_hand = _read_texts(texts) if texts else {}
    verified, unchecked, faults, used = [], [], [], {}
    shown: dict[str, list[CheckedQuotation]] = {}
    for quotation in _quotations(staging):
        found = at_hand.get(quotation.sha256 or "")
        if found is None or quotation.exact is None:
            unchecked.append(quotation.iri)
            continue
        text = found.text
        used[str(quotation.sha256)] = len(text)
        shown.setdefault(str(quotation.sha256), []).append(quotation)
        fault = _fault(quotation, text)
        if fault:
            faults.append(f"<{quotation.iri}> in {', '.join(quotation.files)}: {fault}")
        else:
            verified.append(quotation.iri)
    if faults:
        raise QuotationNotFound(
            f"{len(faults)} quotation{'s do' if len(faults) > 1 else ' does'} not stand in the source text:\n  "
            + "\n  ".join(faults),
            hint="Correct the words or positions; `ckg quote FILE WORDS` prints the selectors for a passage.",
        )
    _check_shares([(at_hand[sha256], of_it) for sha256, of_it in sorted(shown.items())], quoted_percent)
    evidence = Evidence(tuple(verified), tuple(unchecked), used)
    (into / "evidence.json").write_text(
        json.dumps(asdict(evidence), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return evidence


def _check_shares(texts: Iterable[tuple[SourceText, list[CheckedQuotation]]], percent: int) -> None:
    faults = []
    for source, quotations in texts:
        spans = [_span(quotation, source.text) for quotation in quotations]
        files = ", ".join(sorted({file for quotation in quotations for file in quotation.files}))
        shown = quoted_share.share(source.text, spans)
        if shown > percent / 100:
            faults.append(
                f"{source.path}: {shown:.1%} of it is quoted in {files} ({len(spans)} quotations with their "
                f"prefixes and suffixes), and {percent} % may be"
            )
        elif percent < 100:
            faults += [
                f"{source.path}: the sentence {sentence[:60]!r} is quoted whole by "
                f"{', '.join(f'<{iri}>' for iri in by)} in {files}"
                for sentence, by in quoted_share.whole_sentences(source.text, spans)
            ]
    if faults:
        raise TooMuchQuoted(
            "a source text could be rebuilt from its quotations:\n  " + "\n  ".join(faults),
            hint="Quote the fewest words that carry the fact; a prefix or suffix only where the words occur more than "
            "once; or set build.quoted_percent in ckg.toml, where the rights in the text allow it.",
        )


def _span(quotation: CheckedQuotation, text: str) -> Span:
    exact = quotation.exact or ""
    start = quotation.start
    if start is None:
        start = text.index(quotation.prefix + exact + quotation.suffix) + len(quotation.prefix)
    return Span(start - len(quotation.prefix), start + len(exact) + len(quotation.suffix), quotation.iri)


def _fault(quotation: CheckedQuotation, text: str) -> str | None:
    exact = quotation.exact or ""
    start, end = quotation.start, quotation.end
    if start is None or end is None:
        whole = quotation.prefix + exact + quotation.suffix
        return None if whole in text else f"the words {exact!r}, with their prefix and suffix, do not occur"
    if text[start:end] != exact:
        elsewhere = text.find(exact)
        found = f"they stand at {elsewhere}-{elsewhere + len(exact)}" if elsewhere >= 0 else "they occur nowhere in it"
        return f"at {start}-{end} the text reads {text[start:end][:80]!r}, not {exact!r}; {found}"
    before = text[max(0, start - len(quotation.prefix)) : start]
    if before != quotation.prefix:
        return f"before it the text reads {before!r}, not {quotation.prefix!r}"
    after = text[end : end + len(quotation.suffix)]
    if after != quotation.suffix:
        return f"after it the text reads {after!r}, not {quotation.suffix!r}"
    return None


def _read_texts(folder: Path) -> dict[str, SourceText]:
    if not folder.is_dir():
        raise ProjectError(
            f"there is no folder of source texts at {folder}",
            hint="Name another with --texts, or leave it out: quotations are then reported as unchecked.",
        )
    texts = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size <= _MAX_TEXT_BYTES:
            data = path.read_bytes()
            try:
                texts[hashlib.sha256(data).hexdigest()] = SourceText(path, data.decode("utf-8"))
            except UnicodeDecodeError:
                continue
    return texts


def _quotations(staging: Staging) -> Iterator[CheckedQuotation]:
    facts: dict[ox.NamedNode | ox.BlankNode, dict[str, list[_Term]]] = {}
    files: dict[ox.NamedNode | ox.BlankNode, list[str]] = {}
    for graph in staging.of(Role.DATA):
        for quad in _relevant(graph):
            subject = quad.subject
            if isinstance(subject, ox.Triple):
                continue
            facts.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
            files.setdefault(subject, []).extend(name for name in graph.sources if name not in files.get(subject, ()))
    for subject in sorted((node for node, fact in facts.items() if terms.HAS_SELECTOR in fact), key=str):
        own = facts[subject]
        selectors = [
            facts.get(node, {}) for node in own[terms.HAS_SELECTOR] if not isinstance(node, ox.Literal | ox.Triple)
        ]
        source = _first([own], terms.HAS_SOURCE)
        of_source = facts.get(ox.NamedNode(source), {}) if source else {}
        yield CheckedQuotation(
            subject.value,
            source,
            _first(selectors, terms.EXACT),
            _first(selectors, terms.PREFIX) or "",
            _first(selectors, terms.SUFFIX) or "",
            _number(_first(selectors, terms.START)),
            _number(_first(selectors, terms.END)),
            _first([own, *selectors, of_source], terms.SOURCE_TEXT_SHA256),
            tuple(files[subject]),
        )


def _relevant(graph: StagedGraph) -> Iterator[ox.Quad]:
    # A staged line has one space between its terms, and neither subject nor predicate has one inside.
    with graph.path.open("rb") as file:
        lines = b"".join(line for line in file if line.split(b" ", 2)[1] in _WANTED)
    yield from ox.parse(lines, format=ox.RdfFormat.N_QUADS, lenient=True)


def _first(facts: Iterable[dict[str, list[_Term]]], predicate: str) -> str | None:
    for fact in facts:
        values = sorted(str(term.value) for term in fact.get(predicate, []) if not isinstance(term, ox.Triple))
        if values:
            return values[0]
    return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
