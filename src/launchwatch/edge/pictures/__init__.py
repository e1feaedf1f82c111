"""The report's pictures: where it flew, how high, and how knowledge grew.

Each is drawn from a chronicle alone, in one house style (`style`), as PNG and as SVG
whose text is text. matplotlib is slow to import, so nothing else in the house imports
this package at its top.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from launchwatch.edge.chronicle import Chronicle, Truth
from launchwatch.edge.outlines import Outline, nearby
from launchwatch.edge.pictures.fallsize import draw_fall_size
from launchwatch.edge.pictures.groundtrack import draw_ground_track
from launchwatch.edge.pictures.profile import draw_profile
from launchwatch.edge.pictures.style import save
from launchwatch.messages.sensor import Sensor

PICTURES = ("ground-track", "profile", "fall-area-size")
"""Names of the pictures, without their endings."""


def draw_all(
    folder: Path,
    chronicle: Chronicle,
    *,
    truth: Truth | None = None,
    sensors: Mapping[str, Sensor] | None = None,
    outlines: Sequence[Outline] = (),
    announce: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write all pictures into a folder and give their paths; none without a launch.

    Args:
        announce: is told the name of each picture before it is drawn.
    """
    launch = chronicle.main_launch()
    if launch is None:
        return ()
    sensors = sensors or {}
    near = nearby(outlines, launch.longitude_deg, launch.latitude_deg)
    drawings: tuple[Callable[[], Any], ...] = (
        lambda: draw_ground_track(chronicle, truth, sensors, near),
        lambda: draw_profile(chronicle, truth),
        lambda: draw_fall_size(chronicle, truth),
    )
    paths: list[Path] = []
    for name, draw in zip(PICTURES, drawings, strict=True):
        announce(name)
        paths += save(folder, name, draw)
    return tuple(paths)
