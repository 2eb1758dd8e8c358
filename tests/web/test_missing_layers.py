"""A platform that lacks layers of the sandbox (simulated): the server says so, and answers all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ckg.backends import EMBEDDED
from ckg.cli import serve
from ckg.web import create_app
from ckg.web.front_application import FrontApplication

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any


class Lacking:
    """The embedded engine on a platform without some layers."""

    name = EMBEDDED.name
    lookup = staticmethod(EMBEDDED.lookup)

    def __init__(self, *missing: str) -> None:
        self._missing = missing

    def evaluator(self, data, limits, observer):
        return EMBEDDED.evaluator(replace(data, missing_layers=self._missing), limits, observer)


@pytest.mark.parametrize("missing", [("landlock",), ("seccomp",), ("landlock", "seccomp")], ids="-".join)
def test_layers_that_a_machine_lacks_are_told_on_standard_error_and_by_readyz(releases, missing, capsys):
    app = create_app(releases, {"limits.workers": 1, "limits.spares": 0}, backend=Lacking(*missing))
    served = FrontApplication(app)
    try:
        found = served.sandbox(60.0)
        assert found is not None
        holding, lacking = found
        assert set(missing) <= set(lacking)
        assert "memory" in holding
        serve._tell_sandbox(found)
        told = capsys.readouterr()
        assert f"Missing on this machine: {', '.join(lacking)}" in told.err
        assert not set(missing) & set(told.out.replace(",", " ").replace(".", " ").split())
        ready, state = served.ready()
        assert ready
        assert {layer for layer, holds in state["sandbox"].items() if not holds} == set(lacking)
        assert app.test_client().get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D").status_code == 200
    finally:
        app.close()
