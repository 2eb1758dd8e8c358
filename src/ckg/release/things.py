"""The things of a project among sorted triples: the subjects below `id/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckg.formats.statements import Lines
from ckg.model.iris import Base
from ckg.release import merge


def lines(triples: Path, base: Base) -> Iterator[Lines]:
    """Yield, in blocks, the lines of a sorted N-Triples file whose subject is a thing of the project."""
    beginning = f"<{base.thing('')}".encode()
    for block in merge.lines(triples):
        # The file is sorted, so that the things of the project stand together.
        if block[-1] < beginning:
            continue
        if block[0] > beginning and not block[0].startswith(beginning):
            return
        yield [line for line in block if line.startswith(beginning)]


def names(triples: Path, base: Base) -> Iterator[bytes]:
    """Yield each thing once, as it stands in the file: an IRI in angle brackets."""
    last = b""
    for block in lines(triples, base):
        for name in dict.fromkeys(line.partition(b" ")[0] for line in block):
            if name != last:
                yield name
            last = name


def difference(ours: Iterator[bytes], theirs: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is in the first of two sorted streams and not in the second.

    >>> list(difference(iter([b"a", b"b", b"d"]), iter([b"b", b"c"])))
    [b'a', b'd']
    """
    other = next(theirs, None)
    for name in ours:
        while other is not None and other < name:
            other = next(theirs, None)
        if other != name:
            yield name
