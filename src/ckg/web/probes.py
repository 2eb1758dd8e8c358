"""For those who watch over the server: is it alive, can it answer.

The front answers both itself, whatever the threads do (`front.server`); these routes are for other WSGI servers.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, jsonify

import ckg
from ckg.web.open_release import OpenRelease, serving

LAYERS: Final = ("seccomp", "landlock", "network", "descriptors", "memory")
"""The layers of the query workers' sandbox, of which a machine may lack some (docs/endpoint.md)."""


def state(current: OpenRelease) -> tuple[bool, dict[str, object]]:
    """Say whether a release can be read and queried, and what it is."""
    problem = current.unreadable or current.pool.problem
    holding = current.pool.sandbox
    return not problem, {
        "status": problem or "ready",
        "release": current.release.id,
        "version": ckg.__version__,
        "sandbox": {layer: layer in holding for layer in LAYERS},
    }


def register(app: Flask) -> None:
    """Add `/healthz` (the process answers) and `/readyz` (it can be read, and queries give the answers they should)."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _fresh(jsonify(status="ok"))

    @app.get("/readyz")
    def readyz() -> Response:
        ready, values = state(serving())
        answer = _fresh(jsonify(values))
        answer.status_code = 200 if ready else 503
        return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
