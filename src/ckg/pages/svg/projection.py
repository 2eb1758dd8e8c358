"""The Lambert azimuthal equal-area projection on a sphere (Snyder, Map Projections, 1987, section 24)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EqualArea:
    """The projection centred on a point; degrees in, radii of the sphere out, y growing to the south as in SVG.

    >>> EqualArea(60, 40).point(60, 40)
    (0.0, 0.0)
    """

    longitude: float
    latitude: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Project one point."""
        x, y = self.points(np.array([[longitude, latitude]]))[0]
        return round(float(x), 12) + 0.0, round(float(y), 12) + 0.0

    def points(self, coordinates: Coordinates) -> Coordinates:
        """Project an array of longitudes and latitudes."""
        turned = np.radians(coordinates[:, 0] - self.longitude)
        latitude = np.radians(coordinates[:, 1])
        centre = math.radians(self.latitude)
        cosine = np.sin(latitude) * math.sin(centre) + np.cos(latitude) * math.cos(centre) * np.cos(turned)
        scale = np.sqrt(2 / np.maximum(1 + cosine, 1e-9))
        x = scale * np.cos(latitude) * np.sin(turned)
        y = scale * (math.cos(centre) * np.sin(latitude) - math.sin(centre) * np.cos(latitude) * np.cos(turned))
        return np.column_stack([x, -y])
