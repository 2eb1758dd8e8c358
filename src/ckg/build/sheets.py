"""Sheets for people who do not write Turtle: tables, whose rows are records, and YAML, compiled by the build.

The first line of a table names the columns: `id` for the last part of the IRI, and properties as `ckg new` knows them:
a CURIE, a local name or a label, with `@ja` behind it for texts in a language. A cell may hold several values with
` | ` between them; an empty one says nothing. The columns `words`, `words.from`, `words.source` and `words.language`
make the quotation that a record rests on: the words, the file of their text below the project, the source, the language
(by default "en"). A record in YAML has fields of the same names (`ckg.build.sheet_yaml`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ckg.build.project_files import SourceFile
from ckg.build.records.answers import iri_of_answer
from ckg.build.records.form import RecordForm, RecordForms
from ckg.build.records.passage import find_passage
from ckg.build.records.record import Answers, block_of, name_of, property_of, quotation_block
from ckg.build.records.turtle_layout import Block, with_blocks
from ckg.build.sheet_records import SheetRecord
from ckg.errors import CkgError, ConfigError, ProjectError, SourceLocation, SourceSyntaxError
from ckg.formats import TURTLE
from ckg.model import evidence_terms as terms
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, Staging

_DELIMITERS = {".csv": ",;", ".tsv": "\t"}
_YAML = (".yaml", ".yml")
_OF_WORDS = ("words", "words.from", "words.source", "words.language")
_PLAIN = ("", "id", *_OF_WORDS)
_BETWEEN_VALUES = " | "
_TOLD = 20


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    property: str
    language: str


def compiled(project: Project, schema: Staging, prefixes: Prefixes, work: Path) -> tuple[SourceFile, ...]:
    """Compile every sheet of `build.sheets` and return the files that hold its statements, below `work`.

    `schema` are the staged graphs of ontology and shapes. Raises `ConfigError` for a setting that cannot be used,
    `SourceSyntaxError` that tells what is wrong in a sheet by row and column.
    """
    forms = RecordForms(project, schema, prefixes)
    return tuple(_source(project, row, forms, prefixes, work) for row in project.get("build.sheets"))


def blocks_of(path: Path, form: RecordForm, forms: RecordForms, project: Project, prefixes: Prefixes) -> list[Block]:
    """Return what the rows of a sheet say. Raises `SourceSyntaxError` for all that is wrong with it."""
    faults: list[str] = []
    reader = _RecordReader(form, forms, project, prefixes)
    columns: dict[str, _Column | None] = {}
    if path.suffix in _YAML:
        from ckg.build import sheet_yaml  # noqa: PLC0415 - only where there is any

        records = sheet_yaml.read(path)
    else:
        names, records = _table(path, faults)
        columns = {name: reader.column(name, f"line 1, column {name}", faults) for name in names}
    blocks: list[Block] = []
    seen: dict[str, int] = {}
    for record in records:
        for name in record.values:
            if name not in columns:
                columns[name] = reader.column(name, record.place(name), faults)
        earlier = seen.setdefault(record.text("id"), record.line)
        if earlier != record.line:
            faults.append(f"{record.place('id')}: {record.text('id')!r} is the id of line {earlier} as well")
        blocks += reader.read(record, [column for column in map(columns.get, record.values) if column], faults)
    if faults:
        told = "".join(f"\n  {fault}" for fault in faults[:_TOLD])
        more = f"\n  and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
        first = re.match(r"line (\d+)", faults[0])
        raise SourceSyntaxError(
            f"the sheet has {len(faults)} fault{'' if len(faults) == 1 else 's'}:{told}{more}",
            place=SourceLocation(path, int(first[1]) if first else 1),
            hint=f"`ckg new {form.kind} --fields` lists the columns there may be, with their values.",
        )
    return blocks


def _source(project: Project, row: str, forms: RecordForms, prefixes: Prefixes, work: Path) -> SourceFile:
    name, _, kind = row.partition(" ")
    path = project.folder / name
    if path.suffix not in (*_DELIMITERS, *_YAML) or not kind.strip() or not path.is_file():
        settings = project.folder / FILE_NAME
        raise ConfigError(
            f"`build.sheets` has {row!r}, "
            + ("which is no table or YAML and kind" if path.is_file() else "a file that is not there"),
            key="build.sheets",
            place=SourceLocation(settings, line_of(settings, "build.sheets")),
            hint='Write a .csv, .tsv or .yaml file and the kind of its records: "data/bridges.csv bridge".',
        )
    blocks = blocks_of(path, forms.of(kind.strip()), forms, project, prefixes)
    target = work / "sheets" / f"{name}.{TURTLE.file_suffixes[0]}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(with_blocks("", blocks, prefixes, f"Compiled from {name}."), encoding="utf-8")
    entries = [project.folder / entry for entry in project.get("build.data")]
    inside = next((path.relative_to(entry) for entry in entries if path.is_relative_to(entry)), Path(name))
    graph = project.base.graph(inside.with_suffix("").as_posix())
    return SourceFile(target, name, Role.DATA, TURTLE, graph, False, project.base.iri, project.folder)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines with their numbers and cells. Raises `SourceSyntaxError` for what is no table in UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceSyntaxError("the sheet is not UTF-8", place=SourceLocation(path), hint=str(error)) from None
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS[path.suffix], key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            rows.append((before + 1, [cell.strip() for cell in cells]))
            before = reader.line_num
    except csv.Error as error:
        raise SourceSyntaxError(
            f"this is no table: {error}",
            place=SourceLocation(path, reader.line_num),
            hint="Look at the quotation marks.",
        ) from None
    return rows


def _table(path: Path, faults: list[str]) -> tuple[list[str], list[SheetRecord]]:
    """Return the names of the columns of a table, and its rows; add what is wrong with its form to the faults."""
    rows = _rows(path)
    if not rows:
        raise SourceSyntaxError(
            "the sheet is empty", place=SourceLocation(path), hint="Name the columns in its first line."
        )
    names = [name.strip() for name in rows[0][1]]
    if "id" not in names:
        faults.append("line 1: no column is called `id`, which gives each record its name")
    records = []
    for line, cells in rows[1:]:
        if len(cells) > len(names) and any(cells):
            faults.append(f"line {line}: {len(cells)} cells, and {len(names)} columns are named")
        elif any(cells):
            record = SheetRecord(line, {}, {}, is_row=True)
            for name, cell in zip(names, cells, strict=False):
                texts = [cell] if name in _PLAIN else cell.split(_BETWEEN_VALUES)
                record.values.setdefault(name, []).extend(text.strip() for text in texts if text.strip())
            records.append(record)
    return names, records


@dataclass(frozen=True, slots=True)
class _RecordReader:
    form: RecordForm
    forms: RecordForms
    project: Project
    prefixes: Prefixes

    def column(self, name: str, place: str, faults: list[str]) -> _Column | None:
        """Return what a column or a field is, None for one that is no property; add the fault of an unknown one."""
        if name in _PLAIN:
            return None
        plain, _, language = name.partition("@")
        try:
            return _Column(name, property_of(plain, self.form, self.forms, self.prefixes), language)
        except ProjectError as error:
            faults.append(f"{place}: {error.message}")
            return None

    def read(self, record: SheetRecord, columns: list[_Column], faults: list[str]) -> Iterator[Block]:
        """Yield the record, and its quotation; add what is wrong to the faults."""
        slug = record.text("id")
        try:
            subject = name_of(self.form.kind, slug, self.form.record_class, self.project, self.prefixes)
        except ProjectError as error:
            faults.append(f"{record.place('id')}: {error.message}")
            return
        values: dict[str, list[str]] = {}
        for column in columns:
            texts = [f"{text}@{column.language}" if column.language else text for text in record.values[column.name]]
            try:
                block_of(subject, self.form, Answers({column.property: texts}), self.forms, self.prefixes)
            except ProjectError as error:
                faults.append(f"{record.place(column.name)}: {error.message}")
            else:
                values.setdefault(column.property, []).extend(texts)
        quotation = self._quotation(slug, record, faults)
        if quotation is not None:
            values.setdefault(terms.RESTS_ON, []).append(f"<{quotation.subject}>")
        for field in Answers(values).missing(self.form):
            faults.append(f"{record.place()}: {field.label} is missing. {field.message}")
        yield block_of(subject, self.form, Answers(values), self.forms, self.prefixes)
        if quotation is not None:
            yield quotation

    def _quotation(self, slug: str, record: SheetRecord, faults: list[str]) -> Block | None:
        words = record.text("words")
        if not words:
            return None
        source = iri_of_answer(record.text("words.source"), self.prefixes)
        text = self.project.folder / record.text("words.from")
        if source is None:
            faults.append(f"{record.place('words.source')}: words need the source they stand in")
        if not text.is_file():
            named = record.text("words.from")
            faults.append(f"{record.place('words.from')}: there is no file {named!r} below the project")
        if source is None or not text.is_file():
            return None
        try:
            passage = find_passage(text, words)
        except CkgError as error:
            faults.append(f"{record.place('words')}: {error.message}")
            return None
        subject = name_of("quotation", slug, f"{terms.NAMESPACE}Quotation", self.project, self.prefixes)
        label = f"Quotation: {' '.join(words.split()[:6])}"
        return quotation_block(subject, label, source, record.text("words.language") or "en", passage)
