"""Coordinates that are on no map: a latitude beyond 90 degrees, or a longitude beyond 180.

Read are WKT literals of GeoSPARQL 1.0 (section 8.5.1: without a reference system, longitude comes first; EPSG 4326 has
latitude first) and the latitude and longitude of schema.org and of the W3C's basic vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ProjectWarning

_WKT = "http://www.opengis.net/ont/geosparql#asWKT"
_LATITUDE = ("https://schema.org/latitude", "http://schema.org/latitude", "http://www.w3.org/2003/01/geo/wgs84_pos#lat")
_LONGITUDE = (
    "https://schema.org/longitude",
    "http://schema.org/longitude",
    "http://www.w3.org/2003/01/geo/wgs84_pos#long",
)
_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_PAIR = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*")
_SYSTEM = re.compile(r"\s*<([^>]*)>\s*")


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield every statement with a coordinate out of range."""
    for statement in survey.statements(_WKT):
        literal = statement.literal
        if literal is not None and (fault := _fault_of_wkt(literal.value)):
            yield ProjectWarning(f"{literal.value[:60]}: {fault[0]}", survey.place_of_value(statement), fault[1])
    for properties, name, most in ((_LATITUDE, "latitude", 90), (_LONGITUDE, "longitude", 180)):
        for statement in survey.statements(*properties):
            literal = statement.literal
            if literal is not None and re.fullmatch(_NUMBER, literal.value) and abs(float(literal.value)) > most:
                yield ProjectWarning(
                    f"{survey.short(statement.subject)} has the {name} {literal.value}, beyond {most} degrees",
                    survey.place_of_value(statement),
                    "Correct the number; perhaps latitude and longitude are exchanged.",
                )


def _fault_of_wkt(text: str) -> tuple[str, str] | None:
    """Return what is wrong with the first pair of coordinates that is out of range, and what to do.

    >>> _fault_of_wkt("POINT(35.69 139.69)")
    ('139.69 stands for the latitude, which ends at 90', 'Write the longitude first: 139.69 35.69.')
    >>> _fault_of_wkt("POINT(139.69 35.69)") is None
    True
    >>> _fault_of_wkt("<http://www.opengis.net/def/crs/EPSG/0/3857> POINT(15550408 4258147)") is None
    True
    """
    system = _SYSTEM.match(text)
    name = system[1].rstrip("/") if system else ""
    latitude_first = name.endswith("/4326")
    if name and not latitude_first and not name.endswith("/CRS84"):
        return None  # another system counts in metres
    for first, second in _PAIR.findall(text[system.end() if system else 0 :]):
        longitude, latitude = (second, first) if latitude_first else (first, second)
        for number, most, what in ((latitude, 90, "latitude"), (longitude, 180, "longitude")):
            if abs(float(number)) > most:
                swapped = abs(float(longitude)) <= 90 and abs(float(latitude)) <= 180
                hint = f"Write the {'latitude' if latitude_first else 'longitude'} first: {second} {first}."
                problem = f"{number} stands for the {what}, which ends at {most}"
                return problem, hint if swapped else "Correct the number."
    return None


CHECK = ProjectCheck("coordinates", find, (_WKT, *_LATITUDE, *_LONGITUDE))
