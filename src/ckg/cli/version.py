"""`ckg version`."""

from __future__ import annotations

import platform
from importlib import metadata

import click

import ckg

ENGINES = ("rdflib", "pyshacl", "elementpath", "owlrl", "pyoxigraph", "duckdb", "flask", "httptools")


@click.command()
def command() -> None:
    """Print the versions of ckg and of the engines it uses."""
    click.echo(f"ckg {ckg.__version__}")
    click.echo(f"Python {platform.python_version()}")
    for engine in ENGINES:
        click.echo(f"{engine} {_version(engine)}")


def _version(engine: str) -> str:
    try:
        return metadata.version(engine)
    except metadata.PackageNotFoundError:
        return "is not installed (it comes with the extra `build`)"
