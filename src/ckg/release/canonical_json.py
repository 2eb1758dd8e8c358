"""JSON with one spelling: sorted keys, two spaces, UTF-8, a newline at the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ckg.errors import ReleaseError


def encode(value: Any) -> bytes:
    r"""Return the bytes of a JSON value; equal values give equal bytes.

    >>> encode({"b": "日本", "a": 1})
    b'{\n  "a": 1,\n  "b": "\xe6\x97\xa5\xe6\x9c\xac"\n}\n'
    """
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def read_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object; `ReleaseError` says which file is missing or is none."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ReleaseError(f"{path} is missing", hint="Build the release again.") from None
    except (ValueError, OSError) as error:
        raise ReleaseError(f"{path} cannot be read: {error}", hint="Build the release again.") from None
    if not isinstance(value, dict):
        raise ReleaseError(f"{path} is not a JSON object", hint="Build the release again.")
    return value
