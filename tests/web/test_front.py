"""The front against clients that send or read slowly, stop in the middle, or send what is no request."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import make_release
import pytest

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

QUERY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 20000"
SPARQL = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
RECEIVE_S, STALL_S = 3.0, 1.5


@pytest.fixture(scope="module")
def address(serve, releases, tmp_path_factory) -> str:
    """The address of a server that waits a short time only."""
    folder = tmp_path_factory.mktemp("front")
    limits = "[limits]\nbudget_seconds = 0.0\nbudget_errors = 0\nqueue = 80\nseconds = 60.0\n"
    serve_ = f"[serve]\nreceive_seconds = {RECEIVE_S}\nstall_seconds = {STALL_S}\n"
    (folder / "ckg.toml").write_text(make_release.CONFIG.format(version="1.0") + serve_ + limits)
    address = serve(folder, releases)
    until = time.monotonic() + 60
    while not get(address, "/readyz").startswith(b"HTTP/1.1 200 "):
        assert time.monotonic() < until
        time.sleep(0.1)
    return address


def test_the_server_runs_where_the_faster_event_loop_is_not_installed(serve, releases, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['uvloop'] = None\n")
    (tmp_path / "ckg.toml").write_text(make_release.CONFIG.format(version="1.0"))
    address = serve(tmp_path, releases, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert get(address, "/sparql?query=ASK%7B%7D").startswith(b"HTTP/1.1 200 ")


def connect(address: str, **options: int) -> socket.socket:
    parts = urlsplit(address)
    made = socket.socket()
    if "receive_buffer" in options:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options["receive_buffer"])
    made.settimeout(30)
    made.connect((parts.hostname, parts.port))
    return made


def everything(sock: socket.socket) -> bytes:
    found = b""
    try:
        while piece := sock.recv(1 << 16):
            found += piece
    except ConnectionResetError:
        pass
    return found


def talk(address: str, sent: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes; return all that comes back until the server closes."""
    with connect(address) as sock:
        sock.sendall(sent)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        return everything(sock)


def get(address: str, path: str) -> bytes:
    return talk(address, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())


def assert_answers(address: str) -> None:
    """The server answers a probe and a page within a second; another try where the machine is busy."""
    for path in ("/healthz", "/readyz", "/doc/state/japan.html"):
        took = []
        while len(took) < 4:
            began = time.monotonic()
            assert get(address, path).startswith(b"HTTP/1.1 200 ")
            took.append(time.monotonic() - began)
            if took[-1] < 1:
                break
        assert min(took) < 1, path


def metric(address: str, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)\r?$", get(address, "/metrics").decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def queries(address: str) -> float:
    return sum(
        float(n) for n in re.findall(r"^ckg_queries_total\{.*\} (\S+)$", get(address, "/metrics").decode(), re.M)
    )


@pytest.fixture
def many() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    "ending", [b"Content-Length: 1000\r\n\r\nSELECT", b"Transfer-Encoding: chunked\r\n\r\n6\r\nSELECT\r\n"]
)
def test_row_26_bodies_that_do_not_come_hold_nobody_up_and_are_given_up(address, many, ending):
    slow = [many.enter_context(connect(address)) for _ in range(64)]
    for sock in slow:
        sock.sendall(SPARQL + ending)
    assert_answers(address)
    answers = [everything(sock) for sock in slow]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}


def test_heads_that_do_not_come_hold_nobody_up_and_are_given_up(address, many):
    slow = [many.enter_context(connect(address)) for _ in range(300)]
    for sock in slow:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert_answers(address)
    assert {everything(sock)[:12] for sock in slow} == {b"HTTP/1.1 408"}


def test_a_body_that_comes_a_byte_at_a_time_is_given_up(address):
    with connect(address) as sock:
        sock.sendall(SPARQL + b"Content-Length: 1000\r\n\r\n")
        began = time.monotonic()
        try:
            while time.monotonic() - began < 4 * RECEIVE_S:
                sock.sendall(b" ")
                time.sleep(0.2)
        except OSError:
            pass
        assert time.monotonic() - began < 3 * RECEIVE_S


def test_row_26_answers_that_are_not_read_hold_nobody_up_and_their_files_go(address, many):
    asked = f"GET /sparql?query={quote(QUERY)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
    slow = [many.enter_context(connect(address, receive_buffer=4096)) for _ in range(64)]
    for sock in slow:
        sock.sendall(asked)
    assert {sock.recv(12) for sock in slow} == {b"HTTP/1.1 200"}
    assert_answers(address)
    deadline = time.monotonic() + 40
    while (ended := metric(address, 'ckg_connections_ended_total{reason="slow reader"}')) < 64:
        assert time.monotonic() < deadline, ended
        time.sleep(0.2)
    with pytest.raises(OSError):  # what is left in the buffers of the kernel does not make the answer whole
        while slow[0].recv(1 << 20):
            pass
    assert temporary_files(address) == 0


def temporary_files(address: str) -> int:
    """Count the bytes of deleted answers that the server itself still holds open."""
    port = urlsplit(address).port
    found = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    pid = re.search(r"pid=(\d+)", found)
    assert pid
    total = 0
    for link in Path(f"/proc/{pid[1]}/fd").iterdir():
        try:
            if "ckg-answer-" in str(link.readlink()):
                total += link.stat().st_size
        except OSError:
            continue
    return total


def test_http_2_in_clear_text_is_not_spoken(address):
    sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    for _ in range(66):
        assert talk(address, sent).startswith(b"HTTP/1.1 400 ")
    assert_answers(address)


def test_a_request_to_speak_http_2_is_answered_in_http_1(address):
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    assert talk(address, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + upgrade).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 100\r\n\r\nASK{}",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\nZZ\r\n",
    ],
)
def test_a_body_that_is_cut_short_is_refused_and_not_evaluated(address, body):
    before = queries(address)
    assert talk(address, SPARQL + body, half_close=True).startswith(b"HTTP/1.1 400 ")
    assert queries(address) == before


def test_whole_bodies_of_both_kinds_are_evaluated(address):
    for body in (
        b"Content-Length: 5\r\n\r\nASK{}",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n2\r\n{}\r\n0\r\n\r\n",
    ):
        answer = talk(address, SPARQL + b"Connection: close\r\n" + body)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"true" in answer


def test_a_client_that_asks_before_it_sends_its_body_is_told_to_go_on(address):
    with connect(address) as sock:
        sock.sendall(SPARQL + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 5\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"ASK{}")
        assert everything(sock).startswith(b"HTTP/1.1 200 ")


def test_requests_sent_at_once_are_answered_in_their_order(address):
    paths = ["/healthz", "/doc/state/japan.nt", "/nothing-here", "/doc/state/japan.ttl"] * 50
    sent = "".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths[:-1])
    answer = talk(address, f"{sent}GET {paths[-1]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    kinds = re.findall(rb"^HTTP/1.1 (\d+) [\s\S]*?Content-Type: ([^;\r]+)", answer, re.MULTILINE)
    assert [(int(status), kind.decode()) for status, kind in kinds] == [
        (200, "application/json"), (200, "application/n-triples"), (404, "application/problem+json"),
        (200, "text/turtle"),
    ] * 50  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"GET /id/{'x' * 2100} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET /id/{'x' * 70_000}", 414),
        (f"HEAD /id/{'%F0%9F%98%80' * 200} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET /dump/?{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: x\r\nX-A: {'x' * 40_000}\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: x\r\nX-A: {'x' * 90_000}", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + "X-A: b\r\n" * 200 + "\r\n", 431),
        ("POST /language HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n", 413),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n", 413),
        (f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{9000:x}\r\n{'x' * 9000}\r\n", 413),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417),
        ("\x16\x03\x01\x02\x00\x01", 400),
    ],
)  # fmt: skip
def test_row_26_what_is_no_request_of_ours_is_refused_and_the_connection_closed(address, sent, status):
    answer = talk(address, sent.encode("latin-1"))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:200]
    assert b"\r\nConnection: close\r\n" in answer
    assert b"application/problem+json" in answer


def test_an_iri_pasted_as_it_is_asks_for_the_same_as_its_percent_encoded_form(address):
    raw = "GET /doc/state/日本.ttl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    encoded = f"GET /doc/state/{quote('日本')}.ttl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    assert talk(address, raw).partition(b"\r\n")[0] == talk(address, encoded).partition(b"\r\n")[0]


def test_http_1_0_and_absolute_targets_are_answered(address):
    assert talk(address, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    absolute = b"GET http://other.example/robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert b"//other.example/sitemap.xml" in talk(address, absolute)


def test_head_gives_the_fields_of_get_and_no_body(address):
    for path in ("/", "/doc/state/japan.ttl", "/dump/SHA256SUMS", "/healthz"):
        full = get(address, path).partition(b"\r\n\r\n")
        for _ in range(2):  # from the application, then kept
            asked = f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            head = talk(address, asked).partition(b"\r\n\r\n")
            assert head[2] == b""
            date = re.compile(rb"Date: [^\r]*\r\n")
            assert date.sub(b"", head[0]) == date.sub(b"", full[0])
            length = re.search(rb"Content-Length: (\d+)", head[0])
            assert length and int(length[1]) == len(full[2])


def test_a_query_whose_client_hangs_up_is_ended(address):
    before = metric(address, 'ckg_workers_killed_total{reason="client"}')
    query = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
    with connect(address) as sock:
        sock.sendall(SPARQL + b"Content-Length: %d\r\n\r\n%b" % (len(query), query))
        time.sleep(0.5)
    deadline = time.monotonic() + 8
    while metric(address, 'ckg_workers_killed_total{reason="client"}') == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_client_with_too_many_connections_loses_its_idle_ones(serve, releases, tmp_path, many):
    (tmp_path / "ckg.toml").write_text(
        make_release.CONFIG.format(version="1.0") + "[serve]\nclient_connections = 8\nreceive_seconds = 60\n"
    )
    address = serve(tmp_path, releases)
    idle = [many.enter_context(connect(address)) for _ in range(20)]
    assert get(address, "/healthz").startswith(b"HTTP/1.1 200 ")
    idle[0].settimeout(5)
    assert everything(idle[0]) == b""


def test_the_server_answers_what_is_under_way_before_it_stops(releases, tmp_path):
    (tmp_path / "ckg.toml").write_text(make_release.CONFIG.format(version="1.0"))
    command = ["ckg", "serve", "--no-build", "--port", "0", "--project", str(tmp_path), "--releases", str(releases)]
    script = f"import sys; sys.argv = {command!r}\nfrom ckg.cli.main import main; main()"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://[^\s/]+", line)))
        with connect(address) as sock:
            query = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
            sock.sendall(SPARQL + b"Content-Length: %d\r\n\r\n%b" % (len(query), query[:-1]))
            time.sleep(0.2)
            sock.sendall(query[-1:])
            time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            answer = everything(sock)
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:300]
        assert process.wait(20) == 0


def test_a_server_tells_which_walls_hold_and_logs_requests_without_their_queries(serve, releases, tmp_path):
    (tmp_path / "ckg.toml").write_text(make_release.CONFIG.format(version="1.0") + '[serve]\nlog = "json"\n')
    address, log = serve(tmp_path, releases, log=tmp_path / "log"), tmp_path / "log"
    query = quote("SELECT * { <https://secret.example/> ?p ?o }")
    assert get(address, f"/sparql?query={query}").startswith(b"HTTP/1.1 200 ")
    assert talk(address, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    until = time.monotonic() + 30
    while '"status": 400' not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
    rows = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    (row,) = [row for row in rows if row["path"] == "/sparql"]
    assert (row["client"], row["method"], row["status"]) == ("127.0.0.1", "GET", 200)
    assert row["bytes"] > 0
    assert 0 < row["seconds"] < 60
    assert "secret" not in log.read_text()
    layers = json.loads(get(address, "/readyz").partition(b"\r\n\r\n")[2])["sandbox"]
    assert set(layers) == {"seccomp", "landlock", "network", "descriptors", "memory"}
    missing = [layer for layer, holds in layers.items() if not holds]
    assert ("Missing on this machine" in log.read_text()) == bool(missing)
