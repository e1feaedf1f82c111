"""Places on and above the ellipsoid, by PROJ: the simulator's own way to and from ECEF."""

import numpy as np
from pyproj import Transformer

from launchwatch.simulate.body import Array

_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
_GEODETIC = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)


def ecef_from_place(latitude_deg: float, longitude_deg: float, height_m: float) -> Array:
    """Give the ECEF position (3,) of a place, metres."""
    return np.array(_ECEF.transform(longitude_deg, latitude_deg, height_m))


def ecef_from_geodetic(latitudes_deg: Array, longitudes_deg: Array, heights_m: Array) -> Array:
    """Give the ECEF positions (n, 3) of places, metres."""
    return np.column_stack(_ECEF.transform(longitudes_deg, latitudes_deg, heights_m))


def geodetic(positions: Array) -> tuple[Array, Array, Array]:
    """Give longitudes and latitudes in degrees and heights in metres of positions (n, 3)."""
    x, y, z = positions.T
    longitude, latitude, height = _GEODETIC.transform(x, y, z)
    return longitude, latitude, height
