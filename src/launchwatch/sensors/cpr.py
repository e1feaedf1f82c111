"""Positions from compact position reports (CPR), in which aircraft send 17 bits of each angle.

A report says where within a zone it is, not in which zone. An even and an odd report of about
the same time, whose zones differ in size, tell it together (`from_pair`); later one report does,
with a position known to lie within half a zone (`near`). On the ground the same bits cover a
quarter of each zone, so that a reference is always needed.

Source: RTCA DO-260B, A.1.7 (the functions NL, modulo and the decoding steps).
"""

from bisect import bisect_right
from math import acos, cos, degrees, floor, pi

Place = tuple[float, float]
"""Latitude and longitude, degrees, north and east positive."""

_SCALE = 131_072.0  # 2^17
_NZ = 15

# Latitudes at which the number of longitude zones falls from nl to nl - 1, nl = 59 .. 2.
_EDGES = (
    *(
        degrees(acos(((1.0 - cos(pi / (2.0 * _NZ))) / (1.0 - cos(2.0 * pi / nl))) ** 0.5))
        for nl in range(59, 2, -1)
    ),
    87.0,
)


def zones_at(latitude: float) -> int:
    """Give the number of longitude zones at a latitude (degrees): 59 to 1, fewest at a pole."""
    return 59 - bisect_right(_EDGES, abs(latitude)) if abs(latitude) != 87.0 else 2


def from_pair(even: tuple[int, int], odd: tuple[int, int], *, is_odd_newer: bool) -> Place | None:
    """Give the position in the air of the newer of two reports; None if they cannot be paired.

    Args:
        even: its latitude and longitude bits, 0 to 131071.
        odd: those of the other one, from within 10 s.
        is_odd_newer: which of them is the newer one.
    """
    y0, y1 = even[0] / _SCALE, odd[0] / _SCALE
    j = floor(59.0 * y0 - 60.0 * y1 + 0.5)
    latitudes = [
        _signed(360.0 / 60.0 * (j % 60 + y0)),
        _signed(360.0 / 59.0 * (j % 59 + y1)),
    ]
    if not all(abs(latitude) <= 90.0 for latitude in latitudes):
        return None
    nl = zones_at(latitudes[0])
    if nl != zones_at(latitudes[1]):
        return None  # between the two a zone's edge was crossed
    latitude = latitudes[is_odd_newer]
    x0, x1 = even[1] / _SCALE, odd[1] / _SCALE
    m = floor(x0 * (nl - 1) - x1 * nl + 0.5)
    n = max(nl - is_odd_newer, 1)
    longitude = 360.0 / n * (m % n + (x1 if is_odd_newer else x0))
    return latitude, _signed(longitude, 180.0)


def near(reference: Place, bits: tuple[int, int], *, is_odd: bool, on_ground: bool) -> Place | None:
    """Give the position that one report means, nearest to a reference; None where there is none.

    It is right if the reference is: within 180 nautical miles in the air, 45 on the ground.
    """
    whole = 90.0 if on_ground else 360.0
    y, x = bits[0] / _SCALE, bits[1] / _SCALE
    zone = whole / (60 - is_odd)
    j = floor(reference[0] / zone) + floor(0.5 + (reference[0] % zone) / zone - y)
    latitude = zone * (j + y)
    if not abs(latitude) <= 90.0:
        return None
    zone = whole / max(zones_at(latitude) - is_odd, 1)
    m = floor(reference[1] / zone) + floor(0.5 + (reference[1] % zone) / zone - x)
    longitude = zone * (m + x)
    return latitude, (longitude + 180.0) % 360.0 - 180.0 if abs(longitude) > 180.0 else longitude


def _signed(angle: float, limit: float = 270.0) -> float:
    return angle - 360.0 if angle >= limit else angle
