"""Things that were published and are there no more: they answer 410 for ever, with what is known of why.

A release carries the list in withdrawn.json: what the ledger of the project (`ckg.release.ledger`) lists, less what is
there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ckg.model.iris import Base
from ckg.release import canonical_json, layout
from ckg.release.writing import write_bytes


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The last version that had a thing, and the IRI of its successor and the reason; empty where nobody has said."""

    last: str
    replaced_by: str = ""
    reason: str = ""


def encode(gone: Mapping[str, Withdrawal], base: Base) -> bytes:
    """Return the bytes of withdrawn.json; `gone` is by IRI without the base."""
    return canonical_json.encode({base.iri + path: asdict(withdrawal) for path, withdrawal in gone.items()})


def write(content: bytes, into: Path) -> None:
    """Write `into`/withdrawn.json, as `encode` returned it. Raises `StageFailed`."""
    write_bytes(into / layout.WITHDRAWN, [content])


def read(path: Path) -> Mapping[str, Withdrawal]:
    """Read withdrawn.json: what is withdrawn, by IRI. Raises `ReleaseError`."""
    return {name: Withdrawal(**row) for name, row in canonical_json.read_object(path).items()}
