"""How honest the bank of filters is: ``python design/tracking.py [--runs 20] [scenario ...]``.

Each run lets the sensors of a scenario report anew (errors, misses, clutter, biases) and
compares the track nearest to the truth with it, phase by phase: NEES/6 is 1 where the stated
covariance is right, above 1 where the track is too sure. Its median is shown beside its mean,
because a mean is ruled by the seconds after a change that no filter can foresee.
"""

import argparse
from collections import defaultdict

import msgspec
import numpy as np

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.plan import Traffic
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.tracker import Tracker

UPPER = np.triu_indices(6)


def records(scenario: Scenario, seed: int, moving: list[Body]) -> list[tuple[str, float, float]]:
    """Give (phase, NEES, position error) of each update of the track of the first body."""
    body = moving[0]
    tracker = Tracker(scenario.sensors, Settings())
    found = []
    for arrival, line in observe.arrivals(scenario, seed, moving):
        packet = Packet(
            source="simulation",
            line=1,
            format="jsonplots",
            received=arrival,
            mode="simulation",
            payload=observe.encode(line),
        )
        plot = jsonplots.decode(packet, scenario.sensors)
        if isinstance(plot, Refused):
            continue
        said = tracker.end_scan(plot) if isinstance(plot, EndOfScan) else tracker.take(plot)
        for update in said:
            at = np.array([(update.time - scenario.start) / SECOND])
            if update.status != "confirmed" or not body.start < at[0] < body.end:
                continue
            state = body.states(at)[0]
            offset = np.r_[update.position_ecef_m, update.velocity_ecef_mps] - state
            miss = float(np.linalg.norm(offset[:3]))
            if miss > 20e3:
                continue  # another body's
            P = np.zeros((6, 6))
            P[UPPER] = update.covariance_ecef
            P = P + P.T - np.diag(np.diag(P))
            since = burnout(body) - at[0]
            phase = body.phases(at)[0]
            if phase == "coast" and since > -15.0:
                phase = "after burnout"
            found.append((phase, float(offset @ np.linalg.solve(P, offset)), miss))
    return found


def burnout(body: Body) -> float:
    """Give when a body's motor stops."""
    times = np.arange(body.start, body.end, 0.1)
    return float(times[np.flatnonzero(body.is_thrusting(times))[-1]])


def study(name: str, runs: int, biased: bool) -> None:
    """Print one line for each phase of a scenario."""
    scenario = load(name)
    if not biased:
        sensors = {
            key: msgspec.structs.replace(
                one,
                **{
                    field: 0.0
                    for field in ("bias_sigma_m", "bias_sigma_deg")
                    if hasattr(one, field)
                },
            )
            for key, one in scenario.sensors.items()
        }
        scenario = msgspec.structs.replace(scenario, sensors=sensors)
    scenario = msgspec.structs.replace(scenario, traffic=Traffic())
    moving = truth.bodies(scenario, 0)
    by_phase: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for seed in range(runs):
        for phase, nees, miss in records(scenario, seed, moving):
            by_phase[phase].append((nees, miss))
    for phase, numbers in by_phase.items():
        nees, miss = np.array(numbers).T
        print(
            f"{name:12} {phase:14} {len(nees):7} NEES/6 mean {nees.mean() / 6:7.2f} "
            f"median {np.median(nees) / 5.35:5.2f}  over 99 %: {(nees > 16.8).mean():5.1%} "
            f" position rms {np.sqrt((miss**2).mean()):7.0f} m  median {np.median(miss):5.0f} m"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("scenarios", nargs="*", default=["friday", "lofted", "depressed"])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--unbiased", action="store_true")
    chosen = parser.parse_args()
    for each in chosen.scenarios:
        study(each, chosen.runs, not chosen.unbiased)
