"""Records in YAML: a list of mappings, or a mapping from the name of each record to what it says.

    - id: tunnel
      label: {en: The tunnel, ja: トンネル}
      opened: 1931
      near: [bridge:old, bridge:new]
      words: {text: was opened in 1931, from: texts/text.txt, source: source:minutes}

Every value is text until a property gives it a datatype: `1931`, `no` and `2026-01-01` stay as they are written. The
file is read as events of the parser, so that nothing in it makes an object, and what has no use in records is refused:
anchors and aliases, tags, several documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from ckg.build.sheet_records import MAX_BYTES, SheetRecord
from ckg.errors import SourceLocation, SourceSyntaxError

_MAX_DEPTH: Final = 6
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING: Final = ("", "~", "null", "Null", "NULL")
_PARTS: Final = {"words": "words.", "text": ""}

_Value = Any  # a text, a list of values, or a `_Mapping`; the parser's own types are not known to mypy


class _Mapping(list[tuple[str, int, _Value]]):
    """The keys of a mapping in their order, each with its line and value."""


def read(path: Path) -> list[SheetRecord]:
    """Return the records of a file. Raises `SourceSyntaxError` with the line for what is no YAML or no records."""
    if path.stat().st_size > MAX_BYTES:
        raise SourceSyntaxError(
            f"the sheet is larger than {MAX_BYTES:,} bytes", place=SourceLocation(path), hint="Divide it."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceSyntaxError("the sheet is not UTF-8", place=SourceLocation(path), hint=str(error)) from None
    try:
        return list(_records(path, _Document(path, yaml.parse(text, Loader=_LOADER)).whole()))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = SourceLocation(path, mark.line + 1, mark.column + 1) if mark else SourceLocation(path)
        raise SourceSyntaxError(f"this is no YAML: {error.problem or error.context}", place=place) from None
    except yaml.reader.ReaderError as error:
        raise SourceSyntaxError(f"this is no YAML: {error.reason}", place=SourceLocation(path)) from None


class _Document:
    """Reads the events of a file as texts, lists and mappings."""

    def __init__(self, path: Path, events: Iterator[Any]) -> None:
        self._path = path
        self._events = events

    def whole(self) -> tuple[int, _Value]:
        """Return the line and the value of the only document; nothing for an empty file."""
        found: tuple[int, _Value] = (1, None)
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "there are several documents in it", "Leave out the lines of `---`.")
                first = next(self._events)
                found = first.start_mark.line + 1, self._value(first, 1)
        return found

    def _value(self, event: Any, depth: int) -> _Value:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(event, "anchors and aliases are not taken", "Write the value out where it belongs.")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._refused(event, f"the tag {event.tag} is not taken", "The property gives a value its datatype.")
        if depth > _MAX_DEPTH:
            raise self._refused(event, "it is nested too deep", "A record is a mapping of values, or of lists of them.")
        if isinstance(event, yaml.ScalarEvent):
            is_nothing = not event.style and event.value in _NOTHING
            return None if is_nothing else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                items.append((inner.start_mark.line + 1, self._value(inner, depth + 1)))
            return items
        mapping = _Mapping()
        known: dict[str, int] = {}
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            key, line = self._value(inner, depth + 1), inner.start_mark.line + 1
            if not isinstance(key, str):
                raise self._refused(inner, "a key is no text", "Keys are `id` and the names of properties.")
            if known.setdefault(key, line) != line or any(key == other for other, _, _ in mapping):
                raise self._refused(inner, f"the key {key!r} is there twice", f"It is in line {known[key]} as well.")
            mapping.append((key, line, self._value(next(self._events), depth + 1)))
        return mapping

    def _refused(self, event: Any, problem: str, hint: str) -> SourceSyntaxError:
        mark = event.start_mark
        return SourceSyntaxError(problem, place=SourceLocation(self._path, mark.line + 1, mark.column + 1), hint=hint)


def _records(path: Path, document: tuple[int, _Value]) -> Iterator[SheetRecord]:
    line, whole = document
    if isinstance(whole, _Mapping):  # names of records, each with what it says
        rows = [
            (at, _Mapping([("id", at, name), *(said if isinstance(said, _Mapping) else ())]), said)
            for name, at, said in whole
        ]
    elif isinstance(whole, list):
        rows = [(at, said, said) for at, said in whole]
    elif whole is None:
        raise SourceSyntaxError("the sheet is empty", place=SourceLocation(path), hint="Write a list of records.")
    else:
        rows = [(line, whole, whole)]
    for at, fields, said in rows:
        if not isinstance(fields, _Mapping) or not isinstance(said, _Mapping):
            raise SourceSyntaxError(
                "this is no record",
                place=SourceLocation(path, at),
                hint="A record is a mapping: `id: name`, and so on.",
            )
        record = SheetRecord(at, {}, {}, is_row=False)
        for name, where, value in fields:
            _add(path, record, name, where, value)
        yield record


def _add(path: Path, record: SheetRecord, name: str, line: int, value: _Value) -> None:
    """Add a field: one text or several, or by language, or the parts of what a record rests on."""
    record.lines.setdefault(name, line)
    if isinstance(value, _Mapping):
        for key, where, inner in value:
            part = ("words" if key == "text" else f"words.{key}") if name == "words" else f"{name}@{key}"
            _add(path, record, part, where, inner)
        return
    texts = [text for _, text in value] if isinstance(value, list) else [value]
    if not all(text is None or isinstance(text, str) for text in texts):
        raise SourceSyntaxError(
            f"the field {name!r} holds more than values",
            place=SourceLocation(path, line),
            hint="Write a value, a list of values, or a mapping from languages to them.",
        )
    record.values.setdefault(name, []).extend(text.strip() for text in texts if text and text.strip())
