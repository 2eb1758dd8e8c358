"""report.json is JSON like any other, and is read a page at a time."""

from __future__ import annotations

import json

import pytest

from ckg.model.report_json import ReportJson, read_head, write

HEAD = {"conforms": False, "plan": ['a "results": [ b'], "counts": {"Warning": 1}}


def rows(number):
    return [{"focusNode": {"value": f"n{n}\n],\u2028"}, "results": [n]} for n in range(number)]


@pytest.mark.parametrize("number", [0, 1, 199, 200, 201, 450])
def test_a_page_holds_the_results_that_the_whole_file_has_there(number, tmp_path):
    path = tmp_path / "report.json"
    write(path, HEAD, rows(number))
    assert json.loads(path.read_text(encoding="utf-8")) == HEAD | {"results": rows(number)}
    report = ReportJson(path)
    assert report.head == HEAD == read_head(path)
    assert report.number == number
    for start in (0, 1, 200, 201, 399, 449, 450, 1_000):
        assert report.results(start, 3) == rows(number)[start : start + 3]


def test_the_report_of_a_release_of_an_earlier_version_is_read(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(HEAD | {"results": rows(3), "skipped": []}, indent=1), encoding="utf-8")
    report = ReportJson(path)
    assert report.head == HEAD | {"skipped": []}
    assert (report.number, report.results(1, 5)) == (3, rows(3)[1:])


def test_a_release_without_a_report_has_no_results(tmp_path):
    report = ReportJson(tmp_path / "report.json")
    assert (report.head, report.number, report.results(0, 5)) == ({}, 0, [])
