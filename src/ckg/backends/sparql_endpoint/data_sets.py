"""Data sets of Apache Jena Fuseki, one for each release: made, listed and removed over its HTTP administration."""

from __future__ import annotations

import json
import time
from typing import Final
from urllib.parse import quote, urlencode

from ckg.backends.sparql_endpoint.endpoint import Endpoint
from ckg.backends.sparql_endpoint.endpoint_settings import RELEASE_FIELD
from ckg.backends.sparql_endpoint.http_connections import HttpAnswer
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EndpointUnusable

_REQUEST_S: Final = 60.0


class FusekiDataSets:
    """The data sets of the server at which an endpoint is."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._address = endpoint.settings.endpoint.partition(RELEASE_FIELD)[0] + "$/datasets"

    def names(self) -> list[str]:
        """Return the names of all data sets, sorted."""
        _, text = self._request("GET", self._address, (200,))
        return sorted(str(row["ds.name"]).strip("/") for row in json.loads(text)["datasets"])

    def make(self, name: str) -> None:
        """Make a data set on disk, where there is none of its name."""
        form = urlencode({"dbType": "tdb2", "dbName": name}).encode()
        self._request("POST", self._address, (200, 409), form)

    def remove(self, name: str) -> None:
        """Remove a data set and its files."""
        self._request("DELETE", f"{self._address}/{quote(name, safe='')}", (200, 204, 404))

    def _request(self, method: str, address: str, expected: tuple[int, ...], body: bytes = b"") -> tuple[int, bytes]:
        said = SpooledBody()

        def receive(_: HttpAnswer) -> SpooledBody:
            return said

        answer = self._endpoint.connections.request(
            method,
            address,
            body=body,
            fields={"Content-Type": "application/x-www-form-urlencoded"} if body else {"Accept": "application/json"},
            into=receive,
            deadline=time.monotonic() + _REQUEST_S,
            is_repeatable=method == "GET",
        )
        if answer.status not in expected:
            raise EndpointUnusable(
                f"{method} {address} was answered with {answer.status}",
                hint="Data sets are made over Fuseki's administration, which answers on its own machine and to those "
                "whom its shiro.ini lets in; or make the data set yourself.",
            )
        return answer.status, said.read()
