"""What the kernel tells of the connections to a server of ours."""

from __future__ import annotations

import socket

import pytest

from ckg.web.connections import established
from ckg.web.hangup import GONE, around

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_NETLINK"), reason="only Linux tells of connections this way")


def test_an_open_connection_is_told_and_a_closed_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            assert [connection.peer for connection in established(port) or []] == ["127.0.0.1"]
        assert established(port) == []


def test_where_nobody_listens_nothing_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert established(port) is None


def test_a_client_inside_the_process_never_seems_to_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ckg.web.hangup._PAUSE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answers = []

    def application(environ, _start):  # type: ignore[no-untyped-def]
        answers.append(environ[GONE]())
        return [b""]

    request = {"REMOTE_ADDR": "127.0.0.1", "SERVER_PORT": str(port), "SERVER_PROTOCOL": "HTTP/1.1"}
    list(around(application)(request, lambda *_: None))  # type: ignore[arg-type, return-value]
    assert answers == [False]
