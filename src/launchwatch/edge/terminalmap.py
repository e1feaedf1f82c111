"""A map made of characters: coast, track and fall area in the eight dots of a Braille cell.

Every character holds two by four dots; a cell takes the colour of the most important thing
in it. Equirectangular about the middle, true to shape there, which serves the thousand
kilometres of a short flight; it is a sketch for the eye, and decides nothing.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from launchwatch.edge.chronicle import Chronicle
from launchwatch.messages.fallarea import Ring

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_STYLES = ("", "bright_black", "cyan", "bright_blue", "bright_red", "bold bright_white")
_COAST, _STATION, _TRACK, _FALL, _NOW = 1, 2, 3, 4, 5


class TerminalMap:
    """Draws a chronicle over coasts; the frame is fixed, so that nothing jumps.

    Args:
        coasts: rings of (longitude, latitude) in degrees.
        stations: the ground sensors' places.
        west, south, east, north: what must be seen, degrees.
    """

    def __init__(
        self,
        coasts: Sequence[Ring],
        stations: Sequence[tuple[float, float]],
        bounds: tuple[float, float, float, float],
    ) -> None:
        self._coasts = [np.asarray(ring) for ring in coasts]
        self._stations = np.asarray(stations, dtype=float).reshape(-1, 2)
        self._bounds = bounds
        self._ground: dict[tuple[int, int], NDArray[np.uint8]] = {}

    def lines(self, chronicle: Chronicle, width: int, height: int) -> list[Text]:
        """Give height lines of width characters each."""
        if (width, height) not in self._ground:
            self._ground[width, height] = self._draw_ground(width, height)
        dots = self._ground[width, height].copy()
        track = chronicle.main_track()
        points = chronicle.tracks.get(track.track_id, []) if track is not None else []
        areas = chronicle.main_fall_areas()
        for each in areas[:1] + areas[-1:]:
            for polygon in each.region_95:
                self._stroke(dots, np.asarray(polygon[0]), _FALL)
        if len(points) > 1:
            ground = np.array([(each.longitude_deg, each.latitude_deg) for each in points])
            self._stroke(dots, ground, _TRACK)
        if areas:
            self._mark(dots, areas[-1].longitude_deg, areas[-1].latitude_deg, _FALL)
        if points:
            self._mark(dots, points[-1].longitude_deg, points[-1].latitude_deg, _NOW)
        return [_row(dots[4 * row : 4 * row + 4]) for row in range(height)]

    def _draw_ground(self, width: int, height: int) -> NDArray[np.uint8]:
        dots = np.zeros((4 * height, 2 * width), dtype=np.uint8)
        for ring in self._coasts:
            self._stroke(dots, ring, _COAST)
        for longitude, latitude in self._stations:
            self._mark(dots, float(longitude), float(latitude), _STATION)
        return dots

    def _place(
        self, dots: NDArray[np.uint8], lonlat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        west, south, east, north = self._bounds
        shrink = math.cos(math.radians((south + north) / 2.0))
        rows, columns = dots.shape
        scale = min(columns / ((east - west) * shrink), rows / (north - south))
        x = columns / 2.0 + (lonlat[:, 0] - (east + west) / 2.0) * shrink * scale
        y = rows / 2.0 - (lonlat[:, 1] - (north + south) / 2.0) * scale
        return x, y

    def _stroke(self, dots: NDArray[np.uint8], lonlat: NDArray[np.float64], value: int) -> None:
        x, y = self._place(dots, lonlat)
        rows, columns = dots.shape
        # Steps of at most a dot along each piece; pieces far outside are passed over.
        near = (x > -columns) & (x < 2 * columns) & (y > -rows) & (y < 2 * rows)
        keep = np.flatnonzero(near[:-1] & near[1:])
        if not len(keep):
            return
        dx, dy = np.diff(x)[keep], np.diff(y)[keep]
        counts = np.ceil(np.maximum(np.abs(dx), np.abs(dy))).astype(int) + 1
        piece = np.repeat(np.arange(len(keep)), counts)
        step = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
        share = step / counts[piece]
        column = np.floor(x[keep][piece] + dx[piece] * share).astype(int)
        row = np.floor(y[keep][piece] + dy[piece] * share).astype(int)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        cells = row[inside], column[inside]
        dots[cells] = np.maximum(dots[cells], value)

    def _mark(self, dots: NDArray[np.uint8], longitude: float, latitude: float, value: int) -> None:
        x, y = self._place(dots, np.array([[longitude, latitude]]))
        row, column = int(y[0]), int(x[0])
        for r, c in ((0, 0), (0, 1), (1, 0), (1, 1)):
            if 0 <= row + r < dots.shape[0] and 0 <= column + c < dots.shape[1]:
                dots[row + r, column + c] = value


def _row(dots: NDArray[np.uint8]) -> Text:
    """Turn four rows of dots into one line, neighbours of one colour together."""
    line = Text()
    letters, style = "", 0
    for column in range(0, dots.shape[1], 2):
        cell = dots[:, column : column + 2]
        here = int(cell.max())
        code = sum(_DOTS[row][side] for row in range(4) for side in range(2) if cell[row, side])
        if here != style and letters:
            line.append(letters, style=_STYLES[style])
            letters = ""
        style = here
        letters += chr(0x2800 + code) if code else " "
    line.append(letters, style=_STYLES[style])
    return line
