"""The rules that an export brings, run by the real nginx, Caddy and Apache httpd: they answer as the server does."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ckg.formats import DOCUMENT_FORMATS, HTML

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ACTAU = "%D0%90%D0%BA%D1%82%D0%B0%D1%83"
DATA = [form for form in DOCUMENT_FORMATS if form != HTML]


def nginx(folder: Path, root: Path, port: int) -> list[str]:
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}"
        f"server {{\nlisten 127.0.0.1:{port};\nroot {root};\ninclude {root}/kg/hosts/nginx.conf;\n}}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "conf")]


def caddy(folder: Path, root: Path, port: int) -> list[str]:
    (folder / "conf").write_text(
        f"{{\n    admin off\n    auto_https off\n}}\nhttp://127.0.0.1:{port} {{\n    root * {root}\n"
        f"    import {root}/kg/hosts/Caddyfile\n}}\n"
    )
    return ["caddy", "run", "--config", str(folder / "conf"), "--adapter", "caddyfile"]


def apache2(folder: Path, root: Path, port: int) -> list[str]:
    modules = next(
        path for path in map(Path, ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules")) if path.is_dir()
    )
    names = ("mpm_event", "authz_core", "mime", "dir", "rewrite", "headers")
    loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in names)
    (folder / "types").write_text("")
    (folder / "conf").write_text(
        f"{loaded}ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/errors\n"
        f"TypesConfig {folder}/types\nDocumentRoot {root}\n<Directory {root}>\nRequire all granted\n"
        "AllowOverride FileInfo Indexes Options=MultiViews\nOptions FollowSymLinks\n</Directory>\n"
    )
    return ["apache2", "-f", str(folder / "conf"), "-D", "FOREGROUND"]


@pytest.fixture(scope="module", params=[nginx, caddy, apache2], ids=lambda host: host.__name__)
def host(request: pytest.FixtureRequest, exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return `127.0.0.1:PORT` of a web host with the export at `/kg/`."""
    name = request.param.__name__
    if shutil.which(name) is None:
        pytest.skip(
            f"{name} is not installed; `apt-get install {name}` and this file again (docs/static.md has the result)"
        )
    folder, root = tmp_path_factory.mktemp(name), tmp_path_factory.mktemp("root")
    (root / "kg").symlink_to(exported)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = request.param(folder, root, port)
    said = (folder / "said").open("wb")
    process = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, "HOME": str(folder)})
    try:
        _wait(port, process, folder / "said")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        said.close()


def _wait(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, said.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the host does not listen: {said.read_text()}")


def ask(host: str, path: str, accept: str | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept": accept} if accept else {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["state/japan", f"city/{ACTAU}"])
def test_a_thing_leads_to_its_document_with_303(host: str, name: str) -> None:
    status, fields, _ = ask(host, f"/kg/id/{name}", "text/turtle")
    assert status == 303
    assert urlsplit(fields["location"]).path == f"/kg/doc/{name}"


@pytest.mark.parametrize("path", ["doc/state/japan", f"doc/city/{ACTAU}", "ontology"])
def test_a_document_comes_in_the_format_that_is_asked_for(host: str, exported: Path, path: str) -> None:
    stem = path.replace(ACTAU, "Актау")
    for form in DATA:
        status, fields, body = ask(host, f"/kg/{path}", form.media_type)
        assert (status, fields["content-type"].replace(" ", "").lower()) == (200, form.content_type.replace(" ", "")), (
            path
        )
        assert body == (exported / f"{stem}.{form.key}").read_bytes()
        assert "accept" in fields["vary"].lower()
    for accept, suffix in ((BROWSER, "html"), (None, "ttl"), ("*/*", "ttl")):
        assert ask(host, f"/kg/{path}", accept)[2] == (exported / f"{stem}.{suffix}").read_bytes()


def test_a_suffix_decides_whatever_is_asked_for_and_has_its_type(host: str) -> None:
    for form in DATA:
        status, fields, _ = ask(host, f"/kg/doc/state/japan.{form.key}", BROWSER)
        assert (status, fields["content-type"].replace(" ", "").lower()) == (200, form.content_type.replace(" ", ""))
        assert fields["access-control-allow-origin"] == "*"


def test_pages_and_assets_are_shown_and_what_is_not_there_is_404(host: str, exported: Path) -> None:
    for path in ("", "index.html", "dump/", "sparql.html"):
        status, fields, body = ask(host, f"/kg/{path}", BROWSER)
        assert (status, fields["content-type"].replace(" ", "")) == (200, "text/html;charset=utf-8"), path
        assert b"<h1>" in body
    style = next((exported / "static").glob("base.*.css"))
    assert ask(host, f"/kg/static/{style.name}")[1]["content-type"].startswith("text/css")
    assert ask(host, "/kg/doc/nothing", BROWSER)[0] == 404
    assert ask(host, "/kg/id/nothing/../../../etc/passwd", BROWSER)[0] in (303, 400, 404)
