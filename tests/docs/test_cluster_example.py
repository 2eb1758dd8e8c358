"""The files of examples/cluster are what their own programs take; `try_it.py` there starts the whole of it, by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.sparql_servers import free_port

FOLDER = Path(__file__).parents[2] / "examples" / "cluster"


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed; to get it: apt-get install nginx-light")
    text = re.sub(r"(ckg|fuseki)-\d:", "127.0.0.1:", (FOLDER / "nginx.conf").read_text())
    text = re.sub(r"listen \d+", lambda _: f"listen 127.0.0.1:{free_port()}", text)
    own = f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
    (tmp_path / "nginx.conf").write_text(own + text.replace("http {", "http { access_log off;", 1))
    command = ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run(command, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_compose_takes_its_file() -> None:
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed; to get it: apt-get install docker-compose")
    command = ["docker-compose", "-f", str(FOLDER / "compose.yaml"), "config", "-q"]
    checked = subprocess.run(command, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
