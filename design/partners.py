"""Is a track honest that words went into? ``python design/partners.py [RUNS [coast|boost]]``.

Two watches, each with a radar of its own, follow one body and tell each other their
tracks once a second: the same tracker on both sides, nothing made up. Told is the average
squared error in units of the covariance (ANEES, divided by 6; a right one lies within its
99 % band, below it is too cautious, above too sure) and the error of place, RMS.
"""

import sys

import numpy as np
from scipy.stats import chi2

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import BOOST, COAST, propagate
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import RadarPlot
from launchwatch.messages.sensor import Partner, Radar
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.tracker import Tracker

NOON = instant_from_utc("2025-11-07T03:00:00Z")
LOOKS = (10, 20, 30, 45, 59)
UPPER6 = np.triu_indices(6)


def radar(name, owner, latitude, longitude):
    return Radar(
        id=name, owner=owner, latitude_deg=latitude, longitude_deg=longitude, height_m=500.0,
        range_sigma_m=30.0, azimuth_sigma_deg=0.07, elevation_sigma_deg=0.07,
        range_rate_sigma_mps=1.0, scan_period_s=1.0, minimum_elevation_deg=0.0,
        maximum_range_m=2e6, detection_probability=0.95, clutter_per_scan=2.0,
    )  # fmt: skip


OURS = radar("kr-north", "KOR", 37.9, 128.2)
THEIRS = radar("jp-north", "JPN", 40.4, 140.2)
SITES = {one.id: Site(one) for one in (OURS, THEIRS)}


def flight(kind):
    """Give the states (6,) at each tenth of a second of a minute."""
    place = np.radians([40.0, 127.0])
    enu = np.array([1500.0, -300.0, 900.0] if kind == COAST else [500.0, -100.0, 700.0])
    x = np.concatenate(
        [
            ecef_from_geodetic(*place, 100e3 if kind == COAST else 20e3),
            ecef_from_enu_rotation(*place) @ enu,
            [np.log(5000.0), 0.0, 0.0] if kind == COAST else [np.log(25.0), np.log(0.012), 0.0],
        ]
    )
    return [propagate(kind, x[None], 0.1 * k)[0, :6] for k in range(600)]


def plot(site, x, seconds, chance):
    noise = chance.standard_normal(4)
    east, north, up = site.rotation @ (x[:3] - site.position)
    distance = float(np.linalg.norm([east, north, up]))
    sensor = site.sensor
    azimuth = np.degrees(np.arctan2(east, north)) + sensor.azimuth_sigma_deg * noise[1]
    elevation = np.degrees(np.arcsin(up / distance)) + sensor.elevation_sigma_deg * noise[2]
    rate = float((x[:3] - site.position) @ x[3:] / distance) + noise[3]
    time = instant_after(NOON, seconds)
    return RadarPlot(
        sensor=sensor.id, time=time, received=time, mode="simulation", scan=int(seconds),
        range_m=distance + 30.0 * noise[0], azimuth_deg=float(azimuth % 360.0),
        elevation_deg=float(elevation), range_rate_mps=rate, source="", line=1,
    )  # fmt: skip


def told(update, name, sensors=()):
    """Give a track of one watch as the other hears it."""
    return PartnerTrack(
        sensor=name, partner_track=update.track_id, time=update.time,
        received=Instant(update.known + SECOND // 10), mode=update.mode,
        position_ecef_m=update.position_ecef_m, velocity_ecef_mps=update.velocity_ecef_mps,
        covariance_ecef=update.covariance_ecef, status=update.status, sensors=sensors,
        phase=update.phase, source="", line=1,
    )  # fmt: skip


class Node:
    """One nation's watch, and the newest of its track."""

    def __init__(self, *listed):
        self.tracker = Tracker({one.id: one for one in listed}, Settings())
        self.newest = None

    def take(self, line):
        hear = self.tracker.hear if isinstance(line, PartnerTrack) else self.tracker.take
        for update in hear(line):
            if update.status != "dropped":
                self.newest = update


def run(case, kind, chance):
    """Give errors (6,) and covariances (6, 6) of ours alone, theirs alone, fused, at `LOOKS`."""
    truth = flight(kind)
    shared = case == "all plots shared"
    alone = Node(OURS, THEIRS) if shared else Node(OURS)
    theirs = Node(OURS, THEIRS) if shared else Node(THEIRS)
    other = Partner(id="jp", owner="JPN", update_period_s=1.0)
    us = Partner(id="kr", owner="KOR", update_period_s=1.0)
    fused = Node(OURS, THEIRS, other) if shared else Node(OURS, other)
    back = Node(THEIRS, us)
    both = Node(OURS, THEIRS)
    found = []
    for second in range(60):
        lines = []
        for site, after in ((SITES["kr-north"], 3), (SITES["jp-north"], 6)):
            lines.append(plot(site, truth[10 * second + after], second + 0.1 * after, chance))
        kr, jp = lines
        for line in lines:
            both.take(line)
        for node in (alone, fused, theirs):
            for line in lines:
                if shared or line is (jp if node is theirs else kr):
                    node.take(line)
        back.take(jp)
        speaker = back if case == "told back and forth" else theirs
        if speaker.newest is not None:
            fused.take(told(speaker.newest, "jp"))
        if case == "told back and forth" and fused.newest is not None:
            back.take(told(fused.newest, "kr"))
        if second in LOOKS:
            found.append([scored(node, truth) for node in (alone, theirs, fused, both)])
    return found


def scored(node, truth):
    update = node.newest
    if update is None:
        return np.full(6, np.nan), np.eye(6)
    at = round((update.time - NOON) / SECOND * 10)
    P = np.empty((6, 6))
    P[UPPER6] = update.covariance_ecef
    P.T[UPPER6] = update.covariance_ecef
    return np.array([*update.position_ecef_m, *update.velocity_ecef_mps]) - truth[at], P


def main(runs, only):
    low, high = chi2.ppf([0.005, 0.995], 6 * runs) / (6 * runs)
    print(f"{runs} runs each; the 99 % band of a right one is {low:.2f}..{high:.2f}\n")
    print(
        f"{'':22}{'':8}"
        + "".join(
            f"{name:>20}" for name in ("ours alone", "theirs alone", "fused", "all in one filter")
        )
    )
    for kind, what in ((COAST, "coast"), (BOOST, "boost")):
        if only not in (None, what):
            continue
        for number, case in enumerate(("own radars", "all plots shared", "told back and forth")):
            chance = np.random.default_rng([kind, number])
            all_runs = [run(case, kind, chance) for _ in range(runs)]
            for look, second in enumerate(LOOKS):
                cells = []
                for who in range(4):
                    pairs = [one[look][who] for one in all_runs]
                    pairs = [pair for pair in pairs if np.isfinite(pair[0]).all()]
                    nees = np.mean([e @ np.linalg.solve(P, e) for e, P in pairs]) / 6
                    rms = np.sqrt(np.mean([e[:3] @ e[:3] for e, _ in pairs]))
                    cells.append(f"{nees:8.2f} {rms:7.0f} m  ")
                print(f"{case:22}{what} {second:>2} s" + " ".join(cells), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2] if len(sys.argv) > 2 else None)
