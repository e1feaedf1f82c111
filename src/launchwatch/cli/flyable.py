"""Find how the simulator climbs to what was reconstructed: its air and drag differ a little."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from launchwatch.messages.reconstructed import Course

_ROUNDS, _CLOSE_KM = 8, 0.3


def flyable(course: "Course") -> "Course":
    """Let the simulator find how a course climbs: its air and drag differ a little from ours.

    Newton's rule in burning time and tilt from where the family has them, in a few flights: a
    search from nowhere takes hundreds.
    """
    import math

    import numpy as np
    from msgspec.structs import replace

    from launchwatch.flight.ascent import Ascent
    from launchwatch.simulate.flights import fly, reach_of
    from launchwatch.simulate.plan import Launch, Manoeuvre

    pulls: tuple[Manoeuvre, ...] = ()
    if course.pull_for_s > 0.0:
        pulls = (Manoeuvre(below_m=course.pull_below_m, for_s=course.pull_for_s,
                           up_mps2=course.pull_up_mps2),)  # fmt: skip
    launch = Launch(
        object="m1", time="2000-01-01T00:00:00Z", latitude_deg=course.latitude_deg,
        longitude_deg=course.longitude_deg, azimuth_deg=course.azimuth_deg,
        ballistic_coefficient_kgpm2=course.ballistic_coefficient_kgpm2, manoeuvres=pulls,
    )  # fmt: skip
    full = course.exhaust_speed_mps / course.initial_acceleration_mps2

    def misses(x: Any) -> Any:
        ascent = Ascent(
            initial_acceleration=course.initial_acceleration_mps2,
            exhaust_speed=course.exhaust_speed_mps, vertical_time=course.vertical_s,
            kick_time=course.kick_s, burn_time=min(math.exp(x[0]), 0.96 * full),
            kick=min(math.exp(x[1]), 1.5),
        )  # fmt: skip
        reach = reach_of(launch, fly(launch, ascent, 1e-7)[0])
        return np.log([max(reach.range, 1e3) / (course.range_km * 1e3),
                       max(reach.apogee, 1e3) / (course.apogee_km * 1e3)])  # fmt: skip

    x = np.log([course.burn_s, math.radians(course.kick_deg)])
    best, least = x, np.inf
    for _ in range(_ROUNDS):
        here = misses(x)
        off = float(np.abs(here * (course.range_km, course.apogee_km)).max())
        if off < least:
            best, least = x, off
        if off < _CLOSE_KM:
            break
        slopes = np.stack([(misses(x + nudge) - here) / 1e-3 for nudge in 1e-3 * np.eye(2)], -1)
        if abs(np.linalg.det(slopes)) < 1e-9:
            break
        x = x - np.clip(np.linalg.solve(slopes, here), -0.2, 0.2)
    return replace(
        course,
        burn_s=round(min(math.exp(best[0]), 0.96 * full), 4),
        kick_deg=round(math.degrees(math.exp(best[1])), 4),
    )
