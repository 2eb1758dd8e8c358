"""What is asked of the pool, and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ckg.formats import Format

if TYPE_CHECKING:  # the engine imports this module
    from ckg.query.spool import Spool

_CHUNK_BYTES: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Dataset:
    """The dataset of a protocol request (SPARQL 1.1 Protocol, section 2.1.4): graph IRIs, as they were sent."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether the request names a dataset at all; then it takes the place of FROM."""
        return bool(self.default or self.named)


@dataclass(frozen=True, slots=True)
class QueryJob:
    """One query of one client.

    `format` is the format of the answer, which must fit the query's form; `received` is `time.monotonic()` at receipt;
    `client` names who is charged; `gone` says whether the client has hung up.
    """

    text: str
    format: Format
    dataset: Dataset = Dataset()
    client: str = ""
    received: float = field(default_factory=time.monotonic)
    gone: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A whole answer: `size` bytes, `seconds` of evaluation, 0 where it was cached.

    It is in `body`, or in `file` if it is large; read it with `chunks`, from as many threads as you like.
    """

    format: Format
    size: int
    seconds: float
    body: bytes | None = None
    file: Spool | None = None
    volatile: bool = False
    cached: bool = False

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the answer."""
        if self.file is None:
            yield self.body or b""
            return
        position = 0
        while position < self.size:
            chunk = self.file.read(min(_CHUNK_BYTES, self.size - position), position)
            if not chunk:
                raise EOFError("the spool file is shorter than the answer")
            position += len(chunk)
            yield chunk

    def read(self) -> bytes:
        """Return the whole answer."""
        return self.body if self.body is not None else b"".join(self.chunks())
