"""For those who watch over the server: is it alive, can it answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify

import ckg
from ckg.web.serving import serving


def register(app: Flask) -> None:
    """Add `/healthz` (the process answers) and `/readyz` (it can be read, and queries give the answers they should)."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _fresh(jsonify(status="ok"))

    @app.get("/readyz")
    def readyz() -> Response:
        current = serving()
        problem = current.unreadable or current.pool.problem
        answer = _fresh(jsonify(status=problem or "ready", release=current.release.id, version=ckg.__version__))
        answer.status_code = 503 if problem else 200
        return answer


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
