"""Write docs/reference.md from the code: commands, settings, formats. `--check` only says whether it is current."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ckg.cli.main import COMMANDS, ckg
from ckg.formats import BOOLEAN_FORMATS, DOCUMENT_FORMATS, DUMP_FORMATS, INPUT_FORMATS, RESULT_FORMATS, Format
from ckg.model.settings import REQUIRED, Setting, rows, sections

TARGET = Path(__file__).with_name("reference.md")


def main() -> None:
    """Write the reference, or check it."""
    text = "\n".join(lines())
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("docs/reference.md is not what the code says; run: .venv/bin/python docs/make_reference.py")
        return
    TARGET.write_text(text, encoding="utf-8")


def lines() -> Iterator[str]:
    """Yield the lines of the reference."""
    yield "# Reference"
    yield ""
    yield "Made from the code by `docs/make_reference.py`; a test fails when it is not current."
    yield ""
    yield "## Commands"
    yield ""
    yield "Exit codes: 0 done; 1 the data have errors; 2 the command could not be carried out."
    context = click.Context(ckg, info_name="ckg")
    for name in COMMANDS:
        command = ckg.get_command(context, name)
        assert command is not None
        yield ""
        yield f"### ckg {name}"
        yield ""
        yield "```text"
        with click.Context(command, info_name=name, parent=context, terminal_width=100) as own:
            yield command.get_help(own).rstrip()
        yield "```"
    yield from settings()
    yield from formats()
    yield ""


def settings() -> Iterator[str]:
    """Yield a table per section of ckg.toml."""
    yield ""
    yield "## ckg.toml"
    for section in sections():
        yield ""
        yield f"### [{section}]"
        yield ""
        yield "| key | type | default | meaning |"
        yield "|---|---|---|---|"
        for row in rows(section):
            yield f"| `{row.name}` | {kind(row)} | {default(row)} | {row.help} |"


def kind(row: Setting) -> str:
    """Return the type of a setting in words."""
    if row.choices:
        return " or ".join(f"`{choice}`" for choice in row.choices)
    names = {"str": "text", "int": "whole number", "float": "number", "bool": "`true` or `false`"}
    return (names | {"list": "list of texts", "date": "date"})[row.type.__name__]


def default(row: Setting) -> str:
    """Return the default of a setting in words."""
    if row.default is REQUIRED:
        return "required"
    if row.default in ("", None, []):
        return "none"
    return f"`{str(row.default).lower() if row.type is bool else row.default}`"


def formats() -> Iterator[str]:
    """Yield the format table."""
    yield ""
    yield "## Formats"
    for title, group in (
        ("Documents, and answers of CONSTRUCT and DESCRIBE", DOCUMENT_FORMATS),
        ("Dumps", DUMP_FORMATS),
        ("Answers of SELECT", RESULT_FORMATS),
        ("Answers of ASK", BOOLEAN_FORMATS),
    ):
        yield ""
        yield f"### {title}"
        yield ""
        yield "| format | `?format=`, suffix | media type | also accepted |"
        yield "|---|---|---|---|"
        yield from (_format_row(form) for form in group)
    yield ""
    yield "### Files of a project"
    yield ""
    yield "In upper or lower case, each also with `.gz`."
    yield ""
    yield "| format | suffixes |"
    yield "|---|---|"
    for form in INPUT_FORMATS:
        yield f"| {form.name} | {', '.join(f'`.{suffix}`' for suffix in form.file_suffixes)} |"


def _format_row(form: Format) -> str:
    words = ", ".join(f"`{word}`" for word in (form.key, *form.words))
    aliases = ", ".join(f"`{alias}`" for alias in form.aliases)
    return f"| {form.name} | {words} | `{form.media_type}` | {aliases} |"


if __name__ == "__main__":
    main()
