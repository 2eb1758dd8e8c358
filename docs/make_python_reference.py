"""Write docs/python-reference.md from the docstrings of `import ckg`. `--check` only says whether it is current."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckg
from ckg import errors, pipelines
from ckg.client.citation import Citation
from ckg.client.coded_statement import CodedStatement, Quoted
from ckg.client.entity_facts import Entity, EntityFact
from ckg.client.explanation import ExplanationStep, TripleExplanation
from ckg.client.knowledge_graph import GraphAnswer
from ckg.client.query_rows import QueryRows

TARGET = Path(__file__).with_name("python-reference.md")
FUNCTIONS = {"ckg.open": ckg.open, "ckg.build": pipelines.build, "ckg.validate": pipelines.validate}
CLASSES = (
    *(ckg.KnowledgeGraph, QueryRows, GraphAnswer, Entity, EntityFact, CodedStatement, Quoted),
    *(TripleExplanation, ExplanationStep, Citation),
)
_MODULES = re.compile(r"\b(?:ckg|collections|typing|datetime|pathlib)\.(?:[a-z_]+\.)*(?=[A-Za-z])")
_QUOTED = re.compile(r"(: |-> )'([^']*)'")


def main() -> None:
    """Write the reference, or check it."""
    text = "\n".join(lines())
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("docs/python-reference.md is not current; run: .venv/bin/python docs/make_python_reference.py")
        return
    TARGET.write_text(text, encoding="utf-8")


def lines() -> Iterator[str]:
    """Yield the lines of the reference."""
    yield "# Python reference"
    yield ""
    yield "Made from the docstrings by `docs/make_python_reference.py`; a test fails when it is not current."
    yield "[Python](python.md) shows how it is used."
    yield ""
    for name, function in FUNCTIONS.items():
        yield from described(name, function, "##")
    for kind in CLASSES:
        yield f"## {kind.__name__}"
        yield ""
        yield from told(kind)
        if dataclasses.is_dataclass(kind):
            for field in dataclasses.fields(kind):
                if not field.name.startswith("_"):
                    yield f"* `{field.name}`: `{_MODULES.sub('', str(field.type))}`"
            yield ""
        for name, member in vars(kind).items():
            if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
                yield from described(name, member, "###")
    yield "## Errors"
    yield ""
    yield "Every one is a `ckg.errors.CkgError`, with a `message`, a `hint` and an `exit_code`."
    yield ""
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.CkgError):
            yield f"* `{error.__name__}`: {' '.join((inspect.getdoc(error) or '').splitlines()[:1])}"
    yield ""


def described(name: str, what: Callable[..., Any] | property, heading: str) -> Iterator[str]:
    """Yield the description of a function, a method or a property."""
    if isinstance(what, property):
        result = inspect.signature(what.fget).return_annotation if what.fget else ""
        shown = f"{name}: {result}"
    else:
        signature = inspect.signature(what)
        without_self = [one for one in signature.parameters.values() if one.name != "self"]
        shown = f"{name}{signature.replace(parameters=without_self)}"
    yield f"{heading} {name}"
    yield ""
    yield "```text"
    shown = _QUOTED.sub(r"\1\2", shown)
    yield "ckg." + _MODULES.sub("", shown[4:]) if shown.startswith("ckg.") else _MODULES.sub("", shown)
    yield "```"
    yield ""
    yield from told(what)


def told(what: object) -> Iterator[str]:
    """Yield a docstring; its examples are code."""
    code = False
    for line in (inspect.getdoc(what) or "").splitlines():
        if line.startswith(">>>") and not code:
            yield "```pycon"
            code = True
        if code and not line:
            yield "```"
            code = False
        yield line
    if code:
        yield "```"
    yield ""


if __name__ == "__main__":
    main()
