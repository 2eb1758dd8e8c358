"""The server as a whole: proxies and prefixes, a change of release, dumps, errors, headers, probes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import threading
import time
from urllib.robotparser import RobotFileParser

import make_release
import pyoxigraph as ox
import pytest
import sample
from werkzeug.test import Client

from ckg import errors
from ckg.formats import DUMP_FORMATS
from ckg.query.pool import Pool, wait_until_ready
from ckg.web import create_app, headers
from ckg.web import open_release as serving_module
from ckg.web.problems import STATUS


@pytest.fixture
def opened(releases):
    made = []

    def open_(**settings):
        app = create_app(releases, {name.replace("_", ".", 1): value for name, value in settings.items()})
        made.append(app)
        return app.test_client()

    yield open_
    for app in made:
        app.close()


LOCAL = re.compile(r"(?:href|src|action)=\"(/[^\"]*)\"")


@pytest.mark.parametrize("path", ["/kg/doc/state/japan", "/doc/state/japan"])
def test_under_a_prefix_links_work_whether_the_proxy_hands_it_on_or_cuts_it_off(opened, path):
    client = opened(serve_prefix="/kg")
    page = client.get(path, headers={"Accept": "text/html"})
    links = LOCAL.findall(page.text)
    assert links
    assert all(link.startswith("/kg/") for link in links)
    assert page.headers["Content-Location"] == "/kg/doc/state/japan.html"
    assert "</kg/doc/state/japan.ttl>" in page.headers["Link"]
    assert client.get(path.replace("/doc/", "/id/")).headers["Location"] == "/kg/doc/state/japan"


def test_behind_a_tls_proxy_on_another_host_the_data_keep_the_minted_iris(opened):
    client = opened(serve_proxies=1, serve_forwarded_prefix=True, serve_forwarded_host=True)
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Prefix": "/deep/down",
    }
    for key in ("ttl", "jsonld", "rdf", "nt", "trig"):
        text = client.get(f"/doc/state/japan.{key}", headers=forwarded).text
        assert sample.BASE + "id/state/japan" in text or "id/state/japan" in text
        assert "elsewhere.example" not in text and "localhost" not in text and "/deep/down" not in text
    page = client.get("/doc/state/japan.html", headers=forwarded)
    assert all(link.startswith("/deep/down/") for link in LOCAL.findall(page.text))
    assert "https://elsewhere.example/deep/down/sitemap.xml" in client.get("/robots.txt", headers=forwarded).text


def test_search_engines_may_read_the_query_page_and_run_no_query(opened):
    robots = RobotFileParser()
    robots.parse(opened().get("/robots.txt").text.splitlines())
    assert robots.can_fetch("*", "/sparql")
    assert not robots.can_fetch("*", "/sparql?query=ASK%20%7B%7D")
    assert not robots.can_fetch("*", "/q/c3cO9lao5qoFAA")


def test_forwarded_headers_of_strangers_are_not_believed(opened):
    text = opened().get("/robots.txt", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/x"}).text
    assert "evil.example" not in text


FORGED = {"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Host": "evil.example"}


def test_a_trusted_proxy_is_asked_for_address_and_scheme_only_unless_a_setting_says_more(opened):
    client = opened(serve_proxies=1)
    for fields in (FORGED, {**FORGED, "X-Forwarded-Prefix": "https://evil.example/x"}):
        for path in ("/id/state/japan", "/doc/state/japan.html", "/robots.txt", "/dump", "/ontology"):
            answer = client.get(path, headers=fields)
            assert "evil.example" not in f"{answer.headers}{answer.text}"
    text = client.get("/robots.txt", headers={"X-Forwarded-Proto": "javascript"}).text
    assert "Sitemap: http://" in text
    assert "Sitemap: https://" in client.get("/robots.txt", headers={"X-Forwarded-Proto": "https"}).text


@pytest.mark.parametrize("prefix", ["//evil.example", "https://evil.example/x", "/a//b", "/..", "kg", "/" + "x" * 300])
def test_a_forwarded_prefix_that_is_no_path_is_refused(opened, prefix):
    client = opened(serve_proxies=1, serve_forwarded_prefix=True)
    answer = client.get("/id/state/japan", headers={"X-Forwarded-Prefix": prefix})
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "user@evil.example", "x:y", "evil.example:123456", "-"])
def test_a_forwarded_host_that_is_none_is_refused(opened, host):
    client = opened(serve_proxies=1, serve_forwarded_host=True)
    assert client.get("/robots.txt", headers={"X-Forwarded-Host": host}).status_code == 400


def test_pages_of_two_prefixes_are_not_mixed_up(releases):
    app = create_app(releases, {"serve.proxies": 1, "serve.forwarded_prefix": True})
    client = app.test_client()
    pages = {p: client.get("/doc/state/japan.html", headers={"X-Forwarded-Prefix": p}) for p in ("/a", "/b")}
    assert pages["/a"].headers["ETag"] != pages["/b"].headers["ETag"]
    assert 'href="/b/' not in pages["/a"].text
    app.close()


def test_a_new_release_is_served_without_dropping_a_request(tmp_path):
    files = {"data/a.ttl": '<https://data.example/kg/id/a> <https://data.example/kg/ontology#v> "one" .'}
    project = make_release.project(tmp_path / "p", files, "1")
    make_release.build(project)
    app = create_app(project / "release")
    wrong, seen, stop = [], set(), threading.Event()

    def ask():
        client = app.test_client()
        while not stop.is_set():
            answer = client.get("/doc/a.nt")
            found = re.findall(r'#v> "(\w+)"', answer.text)
            if answer.status_code != 200 or len(found) != 1:
                wrong.append(answer.status)
            seen.update(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    files = {"data/a.ttl": files["data/a.ttl"].replace("one", "two")}
    make_release.build(make_release.project(project, files, "2"))
    deadline = time.monotonic() + 30
    while "two" not in seen and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert seen == {"one", "two"}
    assert app.test_client().get("/readyz").get_json()["release"].startswith("2-")
    app.close()


def test_a_release_that_cannot_be_opened_leaves_the_old_one_served(tmp_path):
    files = {"data/a.ttl": '<https://data.example/kg/id/a> <https://data.example/kg/ontology#v> "one" .'}
    project = make_release.project(tmp_path / "p", files, "1")
    make_release.build(project)
    app = create_app(project / "release")
    current = app.extensions["ckg"]
    (project / "release" / "current").write_text("2-000000000000\n")
    with pytest.raises(errors.NoRelease):
        current.refresh()
    assert app.test_client().get("/doc/a.nt").status_code == 200
    current.close()


def test_a_switch_to_a_damaged_release_is_refused_and_logged_once(tmp_path, caplog):
    files = {"data/a.ttl": '<https://data.example/kg/id/a> <https://data.example/kg/ontology#v> "one" .'}
    project = make_release.project(tmp_path / "p", files, "1")
    make_release.build(project)
    old = (project / "release" / "current").read_text()
    files = {"data/a.ttl": files["data/a.ttl"].replace("one", "two")}
    make_release.build(make_release.project(project, files, "2"))
    new = (project / "release" / "current").read_text()
    (project / "release" / "current").write_text(old)
    app = create_app(project / "release")
    current = app.extensions["ckg"]
    (project / "release" / new.split()[0] / "void.ttl").write_text("")
    (project / "release" / "current").write_text(new)
    with pytest.raises(errors.ReleaseError, match=r"void\.ttl: 0 bytes instead of"):
        current.refresh()
    deadline = time.monotonic() + 30
    while "void.ttl" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    assert '"one"' in app.test_client().get("/doc/a.nt").text
    assert caplog.text.count(" stays: ") == 1
    current.close()


ONE = {"data/a.ttl": '<https://data.example/kg/id/a> <https://data.example/kg/ontology#v> "one" .'}
TWO = {"data/a.ttl": ONE["data/a.ttl"].replace("one", "two")}


@pytest.fixture
def followed(tmp_path):
    """A project with a release, and the application on it, which looks for another one only when it is told to."""
    project = make_release.project(tmp_path / "p", ONE, "1")
    make_release.build(project)
    app = create_app(project / "release")
    current = app.extensions["ckg"]
    current._stopped.set()
    current._watcher.join()
    assert wait_until_ready(app.extensions["ckg"]._lease.serving.pool, 60)
    yield project, app.test_client(), current
    current.close()


def test_the_server_is_ready_all_through_a_switch(followed):
    project, client, current = followed
    answers, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            answer = client.get("/readyz")
            answers.append((answer.status_code, answer.get_json()["release"][:2]))

    make_release.build(make_release.project(project, TWO, "2"))
    asking = threading.Thread(target=ask)
    asking.start()
    assert current.refresh()
    while ("2-" not in {name for _, name in answers}) and asking.is_alive():
        time.sleep(0.01)
    stop.set()
    asking.join()
    assert {status for status, _ in answers} == {200}
    assert client.get("/doc/a.nt").text.count("two") == 1


def test_a_release_whose_workers_do_not_start_is_not_served(followed, monkeypatch):
    project, client, current = followed
    make_release.build(make_release.project(project, TWO, "2"))
    monkeypatch.setattr(serving_module, "_LONGEST_START_S", 0.0)
    monkeypatch.setattr(Pool, "healthy", property(lambda pool: False))
    with pytest.raises(errors.ReleaseError, match="did not start"):
        current.refresh()
    monkeypatch.undo()
    assert client.get("/readyz").get_json()["release"].startswith("1-")


def test_a_server_whose_release_was_deleted_is_not_ready_and_says_why(followed):
    project, client, _ = followed
    assert client.get("/readyz").status_code == 200
    shutil.rmtree(project / "release" / client.get("/readyz").get_json()["release"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "deleted" in answer.get_json()["status"]


def test_a_release_that_was_built_anew_under_the_same_name_is_opened_again(followed):
    project, client, current = followed
    name = client.get("/readyz").get_json()["release"]
    shutil.rmtree(project / "release" / name)
    assert make_release.build(project).id == name
    assert client.get("/readyz").status_code == 503
    assert current.refresh()
    assert client.get("/readyz").status_code == 200
    assert "one" in client.get("/doc/a.nt").text
    assert not current.refresh()


def test_the_log_says_each_switch_and_once_each_one_that_failed(tmp_path, caplog):
    project = make_release.project(tmp_path / "p", ONE, "1")
    old = make_release.build(project).id
    with caplog.at_level("INFO", "ckg.web.open_release"):
        app = create_app(project / "release")
        new = make_release.build(make_release.project(project, TWO, "2")).id
        said(caplog, f"release {new} is served now, after {old}")
        (project / "release/current").write_text("9-z\n")
        failure = f"cannot be served, {new} stays: {project}/release/current names 9-z"
        said(caplog, failure)
        time.sleep(2.5)  # it looks every second
        assert caplog.text.count(failure) == 1
        app.close()


def said(caplog, words):
    deadline = time.monotonic() + 30
    while words not in caplog.text:
        assert time.monotonic() < deadline, caplog.text
        time.sleep(0.05)


def test_a_release_that_is_served_is_not_pruned_by_builds(followed):
    project, client, _ = followed
    root = project / "release"
    for number in range(2, 5):
        make_release.project(project, {"data/a.ttl": ONE["data/a.ttl"].replace("one", str(number))}, str(number))
        (project / "ckg.toml").write_text((project / "ckg.toml").read_text() + "[build]\nkeep = 2\n")
        make_release.build(project)
    names = [path.name[:2] for path in sorted(root.iterdir()) if path.is_dir() and path.name[0].isdigit()]
    assert names == ["1-", "3-", "4-"]
    assert client.get("/doc/a.nt").status_code == 200


def test_serving_a_folder_without_a_release_says_what_to_do(tmp_path):
    with pytest.raises(errors.NoRelease, match="nothing has been built"):
        create_app(tmp_path)


def test_every_dump_is_there_with_its_type_and_its_digest(client):
    rows = {row.media_type: row for row in DUMP_FORMATS}
    for wanted in rows.values():
        answer = client.get(f"/dump/small.{wanted.key}", buffered=True)
        assert answer.headers["Content-Type"] == wanted.content_type
        assert answer.headers["Accept-Ranges"] == "bytes"
        digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
        assert client.get(f"/dump/{wanted.key}", buffered=True).headers["Location"] == f"/dump/small.{wanted.key}"


@pytest.mark.parametrize(
    ("wanted", "status", "length"),
    [
        ("bytes=0-9", 206, 10),
        ("bytes=-5", 206, 5),
        ("bytes=10-", 206, None),
        ("bytes=0-1,5-6", 200, None),
        ("bytes=x", 200, None),
        ("lines=1-2", 200, None),
        ("bytes=99999999-", 416, None),
    ],
)
def test_ranges_of_a_dump(client, wanted, status, length):
    whole = client.get("/dump/small.nt", buffered=True).data
    answer = client.get("/dump/small.nt", headers={"Range": wanted}, buffered=True)
    assert answer.status_code == status
    if status == 200:
        assert answer.data == whole
    elif status == 206:
        start, end = map(int, re.findall(r"\d+", answer.headers["Content-Range"])[:2])
        assert answer.data == whole[start : end + 1]
        assert length in (None, len(answer.data))
    else:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


def test_a_range_of_a_dump_that_has_changed_since_is_sent_whole(client):
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert client.get("/dump/small.nt", headers=headers, buffered=True).status_code == 200
    tag = client.head("/dump/small.nt").headers["ETag"]
    assert client.get("/dump/small.nt", headers=headers | {"If-Range": tag}, buffered=True).status_code == 206


@pytest.mark.parametrize("path", ["/void", "/catalog", "/report"])
@pytest.mark.parametrize("key", ["ttl", "jsonld", "nt", "rdf", "trig", "nq", "html"])
def test_the_documents_about_the_whole_come_in_every_format(client, path, key):
    answer = client.get(f"{path}.{key}")
    assert answer.status_code == 200
    asked = client.get(path, query_string={"format": key})
    assert asked.headers["Content-Type"] == answer.headers["Content-Type"]
    if key != "html":  # a page names its own address
        assert asked.data == answer.data
    if key == "ttl":
        assert list(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))


def test_a_report_too_large_to_be_converted_is_to_be_had_as_it_is(releases, monkeypatch):
    monkeypatch.setattr("ckg.web.catalogue_pages._CONVERTED_MAX_BYTES", 10)
    app = create_app(releases, {"limits.workers": 1, "limits.spares": 0})
    client = app.test_client()
    assert client.get("/report.ttl").status_code == 200
    answer = client.get("/report.jsonld")
    assert answer.status_code == 406
    assert "too large" in answer.json["detail"]
    assert sorted(row["format"] for row in answer.json["available"]) == ["HTML", "Turtle"]
    page = client.get("/report", headers={"Accept": "text/html"}).text
    assert "report.ttl" in page and "report.jsonld" not in page
    app.close()


def test_well_known_void_leads_to_the_description(client):
    answer = client.get("/.well-known/void")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/void")


def test_the_home_page_is_html_and_leads_tools_to_the_description(client):
    assert client.get("/").headers["Content-Type"].startswith("text/html")
    answer = client.get("/", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/void.ttl")
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/", "/doc/state/japan", "/id/state/japan", "/dump/", "/dump/small.nt", "/nope", "/healthz"]
)
def test_every_answer_is_protected_and_open_to_readers_elsewhere(client, path):
    answer = client.get(path, headers={"Accept": "text/html"}, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"]


def test_a_browser_may_ask_beforehand(client):
    answer = client.options("/doc/state/japan", headers={"Origin": "https://a.example"})
    assert answer.status_code == 200
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "Accept" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_here_can_be_written(client, method):
    answer = getattr(client, method)("/doc/state/japan")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_every_error_has_one_shape(client):
    for path, status in (
        ("/nope", 404),
        ("/doc/old/plain", 410),
        ("/doc/hub/one?page=x", 400),
        ("/doc/hub/one?format=x", 406),
    ):
        answer = client.get(path)
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(answer.data)
        assert {"type", "title", "status", "detail"} <= set(problem)
        assert problem["status"] == answer.status_code == status


def test_a_bug_is_answered_without_its_trace_and_is_logged(releases, caplog):
    app = create_app(releases)
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.testing = False
    for accept in ("text/html", "application/json"):
        answer = app.test_client().get("/broken", headers={"Accept": accept})
        assert answer.status_code == 500
        for word in ("Traceback", "ZeroDivision", "/work", ".py", str(releases)):
            assert word not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert "ZeroDivisionError" in caplog.text
    app.close()


def test_a_page_of_an_error_that_cannot_be_made_is_told_as_json(releases, monkeypatch, caplog):
    from ckg.web import pages

    app = create_app(releases)
    monkeypatch.setattr(pages, "problem", lambda _: 1 / 0)
    answer = app.test_client().get("/nope", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.get_json()["status"] == 404
    app.close()


@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_a_domain_error_has_a_status_and_says_what_bound_it_met(releases, kind):
    extra = {
        errors.QueryTooComplex: {"bound": "depth", "limit": 3},
        errors.QueryStopped: {"bound": "seconds", "limit": 1.5},
        errors.EndpointBusy: {"retry_after": 2.5},
        errors.BudgetExhausted: {"retry_after": 2.5},
    }.get(kind, {})

    def fail():
        raise kind("in words", **extra)

    app = create_app(releases)
    app.add_url_rule("/fails", "fails", fail)
    answer = app.test_client().get("/fails")
    assert answer.status_code == STATUS[kind]
    assert answer.get_json()["detail"] == "in words"
    if "retry_after" in extra:
        assert answer.headers["Retry-After"] == "3"
    if "bound" in extra:
        assert answer.get_json()["bound"] == extra["bound"]
    app.close()


def test_the_probes_say_that_the_server_lives_and_can_answer(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.get_json()["status"] == "ready"
    assert ready.headers["Cache-Control"] == "no-store"


def test_head_of_a_hot_answer_has_no_body(app):
    client = Client(app)
    for _ in range(2):
        assert client.get("/doc/state/japan.nt").data
        answer = client.head("/doc/state/japan.nt")
        assert answer.data == b""
        assert int(answer.headers["Content-Length"]) > 100


def test_after_an_upgrade_of_the_software_no_old_page_is_taken_for_current(client, monkeypatch):
    before = client.get("/doc/state/japan.html").headers["ETag"]
    monkeypatch.setattr(headers, "software", lambda: "another version")
    again = client.get("/doc/state/japan.html", headers={"If-None-Match": before})
    assert (again.status_code, again.headers["ETag"] == before) == (200, False)
