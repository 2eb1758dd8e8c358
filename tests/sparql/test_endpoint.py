"""What the endpoint promises beyond the protocol: formats, caching, errors, hang-ups, shutdown, a new release."""

import json
import re
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest

from ckg.build.pipeline import Build
from ckg.model.config import read

from . import live

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

HARD = "SELECT ('100% + 1 & 2 = é?' AS ?x) { FILTER('a+b' = \"a+b\" && '%41' != 'A') }"


def get(text, **parameters):
    return "/sparql?" + urlencode({"query": text, **parameters}, doseq=True)


def test_a_query_gives_the_same_answer_by_every_way(bounded):
    form = urlencode({"query": HARD}).encode()
    replies = [
        bounded.get(get(HARD), Accept="text/csv"),
        bounded.get(f"/sparql?query={quote(HARD)}", Accept="text/csv"),
        bounded.send("POST", "/sparql", form, Accept="text/csv", Content_Type=FORM),
        bounded.send("POST", "/sparql", HARD.encode(), Accept="text/csv", Content_Type=f"{QUERY}; charset=UTF-8"),
        bounded.send("QUERY", "/sparql", HARD.encode(), Accept="text/csv", Content_Type=QUERY),
        bounded.send("QUERY", "/sparql", form, Accept="text/csv", Content_Type=FORM),
    ]
    assert {reply.status for reply in replies} == {200}
    assert {reply.body for reply in replies} == {"x\r\n100% + 1 & 2 = é?\r\n".encode()}
    assert len({reply.headers["etag"] for reply in replies}) == 1


@pytest.mark.parametrize(
    ("path", "body", "type_", "status"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, "", 400),
        ("/sparql?query=ASK%7B%7D", b"query=ASK%7B%7D", FORM, 400),
        ("/sparql?query=ASK%7B%7D", b"ASK{}", QUERY, 400),
        ("/sparql", b"format=json", FORM, 400),
        ("/sparql", b"", FORM, 400),
        ("/sparql", b"", QUERY, 400),
        ("/sparql?query=", None, "", 400),
        ("/sparql?query=%FF", None, "", 400),
        ("/sparql", b"query=%FF", FORM, 400),
        ("/sparql", b"\xff", QUERY, 400),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=relative", None, "", 400),
        ("/sparql?query=ASK%7B%7D&named-graph-uri=a:b%20c", None, "", 400),
        ("/sparql?query=ASK%7B%7D&using-graph-uri=a:b", None, "", 400),
        ("/sparql?update=CLEAR%20ALL", None, "", 403),
        ("/sparql", b"update=CLEAR+ALL", FORM, 403),
        ("/sparql", b"query=ASK%7B%7D&update=CLEAR+ALL", FORM, 400),
        ("/sparql", b"INSERT DATA { <a:b> <a:b> 1 }", "application/sparql-update", 403),
        ("/sparql", b"query=INSERT+DATA+%7B%7D", FORM, 403),
        ("/sparql", b"ASK { SERVICE <http://127.0.0.1:9/> {} }", QUERY, 403),
        ("/sparql", b"ASK {}", "text/plain", 415),
        ("/sparql", b"ASK {}", f"{QUERY}; charset=latin-1", 415),
        ("/sparql?query=ASK%7B%7D&format=png", None, "", 406),
        ("/sparql", b"ASK { ?s ?p '" + b"x" * 70_000 + b"' }", QUERY, 413),
        ("/sparql", b"ASK {" + b"{" * 100 + b"}" * 100 + b"}", QUERY, 400),
    ],
)
def test_what_is_no_query_is_refused_in_the_one_shape_of_errors(path, body, type_, status, bounded):
    method = "GET" if body is None else "POST"
    headers = {"Content_Type": type_} if type_ else {}
    reply = bounded.send(method, path, body, **headers)
    assert (reply.status, reply.type) == (status, "application/problem+json"), reply.body
    problem = json.loads(reply.body)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert not any(
        word in reply.body.decode() for word in ("Traceback", "/tmp/", "site-packages")
    )  # nothing of the machine


def test_a_syntax_error_says_where(bounded):
    problem = json.loads(bounded.query("SELECT *\nWHERE { ?s ?p }").body)
    assert (problem["line"], problem["column"]) == (2, 15)
    assert "the object is missing" in problem["detail"]


@pytest.mark.parametrize(
    ("text", "accept", "status", "type_"),
    [
        ("SELECT (1 AS ?x) {}", "*/*", 200, "application/sparql-results+json"),
        ("SELECT (1 AS ?x) {}", "application/json", 200, "application/sparql-results+json"),
        ("SELECT (1 AS ?x) {}", "application/sparql-results+xml", 200, "application/sparql-results+xml"),
        ("SELECT (1 AS ?x) {}", "text/csv;q=0.5, text/tab-separated-values", 200, "text/tab-separated-values"),
        ("SELECT (1 AS ?x) {}", "text/turtle", 406, "application/problem+json"),
        ("SELECT (1 AS ?x) {}", "image/png", 406, "application/problem+json"),
        ("ASK {}", "text/csv", 200, "text/csv"),
        ("ASK {}", "text/turtle, application/xml;q=0.1", 200, "application/sparql-results+xml"),
        ("ASK {}", "text/turtle", 406, "application/problem+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "*/*", 200, "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", 200, "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-quads", 200, "application/n-quads"),
        ("DESCRIBE <http://example.org/id/n1>", "application/rdf+xml", 200, "application/rdf+xml"),
        ("DESCRIBE <http://example.org/id/n1>", "application/sparql-results+json", 406, "application/problem+json"),
        ("SELECT (1 AS ?x) {}", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200, "text/html"),
    ],
)
def test_the_format_is_negotiated_for_the_form_of_the_query(text, accept, status, type_, bounded):
    reply = bounded.query(text, accept)
    assert (reply.status, reply.type) == (status, type_), reply.body[:300]
    assert "accept" in reply.headers["vary"].lower()


def test_the_format_can_be_named_in_the_address(bounded):
    assert bounded.get(get("SELECT (1 AS ?x) {}", format="tsv")).body == b"?x\n1\n"
    assert (
        bounded.get(get("CONSTRUCT WHERE { ?s ?p ?o }", format="jsonld"), Accept="text/html").type
        == "application/ld+json"
    )


def test_pages_elsewhere_may_ask(bounded):
    reply = bounded.send("OPTIONS", "/sparql", Origin="https://elsewhere.example", Access_Control_Request_Method="POST")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert bounded.query("ASK {}").headers["access-control-allow-origin"] == "*"


def test_an_answer_is_valid_as_long_as_the_release_is_current(bounded):
    path = get("SELECT ?s { ?s ?p ?o } LIMIT 3", format="csv")
    first = bounded.get(path)
    assert "max-age" in first.headers["cache-control"]
    again = bounded.get(path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert bounded.get(get("SELECT ?s { ?s ?p ?o } LIMIT 4", format="csv")).headers["etag"] != first.headers["etag"]
    assert bounded.get(path.replace("csv", "tsv"), If_None_Match=first.headers["etag"]).status == 200
    volatile = bounded.get(get("SELECT (NOW() AS ?now) {}"))
    assert volatile.headers["cache-control"] == "no-store"
    assert "etag" not in volatile.headers


def test_head_gives_the_headers_of_get(bounded):
    path = get("SELECT ?s { ?s ?p ?o } LIMIT 3", format="csv")
    whole, head = bounded.get(path), bounded.send("HEAD", path)
    assert head.body == b""
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == whole.headers[name]


def test_a_large_answer_comes_whole(bounded):
    reply = bounded.query("SELECT * { ?a ?b ?c . ?d <http://example.org/id/p0> ?f } LIMIT 5000", "text/csv")
    assert reply.status == 200
    assert reply.body.count(b"\r\n") == 5001
    assert len(reply.body) == int(reply.headers["content-length"]) > 500_000


def test_too_large_an_answer_is_none(bounded):
    reply = bounded.query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 300000", "text/csv")
    assert reply.status == 503
    assert json.loads(reply.body)["bound"] in ("rows", "bytes", "seconds")


@pytest.fixture
def patient(tangle):
    """A server that gives a query a minute, for tests in which somebody does not wait so long."""
    with live.serving(with_limits(tangle, seconds=60.0)) as server:
        yield server


def with_limits(folder, **limits):
    text = (folder / "ckg.toml").read_text()
    other = folder.parent / f"{folder.name}-{'-'.join(limits)}"
    other.mkdir(exist_ok=True)
    for name, value in limits.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    (other / "ckg.toml").write_text(text)
    if not (other / "release").exists():
        (other / "release").symlink_to(folder / "release")
    return other


def test_a_client_that_hangs_up_frees_its_worker(patient):
    host, port = patient.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {get(FOREVER)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(1)
        assert patient.metric('ckg_queries_running{lane="slow"}') == 1
    deadline = time.monotonic() + 10
    while patient.metric('ckg_workers_killed_total{reason="client"}') == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert patient.metric('ckg_workers_killed_total{reason="client"}') == 1
    assert patient.metric('ckg_queries_running{lane="slow"}') == 0


def test_a_client_that_waits_is_never_taken_for_one_that_hung_up(tangle):
    with live.serving(with_limits(tangle, seconds=3.0)) as server, ThreadPoolExecutor(2) as threads:
        asked = threads.map(server.query, [FOREVER, f"{FOREVER} # again"])
        for _ in range(15):
            server.get("/healthz")
            time.sleep(0.1)
        assert [reply.status for reply in asked] == [503, 503]
        assert server.metric('ckg_workers_killed_total{reason="client"}') == 0
        assert server.metric('ckg_workers_killed_total{reason="time"}') == 2


def test_the_server_ends_cleanly_when_it_is_told_to(tangle):
    with live.serving(tangle) as server:
        processes = server.processes()
        assert len(processes) >= 5  # the server, its one front, the fork server and the workers
        replies = []
        asked = threading.Thread(target=lambda: replies.append(server.query(FOREVER)))
        asked.start()
        time.sleep(0.3)
        server.process.terminate()
        assert server.process.wait(20) in (0, -15)
        asked.join()
        assert replies[0].status == 503  # cut at its own bound, and told so, although the server was ending
        deadline = time.monotonic() + 5
        while server.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.processes() == []


def test_a_new_release_is_served_without_dropping_a_request(tmp_path):
    folder = live.project(tmp_path, {"data.ttl": '<http://example.org/id/a> <http://example.org/id/p> "first" .'})
    ask = get("SELECT ?o { <http://example.org/id/a> <http://example.org/id/p> ?o }", format="csv")
    with live.serving(folder) as server:
        seen, stop = [], threading.Event()

        def loop():
            while not stop.is_set():
                reply = server.get(ask)
                seen.append((reply.status, reply.body))

        threads = [threading.Thread(target=loop) for _ in range(3)]
        for thread in threads:
            thread.start()
        (folder / "data" / "data.ttl").write_text('<http://example.org/id/a> <http://example.org/id/p> "second" .')
        Build(read(folder), folder / "release").run()
        deadline = time.monotonic() + 20
        while (200, b"o\r\nsecond\r\n") not in seen[-3:] and time.monotonic() < deadline:
            time.sleep(0.1)
        stop.set()
        for thread in threads:
            thread.join()
    assert set(seen) == {(200, b"o\r\nfirst\r\n"), (200, b"o\r\nsecond\r\n")}
    first = [body for _, body in seen].index(b"o\r\nsecond\r\n")
    assert b"o\r\nfirst\r\n" not in [body for _, body in seen[first + 3 :]]


def test_a_client_that_used_up_its_share_is_told_when_to_come_back(tangle):
    with live.serving(with_limits(tangle, seconds=1.0, budget_errors=2)) as server:
        for _ in range(2):
            assert server.query("nonsense").status == 400
        reply = server.query("ASK {}")
        assert (reply.status, reply.type) == (429, "application/problem+json")
        assert 1 <= int(reply.headers["retry-after"]) <= 60


def test_metrics_are_in_the_prometheus_format(bounded):
    bounded.query("ASK { ?metrics ?p ?o }")
    reply = bounded.get("/metrics")
    text = reply.body.decode()
    assert reply.type == "text/plain"
    for name in (
        'ckg_queries_total{form="ASK",outcome="answered"}',
        'ckg_query_seconds_bucket{form="ASK",le="0.01"}',
        'ckg_http_requests_total{method="POST",route="/sparql",status="200"}',
        "ckg_queries_waiting",
        "ckg_workers",
        'ckg_cache_bytes{cache="answers"}',
    ):
        assert f"\n{name} " in text
    promtool = subprocess.run(["sh", "-c", "command -v promtool"], capture_output=True, check=False).stdout.strip()
    if promtool:
        subprocess.run([promtool, "check", "metrics"], input=reply.body, check=True)
