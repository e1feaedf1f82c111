"""What class of vehicle a track is, as far as its motion tells.

The range classes follow from the samples of where it will fall, the others from how it
moves. Broad and public; a share always stays with "unknown", and nothing here ever holds a
warning back.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.evidence import SLOWEST
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.flight._kernels_fall import STILL_FLYING
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate

Floats = NDArray[np.float64]

# Upper ends in metres, as open sources divide ballistic missiles: close-range to 300 km,
# short to 1,000, medium to 3,000, intermediate to 5,500, intercontinental beyond. The usual
# division; the document that states it was not at hand to be checked.
_RANGE_CLASSES = (
    ("close_range", 300e3),
    ("short_range", 1_000e3),
    ("medium_range", 3_000e3),
    ("intermediate_range", 5_500e3),
    ("intercontinental", np.inf),
)

UNKNOWN = 0.02
"""The share that is never given away."""

_DEPRESSED = 0.14
"""Apogee over range below which a flight counts as quasi-ballistic. An unpowered flight of
least energy over hundreds of kilometres reaches a quarter of its range, a lofted one more;
what is reported of quasi-ballistic flights lies below. A judgement, not fitted to a record."""


ANNOUNCED = 18.0
"""How much likelier a space launch is to be announced than anything else that is launched: nine
in ten against one in twenty. Judgements: drop zones of space launches are published almost
without exception, and hardly any missile test of the states that this watch is for."""


def family_of(
    update: TrackUpdate, launch: LaunchStatement, falls: Floats, announced: float = 0.0
) -> FamilyAssessment:
    """Give the class probabilities of a launch's track.

    Args:
        falls: (n, 6) samples as `launchwatch.assessment.fallareas.let_fall` gives them.
        announced: how probably it falls where and when rockets were announced.
    """
    down = falls[falls[:, 5] != STILL_FLYING]
    distance = _distance(
        np.radians(launch.latitude_deg), np.radians(launch.longitude_deg), down[:, 0], down[:, 1]
    )
    flown = 1.0 - update.phase.cruise
    share = flown / len(falls)
    depressed = (down[:, 3] < _DEPRESSED * distance) & (distance > 150e3)
    known = dict.fromkeys(FamilyProbabilities.__struct_fields__, 0.0)
    lower = 0.0
    for name, upper in _RANGE_CLASSES:
        within = (distance >= lower) & (distance < upper)
        known[name] = share * float(np.sum(within & ~depressed))
        lower = upper
    known["quasi_ballistic"] = share * float(np.sum(depressed))
    known["space_launch"] = share * float(np.sum(falls[:, 5] == STILL_FLYING))
    if announced > 0.0:
        # Half a sample more: that none of a thousand reached orbit does not rule it out, until
        # the motor has stopped short of it.
        seen = known["space_launch"] + 0.5 * share * update.phase.boost
        known["space_launch"] = seen * (1.0 + (ANNOUNCED - 1.0) * announced)
    slow = float(np.linalg.norm(update.velocity_ecef_mps)) < SLOWEST
    known["aircraft" if slow else "cruise"] = update.phase.cruise
    _move_to_manoeuvring(known, update.phase)
    known["unknown"] = 0.0
    total = sum(known.values())
    scale = (1.0 - UNKNOWN) / total if total > 0.0 else 0.0
    classes = {name: value * scale for name, value in known.items()}
    classes["unknown"] = 1.0 - sum(classes.values())
    return FamilyAssessment(
        launch_id=launch.launch_id,
        track_id=update.track_id,
        time=update.known,
        mode=update.mode,
        classes=FamilyProbabilities(**classes),
        evidence=_evidence(update, down, distance, announced),
    )


def _move_to_manoeuvring(known: dict[str, float], phase: PhaseProbabilities) -> None:
    """Shift what is manoeuvring now from ballistic classes to those that do so."""
    for name, _ in _RANGE_CLASSES:
        moved = known[name] * phase.manoeuvre
        known[name] -= moved
        # Pull-ups of short flights are commoner than gliders: three to one, and no more said.
        known["quasi_ballistic"] += 0.75 * moved
        known["glide"] += 0.25 * moved


def _evidence(
    update: TrackUpdate, down: Floats, distance: Floats, announced: float
) -> tuple[str, ...]:
    said = []
    if len(down):
        low, high = _middle_95(distance)
        said.append(f"comes down {low:.0f} to {high:.0f} km from the launch point (95 %)")
        low, high = _middle_95(down[:, 3])
        said.append(f"apogee {low:.0f} to {high:.0f} km (95 %)")
    if announced > 0.0:
        said.append(f"falls where rockets were announced, {announced:.2f}")
    phase = max(update.phase.__struct_fields__, key=lambda name: getattr(update.phase, name))
    said.append(f"now most probably in {phase}, {getattr(update.phase, phase):.2f}")
    return tuple(said)


def _middle_95(metres: Floats) -> tuple[float, float]:
    """Give the range in kilometres that holds the middle 95 % of values."""
    ranked = np.sort(metres) / 1e3
    last = len(ranked) - 1
    return float(ranked[round(0.025 * last)]), float(ranked[round(0.975 * last)])


def _distance(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    """Give great-circle distances on the mean sphere: within 0.5 %, classes are far coarser."""
    half = (
        np.sin((latitudes - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(latitudes) * np.sin((longitudes - longitude) / 2) ** 2
    )
    return np.asarray(2.0 * EARTH_MEAN_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
