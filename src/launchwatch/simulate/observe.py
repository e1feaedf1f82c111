"""What the sensors report: plots with errors, misses, clutter, and ends of scans.

Every sensor sweeps on its own, from its own moment. A rotating one sees a thing when its
beam passes over it, the others at any moment within the sweep. Lines are given in the
order in which they would arrive, each sensor over a link with a delay of its own.

Left out: refraction (the formats say that sensors remove it), merged plots of things
close together, interference, and errors that depend on signal-to-noise ratio.
"""

from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.simulate import clutter, truth
from launchwatch.simulate.body import Array, Body
from launchwatch.simulate.chance import stream
from launchwatch.simulate.plan import Scan
from launchwatch.simulate.scenario import Scenario
from launchwatch.simulate.sightline import line_of_sight, radar_view
from launchwatch.timescale import SECOND, Instant, utc_from_instant

WEAKEST_SNR, STRONGEST_SNR = 9.0, 45.0
"""Detection threshold and saturation of the receivers, dB."""

_GAIN = {
    "missile": 0.0,
    "launcher": 4.0,
    "booster": 3.0,
    "fragment": -2.0,
    "aircraft": 6.0,
    "satellite": 3.0,
    "meteor": -4.0,
    "fireball": -4.0,
    "flare": 0.0,
}
_FADING = {Radar: 1.5, Infrared: 3.0}  # dB, one sigma
_CLUTTER_SNR = 2.0  # mean above the threshold, dB
_SHORTEST_DELAY, _LONGEST_DELAY = 0.010, 0.110  # s, a sensor's link
_JITTER = 0.0003  # s


class _Sweep(Struct, frozen=True):
    """A sensor's sweeps: when each begins, seconds after the scenario's start."""

    sensor: Sensor
    scan: Scan
    starts: Array


class _Line(Struct, frozen=True):
    """One line before it is sent."""

    time: float
    scan: int
    content: dict[str, Any]


def lines(scenario: Scenario, seed: int, moving: list[Body] | None = None) -> list[dict[str, Any]]:
    """Give the lines of a plots file in the order in which they arrive.

    Args:
        moving: the scenario's bodies for this seed, where the caller has them already.
    """
    return [content for _, content in arrivals(scenario, seed, moving)]


def arrivals(
    scenario: Scenario, seed: int, moving: list[Body] | None = None
) -> list[tuple[Instant, dict[str, Any]]]:
    """Give the lines of a plots file, each with the time at which it arrives, in that order."""
    moving = truth.bodies(scenario, seed) if moving is None else moving
    arriving: list[tuple[int, int, int, dict[str, Any]]] = []
    for at, sensor in enumerate(scenario.sensors.values()):
        sent = _sensor_lines(scenario, sensor, moving, seed)
        link = stream(seed, sensor.id, "link")
        delay = link.uniform(_SHORTEST_DELAY, _LONGEST_DELAY)
        jitters = link.exponential(_JITTER, len(sent))
        for n, (line, jitter) in enumerate(zip(sent, jitters, strict=True)):
            measured = scenario.start + round(line.time * 1e6) * 1_000
            content = {
                "sensor": sensor.id,
                "time": utc_from_instant(Instant(measured), 6),
                "scan": line.scan,
                **line.content,
                # A watch that is live refuses what says so itself.
                "mode": "simulation",
            }
            arriving.append((measured + round((delay + jitter) * SECOND), at, n, content))
    arriving.sort(key=lambda item: item[:3])
    return [(Instant(item[0]), item[3]) for item in arriving]


def encode(line: dict[str, Any]) -> bytes:
    """Write one line as JSON, without the line's end."""
    return msgspec.json.encode(line)


def _sensor_lines(scenario: Scenario, sensor: Sensor, moving: list[Body], seed: int) -> list[_Line]:
    """Give one sensor's lines in the order of their times."""
    chance = stream(seed, sensor.id, "sweep")
    period = sensor.scan_period_s
    phase = chance.uniform(0.0, period)
    count = max(int((scenario.duration - phase) / period), 0)
    starts: Array = np.asarray(phase + period * np.arange(count), dtype=np.float64)
    sweep = _Sweep(sensor, scenario.scans[sensor.id], starts)
    bias = stream(seed, sensor.id, "bias").standard_normal(3)
    said = [_Line(float(start) + period, n, {"end_of_scan": True})
            for n, start in enumerate(sweep.starts)]  # fmt: skip
    for body in moving:
        said += _detections(sweep, body, bias, stream(seed, sensor.id, body.object))
    said += _clutter(sweep, stream(seed, sensor.id, "clutter"))
    if scenario.traffic.bursts_per_hour > 0.0:
        said += _bursts(sweep, scenario, stream(seed, sensor.id, "bursts"))
    said.sort(key=lambda line: line.time)
    return said


def _detections(sweep: _Sweep, body: Body, bias: Array, chance: np.random.Generator) -> list[_Line]:
    """Give a sensor's plots of one body over all its sweeps."""
    sensor, n = sweep.sensor, len(sweep.starts)
    # All is drawn for every sweep, seen or not, so that a draw never depends on another.
    moment, luck = chance.random(n), chance.random(n)
    errors, fading = chance.standard_normal((n, 4)), chance.standard_normal(n)
    times = _when_looked_at(sweep, body, moment)
    states = body.states(times)
    probability = 1.0 if sensor.detection_probability is None else sensor.detection_probability
    seen = truth.is_seen(sensor, body, states, times) & (luck < probability)
    at = np.flatnonzero(seen)
    states, errors = states[at], errors[at]
    strength = sweep.scan.snr_db + _GAIN[body.kind] + _FADING[type(sensor)] * fading[at]
    if isinstance(sensor, Radar):
        view = radar_view(sensor, states)
        strength -= 20.0 * np.log10(view[:, 0] / 1e6)
        contents = _radar_contents(sensor, view, errors, bias, strength)
    else:
        contents = _infrared_contents(sensor, line_of_sight(sensor, states), errors, bias, strength)
    return [
        _Line(float(times[i]), int(i), content) for i, content in zip(at, contents, strict=True)
    ]


def _when_looked_at(sweep: _Sweep, body: Body, moment: Array) -> Array:
    """Give the time (n,) within each sweep at which the sensor looks at a body."""
    period = sweep.sensor.scan_period_s
    times: Array = sweep.starts + period * moment
    if sweep.scan.rotating and isinstance(sweep.sensor, Radar):
        # The body moves while the beam turns; each round divides the miss by a thousand.
        for _ in range(3):
            azimuth = radar_view(sweep.sensor, body.states(times))[:, 1]
            exists = np.isfinite(azimuth)
            turned = sweep.starts + period * np.where(exists, azimuth, 0.0) / (2.0 * np.pi)
            times = np.where(exists, turned, times)
    return times


def _radar_contents(
    sensor: Radar, view: Array, errors: Array, bias: Array, snr: Array
) -> list[dict[str, Any]]:
    """Give a radar's plots of views (n, 4), with errors in units of their sigmas."""
    turn = np.degrees(view[:, 1:3])
    measured = np.column_stack(
        [
            view[:, 0] + sensor.range_sigma_m * errors[:, 0] + sensor.bias_sigma_m * bias[0],
            turn[:, 0] + sensor.azimuth_sigma_deg * errors[:, 1] + sensor.bias_sigma_deg * bias[1],
            turn[:, 1]
            + sensor.elevation_sigma_deg * errors[:, 2]
            + sensor.bias_sigma_deg * bias[2],
            view[:, 3] + (sensor.range_rate_sigma_mps or 0.0) * errors[:, 3],
        ]
    )
    contents = []
    for (distance, azimuth, elevation, rate), decibel in zip(
        measured.tolist(), _heard(snr), strict=True
    ):
        content = {
            "range_m": round(distance, 1),
            "azimuth_deg": round(azimuth % 360.0, 4) % 360.0,
            "elevation_deg": round(elevation, 4),
        }
        if sensor.range_rate_sigma_mps is not None:
            content["range_rate_mps"] = round(rate, 2)
        contents.append({**content, "snr_db": decibel})
    return contents


def _infrared_contents(
    sensor: Infrared, directions: Array, errors: Array, bias: Array, snr: Array
) -> list[dict[str, Any]]:
    """Give an infrared sensor's plots of unit vectors (n, 3), off by small angles."""
    # A small turn about a random axis: what it does along the line of sight is nothing.
    turns = sensor.line_of_sight_sigma_rad * errors[:, :3]
    turns = turns + np.radians(sensor.bias_sigma_deg) * bias
    measured = directions + np.cross(turns, directions)
    measured /= np.linalg.norm(measured, axis=1)[:, None]
    return [
        {"line_of_sight_ecef": [round(c, 8) for c in direction], "snr_db": decibel}
        for direction, decibel in zip(measured.tolist(), _heard(snr), strict=True)
    ]


def _clutter(sweep: _Sweep, chance: np.random.Generator) -> list[_Line]:
    """Give plots of nothing: a Poisson number a sweep, uniform in what the sensor measures."""
    sensor = sweep.sensor
    counts = chance.poisson(sensor.clutter_per_scan or 0.0, len(sweep.starts))
    if isinstance(sensor, Radar):
        return _false(sweep, counts, chance, clutter.everywhere(sensor))
    return _false(sweep, counts, chance, None)


def _bursts(sweep: _Sweep, scenario: Scenario, chance: np.random.Generator) -> list[_Line]:
    """Give the plots of a sensor's bursts of clutter, as `launchwatch.simulate.clutter` tells."""
    sensor, hours = sweep.sensor, scenario.duration / 3600.0
    said: list[_Line] = []
    for _ in range(int(chance.poisson(scenario.traffic.bursts_per_hour * hours))):
        mean = clutter.burst(sweep.starts, scenario.duration, chance)
        box = clutter.patch(sensor, chance) if isinstance(sensor, Radar) else None
        said += _false(sweep, chance.poisson(mean), chance, box)
    return said


def _false(
    sweep: _Sweep, counts: NDArray[np.int64], chance: np.random.Generator, box: Array | None
) -> list[_Line]:
    """Give so many false plots in each sweep: a radar's within a box (2, 4) of views."""
    sensor = sweep.sensor
    scans = np.repeat(np.arange(len(counts)), counts)
    n = len(scans)
    moment = chance.random(n)
    snr = WEAKEST_SNR + chance.exponential(_CLUTTER_SNR, n)
    none, nothing = np.zeros((n, 4)), np.zeros(3)
    if isinstance(sensor, Radar):
        assert box is not None  # noqa: S101 - a radar's clutter lies in a box
        view = np.column_stack([chance.uniform(box[0, k], box[1, k], n) for k in range(4)])
        if sweep.scan.rotating:
            moment = view[:, 1] / (2.0 * np.pi) % 1.0
        contents = _radar_contents(sensor, view, none, nothing, snr)
    else:
        glints = clutter.glints(sensor, chance, n)
        contents = _infrared_contents(sensor, glints, none, nothing, snr)
    times = sweep.starts[scans] + sensor.scan_period_s * moment
    return [
        _Line(float(time), int(scan), content)
        for time, scan, content in zip(times, scans, contents, strict=True)
    ]


def _heard(snr: Array) -> list[float]:
    """Limit signal-to-noise ratios (n,) to what a receiver tells, in tenths of a decibel."""
    limited = np.clip(snr, WEAKEST_SNR, STRONGEST_SNR)
    return [round(decibel, 1) for decibel in limited.tolist()]
