"""The code of templates, compiled once for all releases: compiling takes half a second, at each switch again."""

from __future__ import annotations

from functools import lru_cache
from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache

from ckg.model.byte_lru import ByteLru

_MAX_BYTES: Final = 16 << 20
_MAX_LANGUAGES: Final = 8  # as many as applications in one process, mostly one


class CompiledTemplates(BytecodeCache):
    """Code by name and source of a template; safe to use from several threads."""

    def __init__(self) -> None:
        self._code = ByteLru[CodeType](_MAX_BYTES, share_divisor=8)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into a bucket where it is known."""
        code = self._code.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a bucket."""
        if bucket.code is not None:
            self._code.put((bucket.key, bucket.checksum), bucket.code, size=len(bucket.bytecode_to_string()))


@lru_cache(_MAX_LANGUAGES)
def shared(_languages: tuple[str, ...]) -> CompiledTemplates:
    """Return the code that pages with these languages share: a filter that names languages may be a part of it."""
    return CompiledTemplates()
