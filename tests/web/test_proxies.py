"""The configurations of docs/deployment.md, run by the real nginx and the real Caddy."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import make_release
import pytest

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

TEXT = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text(encoding="utf-8")
FORGED = ["-H", "X-Forwarded-Prefix: //evil.example", "-H", "X-Forwarded-Host: evil.example"]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def nginx(folder: Path, upstream: str, port: int) -> list[str]:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1",
         "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (
        block("nginx")
        .replace("/var/cache/nginx/ckg", f"{folder}/cache")
        .replace("127.0.0.1:8000", upstream)
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("/etc/ssl/data.example.org.pem", f"{folder}/cert")
        .replace("/etc/ssl/data.example.org.key", f"{folder}/key")
    )
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\nhttp {{\naccess_log off;\n"
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "conf").write_text(f"{user}{main}{paths}{text}}}\n")
    return ["nginx", "-p", str(folder), "-c", str(folder / "conf")]


def caddy(folder: Path, upstream: str, port: int) -> list[str]:
    text = block("caddyfile").replace("127.0.0.1:8000", upstream)
    text = text.replace("data.example.org {", f"https://127.0.0.1:{port} {{\n    tls internal", 1)
    (folder / "conf").write_text(
        "{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n" + text
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "conf")]


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(request, serve, releases, tmp_path_factory) -> Iterator[tuple[str, str, Path]]:
    """The name of a proxy, its address, and the log of requests of the server behind it."""
    make = request.param
    if shutil.which(make.__name__) is None or shutil.which("openssl") is None:
        pytest.skip(f"{make.__name__} or openssl is not installed")
    folder = tmp_path_factory.mktemp(make.__name__)
    (folder / "ckg.toml").write_text(make_release.CONFIG.format(version="1.0") + '[serve]\nproxies = 1\nlog = "json"\n')
    address = serve(folder, releases, log=folder / "log")
    port = free_port()
    command = make(folder, address.removeprefix("http://"), port)
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (
        (folder / "proxy").open("w") as said,
        subprocess.Popen(command, stdout=said, stderr=said, env=environment) as run,
    ):
        until = time.monotonic() + 30
        while ask(f"https://127.0.0.1:{port}", "/healthz")[0] != 200:
            assert run.poll() is None, (folder / "proxy").read_text()
            assert time.monotonic() < until, (folder / "proxy").read_text()
            time.sleep(0.1)
        yield make.__name__, f"https://127.0.0.1:{port}", folder / "log"
        run.terminate()
        run.wait(20)


def ask(address: str, path: str, *options: str) -> tuple[int, str]:
    """Return status, and head and body as one text."""
    done = subprocess.run(
        ["curl", "-ksi", "--noproxy", "*", "--max-time", "30", *options, address + path],
        capture_output=True,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    found = re.match(r"HTTP/\S+ (\d+)", text)
    return (int(found[1]) if found else 0), text


def test_pages_and_data_are_told_apart_by_accept_behind_the_proxy(proxied):
    _, address, _ = proxied
    for _ in range(2):
        assert "<!doctype html>" in ask(address, "/doc/state/japan", "-H", "Accept: text/html")[1].lower()
        assert "@prefix" in ask(address, "/doc/state/japan", "-H", "Accept: text/turtle")[1].lower()


def test_links_are_https_and_what_a_stranger_forwards_leads_nowhere(proxied):
    _, address, _ = proxied
    for path in ("/robots.txt", "/id/state/japan", "/doc/state/japan.html", "/dump"):
        status, text = ask(address, path, *FORGED)
        assert status in (200, 303, 308)
        assert "evil.example" not in text
    assert "Sitemap: https://" in ask(address, "/robots.txt")[1]


def test_the_server_sees_the_address_of_the_client_whatever_the_client_says(proxied):
    _, address, log = proxied
    ask(address, "/doc/state/japan.nt", "-H", "X-Forwarded-For: 198.51.100.7")
    time.sleep(0.5)
    assert '"path": "/doc/state/japan.nt"' in log.read_text()
    assert "198.51.100.7" not in log.read_text()


def test_ranges_of_dumps_and_queries_by_post_pass(proxied):
    _, address, _ = proxied
    status, text = ask(address, "/dump/small.nt", "-r", "0-9")
    assert status == 206
    assert len(text.partition("\r\n\r\n")[2]) == 10
    asked = ("-H", "Content-Type: application/sparql-query", "--data-binary", "ASK {}")
    assert "true" in ask(address, "/sparql", *asked)[1]


def test_nginx_gives_an_answer_again_from_its_cache(proxied):
    name, address, _ = proxied
    if name != "nginx":
        pytest.skip("Caddy has no cache of its own")
    ask(address, "/doc/state/japan.jsonld")
    assert "x-cache-status: HIT" in ask(address, "/doc/state/japan.jsonld")[1]
