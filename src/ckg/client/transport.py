"""How requests reach a release: over HTTP to a running server, or inside this process to an application of our own."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from werkzeug.test import Client

from ckg import errors
from ckg.errors import CkgError

_TIMEOUT_S: Final = 60.0
_MAX_ANSWER_BYTES: Final = 1 << 30
FORM: Final = "application/x-www-form-urlencoded"

Fields = Sequence[tuple[str, str]]


class NotFoundHere(CkgError):
    """What was asked for is not in the data; nothing is said of it."""

    exit_code = 1


class ServerRefused(CkgError):
    """The server refused a request, or met a fault; `status` is that of HTTP."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What came back: status, header fields by their names in lower case, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """The way to a server; `address` is its root, without a final slash."""

    address: str

    def send(self, path: str, fields: Fields, accept: str, *, post: bool = False) -> ServerAnswer:
        """Send a request and return the answer, whatever its status. Raises `CkgError` where there is none."""

    def close(self) -> None:
        """Let go of the server, if it is ours."""


class HttpTransport:
    """The way to a server that is running elsewhere. `timeout_s` bounds the wait for each part of an answer."""

    def __init__(self, address: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise CkgError(f"{address} is no address of a server", hint="Write http://… or https://…")
        self.address = address.rstrip("/")
        self._timeout_s = timeout_s

    def send(self, path: str, fields: Fields, accept: str, *, post: bool = False) -> ServerAnswer:
        """Send a request and return the answer, whatever its status."""
        encoded = urlencode(fields)
        address = f"{self.address}{path}" + (f"?{encoded}" if encoded and not post else "")
        headers = {"Accept": accept, "User-Agent": "ckg"} | ({"Content-Type": FORM} if post else {})
        request = urllib.request.Request(address, encoded.encode() if post else None, headers)  # noqa: S310 - checked
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310
                return self._read(answer.status, answer.headers.items(), answer.read)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error.code, error.headers.items(), error.read)
        except (OSError, ValueError) as error:
            raise CkgError(
                f"{self.address} does not answer: {getattr(error, 'reason', None) or error}",
                hint="Is `ckg serve` running there?",
            ) from None

    @staticmethod
    def _read(status: int, headers: Any, read: Callable[[int], bytes]) -> ServerAnswer:
        body = read(_MAX_ANSWER_BYTES + 1)
        if len(body) > _MAX_ANSWER_BYTES:
            raise CkgError(f"the answer has more than {_MAX_ANSWER_BYTES} bytes", hint="Ask for less, or for a dump.")
        return ServerAnswer(status, {name.lower(): value for name, value in headers}, body)

    def close(self) -> None:
        """Do nothing: each request has a connection of its own."""


class LocalTransport:
    """The way to an application in this process; `on_close` ends it."""

    def __init__(self, application: Any, on_close: Callable[[], None]) -> None:
        self.address = ""
        self._client = Client(application)
        self._on_close = on_close

    def send(self, path: str, fields: Fields, accept: str, *, post: bool = False) -> ServerAnswer:
        """Send a request and return the answer, whatever its status."""
        return self.send_with(self._client, path, fields, accept, post=post)

    @staticmethod
    def send_with(
        sender: Client, path: str, fields: Fields, accept: str, *, post: bool, client: str = "127.0.0.1"
    ) -> ServerAnswer:
        """Send a request in the name of the client with an address."""
        answer = sender.open(
            path,
            method="POST" if post else "GET",
            data=urlencode(fields) if post else None,
            content_type=FORM if post else None,
            query_string=None if post else urlencode(fields),
            headers={"Accept": accept},
            environ_overrides={"REMOTE_ADDR": client},
            follow_redirects=True,
        )
        with answer:
            fields_back = {name.lower(): value for name, value in answer.headers.items()}
            return ServerAnswer(answer.status_code, fields_back, answer.get_data())

    def close(self) -> None:
        """End the application."""
        self._on_close()


def body_of(answer: ServerAnswer) -> bytes:
    """Return the body of an answer that is one; raise the error that it tells of otherwise.

    A malformed query, one that met a bound, and a busy server are the same errors as those of `ckg query`; what is not
    there is `NotFoundHere`.
    """
    if answer.status != HTTPStatus.OK:
        raise _error(answer)
    return answer.body


def _error(answer: ServerAnswer) -> CkgError:
    problem = _problem(answer)
    detail = str(problem.get("detail", "")) or f"status {answer.status}"
    known: dict[str, Callable[[], CkgError]] = {
        "Query malformed": lambda: errors.QueryMalformed(
            detail, line=problem.get("line"), column=problem.get("column")
        ),
        "Query refused": lambda: errors.QueryRefused(detail),
        "Query stopped": lambda: errors.QueryStopped(detail, **_bound(problem)),
        "Query too complex": lambda: errors.QueryTooComplex(detail, **_bound(problem)),
        "Endpoint busy": lambda: errors.EndpointBusy(detail, retry_after=_wait_s(answer)),
        "Budget exhausted": lambda: errors.BudgetExhausted(detail, retry_after=_wait_s(answer)),
        "Engine failed": lambda: errors.EngineFailed(detail, retry_after=_wait_s(answer)),
    }
    make = known.get(str(problem.get("title", "")))
    if make is not None:
        return make()
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return NotFoundHere(detail)
    return ServerRefused(detail, status=answer.status)


def _bound(problem: Mapping[str, Any]) -> dict[str, Any]:
    return {"bound": str(problem.get("bound", "")), "limit": problem.get("limit", 0)}


def _wait_s(answer: ServerAnswer) -> float:
    wait = answer.headers.get("retry-after", "")
    return float(wait) if wait.isdigit() else 1.0


def _problem(answer: ServerAnswer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {"detail": answer.body[:300].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {}
