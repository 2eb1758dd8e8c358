"""What is asked first is rendered before it is asked."""

from __future__ import annotations

import pytest

from ckg.web import create_app
from ckg.web.front_application import FrontApplication


@pytest.fixture
def application(releases):
    app = create_app(releases, {"limits.workers": 1, "limits.spares": 0})
    yield app
    app.close()


def test_the_first_reader_of_the_first_page_is_given_what_was_rendered_before(application):
    served = application.extensions["ckg"].acquire().serving
    FrontApplication(application).warm()
    made = served.documents.held
    assert made > 10_000
    answer = application.test_client().get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert (served.documents.held, served.documents.hits) == (made, 1)


def test_no_metric_counts_what_was_rendered_before_it_was_asked(application):
    FrontApplication(application).warm()
    assert "ckg_http_requests_total{" not in application.test_client().get("/metrics").text


def test_a_view_that_fails_puts_no_switch_off(application):
    def fails(*_, **__):
        raise RuntimeError("of the project")

    application.view_functions = dict.fromkeys(application.view_functions, fails)
    FrontApplication(application).warm()
