"""The HTML side: what each kind of request is shown in a browser."""

from __future__ import annotations

from flask import Flask, render_template, request

from ckg.release.dumps import Dump
from ckg.web.addresses import href
from ckg.web.problems import Problem
from ckg.web.representations import About
from ckg.web.serving import serving


def register(app: Flask) -> None:
    """Add the routes of pages that are no documents about one thing."""


def home() -> str:
    """Return the page at `/`."""
    return render_template("plain_home.html", about=serving().release.about, root=request.script_root)


def dumps(listed: tuple[Dump, ...]) -> str:
    """Return the page that lists the dumps."""
    return render_template("plain_dumps.html", listed=listed, root=request.script_root)


def catalogue() -> str:
    """Return the page at `/void` and `/catalog`."""
    text = serving().release.void.read_text(encoding="utf-8")
    return render_template("plain_text.html", title="Catalogue", text=text)


def report() -> str:
    """Return the page at `/report`."""
    text = serving().release.report_turtle.read_text(encoding="utf-8")
    return render_template("plain_text.html", title="Validation report", text=text)


def thing(about: About) -> str:
    """Return the page of a document."""
    current = serving()

    def address(iri: str) -> str | None:
        return href(current.release.base, iri, request.script_root)

    return render_template("plain_thing.html", about=about, href=address, root=request.script_root)


def problem(problem: Problem) -> str:
    """Return the page that tells of an error."""
    return render_template("plain_problem.html", problem=problem, root=request.script_root)
