"""What class of vehicle a track is, as far as its motion tells.

Generative and Bayesian: each kind of vehicle makes what is seen so likely (`kinds`), and the
posterior is prior times likelihood, looked at anew with every fall area. Ballistic flights are then
parted by how far the fall samples come down. Broad and public; a share always stays with "unknown",
evidence fades so that a late pull-up or ignition can overturn what seemed certain, and nothing
here ever holds a warning back.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import familynames, kinds
from launchwatch.assessment.evidence import SLOWEST
from launchwatch.assessment.settings import Settings
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.flight._kernels_fall import STILL_FLYING
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND

Floats = NDArray[np.float64]

_RANGE_CLASSES = (
    "close_range", "short_range", "medium_range", "intermediate_range", "intercontinental"
)  # fmt: skip

UNKNOWN = 0.02
"""The share that is never given away."""

_DEPRESSED = 0.14
"""Apogee over range below which a flight counts as flat. An unpowered flight of least energy over
hundreds of kilometres reaches a quarter of its range, a lofted one more; what is reported of
quasi-ballistic flights lies below. A judgement, not fitted to a record. A depressed flight that
rises above the air (`kinds.LOW`) is a ballistic one all the same."""
_FLAT_FROM = 150e3

ANNOUNCED = 18.0
"""How much likelier a space launch is to be announced than anything else that is launched: nine
in ten against one in twenty. Judgements: drop zones of space launches are published almost
without exception, and hardly any missile test of the states that this watch is for."""

_LIT = 0.5
"""Probability of boost from which on a motor is taken to burn."""
_PULLED = 6.0
"""Seconds of pulling up that are no filter's stumble."""
_OUT_FOR = 3.0
"""Seconds without thrust after which a first burn is over: a filter takes some to see it."""


class Memory(NamedTuple):
    """What is remembered of a track between two looks.

    Attributes:
        evidence: ln likelihood of each kind by the phases of flight so far, faded.
        time: of the last look, nanoseconds; None before the first.
        lit: when a motor was last seen burning, nanoseconds.
        burnt_out: whether the first burn is over.
        gain: speed over time since launch when the motor last burnt, m/s²; 0 where not known.
        highest: greatest height so far, metres: of a body that sinks, its apogee lies behind.
        pulled: seconds for which it was seen to pull up in the air.
    """

    evidence: tuple[float, ...] = (0.0,) * len(kinds.KINDS)
    time: int | None = None
    lit: int | None = None
    burnt_out: bool = False
    gain: float = 0.0
    highest: float = 0.0
    pulled: float = 0.0


class Families:
    """The classes of all tracks, each with its memory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memories: dict[str, Memory] = {}

    def take(
        self, update: TrackUpdate, launch: LaunchStatement, falls: Floats, announced: float = 0.0
    ) -> FamilyAssessment:
        """Give the class probabilities of a launch's track; arguments as of `family_of`."""
        before = self._memories.get(update.track_id, Memory())
        memory = remembered(before, update, launch)
        self._memories[update.track_id] = memory
        return family_of(update, launch, falls, announced, memory, self._settings)

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped."""
        self._memories.pop(track_id, None)


def remembered(memory: Memory, update: TrackUpdate, launch: LaunchStatement) -> Memory:
    """Give the memory after one more look: what was known fades, the phase now is added."""
    now = int(update.time)
    since = (now - launch.launch_time) / SECOND
    position, velocity = np.array(update.position_ecef_m), np.array(update.velocity_ecef_mps)
    burns = update.phase.boost > _LIT
    lit = now if burns or memory.lit is None else memory.lit
    burnt_out = memory.burnt_out or (now - lit) / SECOND > _OUT_FOR
    speed = float(np.linalg.norm(velocity))
    gain = memory.gain
    if burns and kinds.GAIN_FROM < since < kinds.GAIN_UNTIL and speed > kinds.GAIN_SPEED:
        gain = speed / since
    elapsed = 0.0 if memory.time is None else max((now - memory.time) / SECOND, 0.0)
    height = float(geodetic_from_ecef(position[None])[2][0])
    where = kinds.where_is(height, float(position @ velocity) < 0.0, not burnt_out, since)
    pulled = memory.pulled
    if where == "in the air" and update.phase.manoeuvre > _LIT:
        pulled += min(elapsed, 10.0)
    elif where == "in the air" and pulled > _PULLED:
        # After a pull-up all fall alike: that it falls now takes nothing back.
        elapsed = 0.0
    seen = np.log(kinds.of_phase(update.phase, where))
    # A gap between two looks is not evidence for all of its length.
    told = kinds.TEMPER * min(elapsed, 10.0) * (seen - seen.max())
    kept = np.array(memory.evidence) * np.exp(-elapsed / kinds.FADES)
    return Memory(
        tuple((kept + told).tolist()),
        now,
        lit,
        burnt_out,
        gain,
        max(memory.highest, height),
        pulled,
    )


def family_of(
    update: TrackUpdate,
    launch: LaunchStatement,
    falls: Floats,
    announced: float = 0.0,
    memory: Memory | None = None,
    settings: Settings | None = None,
) -> FamilyAssessment:
    """Give the class probabilities of a launch's track.

    Args:
        falls: (n, 6) samples as `launchwatch.assessment.fallareas.let_fall` gives them.
        announced: how probably it falls where and when rockets were announced.
        memory: of the track; a first look where None.
        settings: whose range classes hold; the default's where None.
    """
    memory = remembered(Memory(), update, launch) if memory is None else memory
    edges = np.array((settings or Settings()).range_classes_km) * 1e3
    down = falls[falls[:, 5] != STILL_FLYING]
    distance = _distance(
        np.radians(launch.latitude_deg), np.radians(launch.longitude_deg), down[:, 0], down[:, 1]
    )
    down[:, 3] = np.maximum(down[:, 3], memory.highest)
    low = down[:, 3] < kinds.LOW
    flat = low & (down[:, 3] < _DEPRESSED * distance) & (distance > _FLAT_FROM)
    shares = [float(np.sum(some)) / max(len(falls), 1) for some in (~low, low & ~flat, flat)]
    posterior = _kinds(update, memory, shares, announced)
    known = dict.fromkeys(FamilyProbabilities.__struct_fields__, 0.0)
    ballistic = posterior["ballistic"]
    # By the high flights where there are some: the flat ones are in doubt to be ballistic.
    by_range = distance[~flat] if not flat.all() else distance
    which = np.digitize(by_range, edges)
    for number, name in enumerate(_RANGE_CLASSES):
        share = float(np.mean(which == number)) if len(by_range) else 0.0
        known[name] = ballistic * share
    for name, kind in (
        ("quasi_ballistic", "quasi"), ("glide", "glide"), ("cruise", "cruise"),
        ("space_launch", "space"), ("aircraft", "aircraft"),
    ):  # fmt: skip
        known[name] = posterior[kind]
    total = sum(known.values())
    scale = min(1.0, (1.0 - UNKNOWN) / total) if total > 0.0 else 0.0
    classes = {name: value * scale for name, value in known.items()}
    classes["unknown"] = 1.0 - sum(classes[name] for name in classes if name != "unknown")
    return FamilyAssessment(
        launch_id=launch.launch_id,
        track_id=update.track_id,
        time=update.known,
        mode=update.mode,
        classes=FamilyProbabilities(**classes),
        evidence=_evidence(update, down, distance, announced, memory),
        covers_95=covering(classes),
        families=familynames.named(np.maximum(distance, 1e3), np.maximum(down[:, 3], 1e3),
                                   posterior),
    )  # fmt: skip


def covering(classes: dict[str, float], share: float = 0.95) -> tuple[str, ...]:
    """Give the fewest classes that hold a share together, most probable first, by JSON's names."""
    found: list[str] = []
    held = 0.0
    for name, value in sorted(classes.items(), key=lambda row: (-row[1], row[0])):
        if held >= share:
            break
        found.append(name.replace("_", "-"))
        held += value
    return tuple(found)


def _kinds(
    update: TrackUpdate, memory: Memory, fallen: Sequence[float], announced: float
) -> dict[str, float]:
    """Give the posterior of each kind: prior, falls, gain of speed, phases, what was announced.

    Args:
        fallen: shares of samples that come down after a high, a low and a flat flight.
    """
    unlit = None if memory.lit is None else (update.time - memory.lit) / SECOND
    space = kinds.of_space(None if not unlit or not memory.burnt_out else unlit)
    high, low, flat = fallen
    likely = kinds.of_falls(high, low, flat, 1.0 - sum(fallen), space)
    if memory.gain > 0.0:
        likely = likely * kinds.of_gain(memory.gain)
    cruise = update.phase.cruise
    if cruise > 0.0:
        # What is held up by wings does not fall as the samples do.
        slow = float(np.linalg.norm(update.velocity_ecef_mps)) < SLOWEST
        held_up = np.zeros(len(kinds.KINDS))
        held_up[kinds.KINDS.index("aircraft" if slow else "cruise")] = 1.0
        held_up[kinds.KINDS.index("aircraft" if not slow else "cruise")] = 0.03
        held_up[kinds.KINDS.index("unknown")] = 0.05
        likely = (1.0 - cruise) * likely + cruise * held_up / np.maximum(kinds.PRIOR, 1e-9) * 0.03
    log = np.log(kinds.PRIOR) + np.log(np.maximum(likely, 1e-9)) + np.array(memory.evidence)
    if announced > 0.0:
        log[kinds.KINDS.index("space")] += np.log(1.0 + (ANNOUNCED - 1.0) * announced)
    posterior = np.exp(log - log.max())
    posterior /= posterior.sum()
    return dict(zip(kinds.KINDS, posterior.tolist(), strict=True))


def _evidence(
    update: TrackUpdate,
    down: Floats,
    distance: Floats,
    announced: float,
    memory: Memory,
) -> tuple[str, ...]:
    said = []
    if len(down):
        low, high = _middle_95(distance)
        said.append(f"comes down {low:.0f} to {high:.0f} km from the launch point (95 %)")
        low, high = _middle_95(down[:, 3])
        said.append(f"apogee {low:.0f} to {high:.0f} km (95 %)")
    if memory.gain > 0.0:
        said.append(f"gained speed at {memory.gain:.0f} m/s² on average")
    if memory.burnt_out and update.phase.boost > _LIT:
        said.append("a motor burns again")
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
