"""`report.json`: what a validation found, one result a line, so that a page of results is read without the others.

The first line begins the object with all that is said of the whole and ends with `"results": [`; each further line but
the last is one result. To a program that parses JSON it is a file like any other.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

_LAST_KEY: Final = b'"results": ['
_STRIDE: Final = 200  # results between two places that are remembered


def write(path: Path, head: Mapping[str, Any], results: Iterable[Mapping[str, Any]]) -> None:
    """Write a report: `head` is what is said of the whole, at least one key and none of them `results`."""
    begin = json.dumps(head, ensure_ascii=False)[:-1]
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{begin}, {_LAST_KEY.decode()}\n")
        comma = ""
        for result in results:
            file.write(f"{comma}{json.dumps(result, ensure_ascii=False)}")
            comma = ",\n"
        file.write("\n]}\n" if comma else "]}\n")


def read_head(path: Path) -> Mapping[str, Any]:
    """Return what a report says of the whole: its keys without `results`; empty where there is no such file."""
    return ReportJson(path).head


class ReportJson:
    """A report that is read as far as it is asked for; one of an earlier version is read whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole: list[Mapping[str, Any]] | None = None
        self._starts: array[int] | None = None
        self._number = 0
        self.head: Mapping[str, Any] = self._read_head()

    @property
    def number(self) -> int:
        """How many results there are."""
        if self._whole is None and self._starts is None:
            self._find_starts()
        return self._number if self._whole is None else len(self._whole)

    def results(self, start: int, number: int) -> list[Mapping[str, Any]]:
        """Return some of the results, from the one at `start` (0 is the first) on."""
        if self._whole is not None:
            return self._whole[start : start + number]
        if start >= self.number or self._starts is None:
            return []
        with self._path.open("rb") as file:
            file.seek(self._starts[start // _STRIDE])
            skipped = start % _STRIDE
            lines = islice(file, skipped, skipped + min(number, self._number - start))
            return [json.loads(line.rstrip(b",\n")) for line in lines]

    def _read_head(self) -> Mapping[str, Any]:
        try:
            with self._path.open("rb") as file:
                first = file.readline().rstrip(b"\n")
                if first.endswith(_LAST_KEY):
                    found = json.loads(first + b"]}")
                else:
                    file.seek(0)
                    found = json.load(file)
                    self._whole = found.get("results", []) if isinstance(found, dict) else []
        except FileNotFoundError:
            self._whole = []
            return {}
        return {name: value for name, value in found.items() if name != "results"} if isinstance(found, dict) else {}

    def _find_starts(self) -> None:
        """Remember where each of the results that is a multiple of the stride begins."""
        starts = array("Q")
        with self._path.open("rb") as file:
            at, number = len(file.readline()), 0
            for line in file:
                if line.startswith(b"]"):
                    break
                if number % _STRIDE == 0:
                    starts.append(at)
                at += len(line)
                number += 1
        self._number, self._starts = number, starts
