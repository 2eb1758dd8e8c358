r"""The ledger of a project: everything it has ever published, in a file of its own that lies under version control.

The ledger is an input of a build like the data. What it lists and the data have no more is withdrawn and answers 410;
so the same files give the same release on any machine, whatever was built there before. After a build the ledger is
brought up to date: new things are added, and of what is gone the last version that had it is written down.

It is text: comments, of which two are read (`# base:` and `# version:`, the version that was published last), and one
row for each thing, sorted, with up to four columns that tabs separate:

1. the IRI, without the base;
2. of what is withdrawn, the last version that had it, else nothing;
3. the successor (`dcterms:isReplacedBy`), without the base where it is below it;
4. the reason (`skos:changeNote`), with `\t`, `\n`, `\r` and `\\` for a tab, the ends of lines and a backslash.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ckg.errors import ProjectError, SourceLocation
from ckg.model.iris import THING, Base
from ckg.release import things
from ckg.release.things import Things
from ckg.release.withdrawn import Withdrawal

NAME = "published.tsv"

_ABOUT = (
    "# What was ever published below the base: `ckg build` adds to this file; keep it under version control.",
    "# IRI, last version that had it, successor, reason: the last three only of what is withdrawn or marked.",
)
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")
_HEADER = re.compile(r"#\s*(base|version):\s*(\S*)\s*\Z")
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a ledger says: `base` and `version` are empty where it does not say; rows by IRI without the base.

    `plain` are the things of which nothing more is known, `rows` the others.
    """

    base: str = ""
    version: str = ""
    plain: frozenset[str] = frozenset()
    rows: Mapping[str, Withdrawal] = field(default_factory=dict)

    def withdrawn(self, there: Things) -> Mapping[str, Withdrawal]:
        """Return what was published and is not among the things that are there now, by IRI without the base."""
        gone = {path: Withdrawal(self.version) for path in self.plain - there.paths}
        for path, row in self.rows.items():
            if path not in there.paths:
                gone[path] = row if row.last else Withdrawal(self.version, row.replaced_by, row.reason)
        return gone

    def after(self, there: Things, base: Base, version: str) -> Ledger:
        """Return the ledger after a release of this version with these things."""
        rows = {**self.withdrawn(there), **there.marked}
        return Ledger(base.iri, version, frozenset(there.paths - there.marked.keys()), rows)

    def encode(self) -> bytes:
        """Return the bytes of the file, the same for the same ledger."""
        head = [*_ABOUT, f"# base: {self.base}", f"# version: {self.version}"]
        lines = [*self.plain, *(_line(path, row, self.base) for path, row in self.rows.items())]
        # A tab sorts before every character of an IRI, so that whole lines may be sorted.
        lines.sort()
        return "\n".join([*head, *lines, ""]).encode()


def read(path: Path, base: Base) -> Ledger | None:
    """Read a ledger; None where there is no file.

    Rows may stand in any order and more than once, as a merge of versions may leave them. Raises `ProjectError` with
    the line for the marks of a conflict that nobody has solved, for rows that contradict each other, and for a line
    that is no row.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ProjectError("the ledger is not UTF-8", place=SourceLocation(path), hint=str(error)) from None
    except OSError as error:
        raise ProjectError(
            f"the ledger cannot be read: {error.strerror or error}", place=SourceLocation(path)
        ) from None
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    # Almost all lines are plain names: they are looked at all together.
    plain = {line for line in lines if line.startswith(THING) and "\t" not in line}
    if _NO_IRI.search("".join(plain)):
        plain = {line for line in plain if not _NO_IRI.search(line)}
    said: dict[str, str] = {}
    rows: dict[str, Withdrawal] = {}
    for number, line in enumerate(lines, 1):
        if line in plain:
            continue
        place = SourceLocation(path, number)
        if _CONFLICT.match(line):
            raise ProjectError(
                "two versions of the ledger were merged and left a conflict here",
                place=place,
                hint="Keep the rows of both sides and delete the lines of marks; the order of rows does not matter.",
            )
        if header := _HEADER.match(line):
            if said.setdefault(header[1], header[2]) != header[2]:
                raise ProjectError(
                    f"the ledger says two things: `{header[1]}` is {said[header[1]]} and {header[2]}",
                    place=place,
                    hint="Keep one of the two lines; of two versions the later one.",
                )
        elif line and not line.startswith("#"):
            name, row = _row(line, base, place)
            if rows.setdefault(name, row) != row:
                raise ProjectError(
                    f"the ledger says two things of {name}",
                    place=place,
                    hint="Keep one of its rows, the one that is right.",
                )
    # Of two rows of one thing, the one that says more was written later.
    bare = {name for name, row in rows.items() if row == Withdrawal("")}
    known = {name: row for name, row in rows.items() if name not in bare}
    return Ledger(said.get("base", ""), said.get("version", ""), frozenset((plain | bare) - known.keys()), known)


def write(path: Path, ledger: Ledger) -> bool:
    """Write a ledger as a whole, in one step; say whether the file is another one than before. Raises `OSError`."""
    content = ledger.encode()
    with contextlib.suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    target = path.resolve()  # the file may be a link to one that others share
    descriptor, temporary = tempfile.mkstemp(prefix=f".{NAME}-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), target.stat().st_mode & 0o777 if target.exists() else 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def of_release(triples: Path, withdrawn: Mapping[str, Withdrawal], base: Base, version: str) -> Ledger:
    """Return what a release says was published: what it has and what it lists as withdrawn.

    `triples` is its dump in N-Triples, `withdrawn` by whole IRI. For projects published before they had a ledger.
    """
    gone = {name: row for iri, row in withdrawn.items() if (name := base.path_of(iri)) is not None}
    return Ledger(base.iri, version, rows=gone).after(things.of([(triples, "")], base), base, version)


def _row(line: str, base: Base, place: SourceLocation) -> tuple[str, Withdrawal]:
    name, *rest = line.split("\t")
    if not name.startswith(THING) or _NO_IRI.search(name) or len(rest) > 3:
        raise ProjectError(
            f"this line of the ledger is no row: {line[:80]!r}",
            place=place,
            hint=f"A row is an IRI without the base, as in {THING}city/tokyo, and up to three columns after tabs: "
            "last version, successor, reason.",
        )
    last, successor, reason = (*rest, "", "", "")[:3]
    if _NO_IRI.search(successor):
        raise ProjectError(
            f"the successor of {name} is no IRI: {successor!r}",
            place=place,
            hint="Write an IRI, or one without the base.",
        )
    if successor and not _ABSOLUTE.match(successor):
        successor = base.iri + successor
    return name, Withdrawal(last, successor, _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[0]), reason))


def _line(name: str, row: Withdrawal, base: str) -> str:
    reason = row.reason.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    successor = row.replaced_by
    short = successor.removeprefix(base) if base else successor
    columns = (name, row.last, successor if _ABSOLUTE.match(short) or not short else short, reason)
    return "\t".join(columns).rstrip("\t")
