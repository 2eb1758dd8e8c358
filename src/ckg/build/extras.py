"""Whether what only builds need is installed: serving a release, querying and verifying it do without."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from ckg.errors import ExtraMissing

NEEDED: Final = ("rdflib", "pyshacl", "elementpath", "owlrl", "duckdb", "yaml")
"""The packages of the extra `build`: validator, reasoners, the model they share, bulk engine, reader of YAML."""


def require() -> None:
    """Raise `ExtraMissing` where a package of the extra `build` is not installed."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ExtraMissing(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed, and a build needs "
            f"{'it' if len(missing) == 1 else 'them'}",
            hint="Install the extra `build`: pip install 'ckg[build]'. What is built already is served without.",
        )
