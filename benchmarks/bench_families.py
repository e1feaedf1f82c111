"""How often a declared class is right, and how soon: ``python benchmarks/bench_families.py``.

    python benchmarks/bench_families.py [--each 12] [--seed N]

Flights are drawn more widely than any prior of the watch: motors of 1.15 to 4.5 times the weight,
ballistic coefficients over a factor of twenty either way, every height from flat to straight up;
half of those that stay low pull up. Launches of satellites climb with laws of their own, to orbits
200 to 1,000 km high. Looks are those of `looks.py`. A class is declared at 0.9; a flight's truth is
its range class, quasi-ballistic where it pulls up, or stays below 90 km and 0.14 of its range, or a
space launch. One flight may be declared anew later; the last word counts, and beside it the first.
"""

import argparse
from collections import Counter

import numpy as np
from looks import TrueFlight, looked_at
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.geodesic import direct
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.record.reconstructing.flying import Laws, flown, path

Floats = NDArray[np.float64]

DECLARED = 0.9
RANGES = (300e3, 1_000e3, 3_000e3, 5_500e3)
CLASSES = ("close-range", "short-range", "medium-range", "intermediate-range", "intercontinental")
ALL = (*CLASSES, "quasi-ballistic", "space-launch")


def missiles(each: int, generator: np.random.Generator) -> dict[str, list[TrueFlight]]:
    """Draw so many flights of every class but space launches."""
    found: dict[str, list[TrueFlight]] = {name: [] for name in ALL if name != "space-launch"}
    for _ in range(400):
        if min(map(len, found.values())) >= each:
            break
        n = 64
        laws = Laws(
            np.radians(generator.uniform(38.0, 42.0, n)),
            np.radians(generator.uniform(124.5, 129.5, n)),
            np.radians(generator.uniform(50.0, 120.0, n)),
            np.exp(generator.uniform(np.log(11.3), np.log(44.0), n)),
            np.exp(generator.uniform(np.log(1900.0), np.log(4200.0), n)),
            generator.normal(np.log(5000.0), 1.0, n), np.full(n, -1.0),
            generator.uniform(15.0, 80.0, n), generator.uniform(8.0, 35.0, n),
        )  # fmt: skip
        burnt = generator.uniform(0.4, 0.9, n)
        log_kick = generator.uniform(np.log(0.02), np.log(0.8), n)
        once = flown(laws, burnt, log_kick)
        low = (once.apogee < 80e3) & (once.apogee > 25e3) & (generator.random(n) < 0.5)
        laws = laws._replace(below=np.where(low, generator.uniform(20e3, 42e3, n), -1.0))
        made = flown(laws, burnt, log_kick)
        burn = burnt * laws.exhaust / laws.acceleration
        sane = made.fell & (made.range > 80e3) & (made.range < 14e6) & (made.apogee > 20e3)
        for k in np.flatnonzero(sane & (burn > 30.0) & (burn < 300.0) & (made.seconds > burn + 60)):
            flat = made.apogee[k] < min(0.14 * made.range[k], 90e3) and made.range[k] > 150e3
            name = CLASSES[int(np.digitize(made.range[k], RANGES))]
            name = "quasi-ballistic" if flat or laws.below[k] > 0.0 else name
            if len(found[name]) >= each:
                continue
            one = _true(laws.at(np.array([k])), burnt[k], log_kick[k], burn[k])
            # A pull-up that the ground ends within seconds is none that anybody could name.
            if flat or laws.below[k] < 0.0 or one.phases.count("manoeuvre") >= 15:
                found[name].append(one)
    return found


def _true(laws: Laws, burnt: float, log_kick: float, burn: float) -> TrueFlight:
    rows = path(laws, float(burnt), float(log_kick), 1.0)
    times, positions = rows[:, 0], rows[:, 1:4]
    velocity = np.gradient(positions, times, axis=0)
    below, lasts = float(laws.below[0]), float(laws.lasts[0])
    sinking = np.gradient(rows[:, 6]) < 0.0
    began = times[sinking & (rows[:, 6] < below)]
    phases = []
    for time, height, sinks in zip(times, rows[:, 6], sinking, strict=True):
        if time < burn:
            phases.append("boost")
        elif len(began) and began[0] <= time < began[0] + lasts:
            phases.append("manoeuvre")
        else:
            phases.append("reentry" if sinks and height < 80e3 else "coast")
    site = (float(np.degrees(one[0])) for one in (laws.latitude, laws.longitude))
    return TrueFlight(times, np.hstack([positions, velocity]), tuple(phases), *site)


def launcher(generator: np.random.Generator) -> TrueFlight:
    """Climb to an orbit in a plane: two stages, a coast between them, height steered for."""
    target = generator.uniform(200e3, 1_000e3)
    a0, exhaust = generator.uniform(11.8, 15.5), generator.uniform(2500.0, 3100.0)
    stage = generator.uniform(110.0, 175.0)
    pause, second = generator.uniform(3.0, 15.0), generator.uniform(7.0, 12.0)
    height, along, climb, level, rows, phases = 1.0, 0.0, 0.1, 0.0, [], []
    lit, radius = 0.0, 6_371e3
    tilt = generator.uniform(0.9, 1.25)  # radians from the vertical at the first stage's end
    for second_of in range(1, 1200):
        time = float(second_of)
        r = radius + height
        down = 3.986e14 / r**2 - level**2 / r
        if time < stage:
            push = a0 / (1.0 - min(a0 * time / exhaust, 0.8))
            angle = tilt * min(max(time - 10.0, 0.0) / (stage - 10.0), 1.0) ** 0.8
        elif time < stage + pause:
            push, angle = 0.0, 0.0
        else:
            lit += 1.0
            push = second / (1.0 - min(second * lit / 3300.0, 0.85))
            wanted = 0.004 * (target - height) - 0.12 * climb + down
            angle = np.arccos(np.clip(wanted / push, -0.5, 0.9))
        climb += push * np.cos(angle) - down
        level += push * np.sin(angle)
        height, along = height + climb, along + level * radius / r
        rows.append((time, along, height, level, climb))
        phases.append("boost" if push else "coast")
        if level > np.sqrt(3.986e14 / r) - 380.0 or height < 0.0:
            break  # the Earth's own turning gives the rest
    made = np.array(rows)
    latitude, longitude = np.radians(generator.uniform(-30, 45)), np.radians(130.0)
    azimuth = np.radians(generator.uniform(40.0, 190.0))
    n = len(made)
    lat, lon, onward = direct(np.full(n, latitude), longitude, azimuth, made[:, 1])
    axes = ecef_from_enu_rotation(lat, lon)
    enu = np.stack([made[:, 3] * np.sin(onward), made[:, 3] * np.cos(onward), made[:, 4]], -1)
    states = np.hstack(
        [ecef_from_geodetic(lat, lon, made[:, 2]), np.einsum("nij,nj->ni", axes, enu)]
    )
    return TrueFlight(made[:, 0], states, tuple(phases), float(np.degrees(latitude)), 130.0)


def judged(flight: TrueFlight, generator: np.random.Generator) -> tuple[str, str, float, float]:
    """Give the first and last class declared, since when the last, and how long it flew."""
    first, last, since = "", "", np.nan
    for time, said in looked_at(flight, generator):
        classes = said.classes
        name = max(classes.__struct_fields__, key=lambda one: getattr(classes, one))
        declared = name.replace("_", "-") if getattr(classes, name) >= DECLARED else ""
        if declared:
            first = first or declared
            if declared != last:
                last, since = declared, time
    return first, last, since, float(flight.times[-1])


def main() -> None:
    """Draw, look, count, print."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--each", type=int, default=12)
    reader.add_argument("--seed", type=int, default=20261123)
    asked = reader.parse_args()
    each, generator = asked.each, np.random.default_rng(asked.seed)
    flights = missiles(each, generator)
    flights["space-launch"] = [launcher(generator) for _ in range(each)]
    table: dict[str, Counter[str]] = {}
    times: dict[str, list[float]] = {}
    right = declared = first_right = first_declared = 0
    for truth, some in flights.items():
        for flight in some:
            first, last, since, length = judged(flight, generator)
            table.setdefault(truth, Counter())[last or "none declared"] += 1
            if last:
                declared += 1
                right += last == truth
                first_declared += 1
                first_right += first == truth
            if last == truth:
                times.setdefault(truth, []).append(since / length)
    columns = (*ALL, "glide", "unknown", "none declared")
    print("| truth | " + " | ".join(columns) + " | share of the flight until then |")
    print("|" + "---|" * (len(columns) + 2))
    for truth, counted in table.items():
        cells = [str(counted[name] or "") for name in columns]
        when = f"{np.median(times[truth]):.2f}" if truth in times else ""
        print(f"| {truth} | " + " | ".join(cells) + f" | {when} |")
    total = sum(map(len, flights.values()))
    print(
        f"\n{declared} of {total} declared in the end, {right / max(declared, 1):.3f} right; "
        f"{first_right / max(first_declared, 1):.3f} of first declarations right"
    )


if __name__ == "__main__":
    main()
