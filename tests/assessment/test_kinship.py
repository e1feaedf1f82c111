"""Which tracks are one body: a covariance that is none says nothing."""

import numpy as np
import pytest

from launchwatch.assessment.kinship import Mark, Path, are_same, clock_offset
from launchwatch.timescale import Instant


def path(name: str, sensor: str, P: np.ndarray) -> Path:
    state = np.array([6.5e6, 0.0, 0.0, 0.0, 3000.0, 0.0, 1.0, 0.0, 0.0])
    found = Path(name, Instant(0), (sensor,))
    found.marks.append(Mark(Instant(0), state, P, lit=False))
    return found


@pytest.mark.parametrize("fill", [0.0, np.nan])
def test_a_covariance_that_was_lost_makes_no_two_tracks_kin(fill: float) -> None:
    one, other = (path(n, s, np.full((6, 6), fill)) for n, s in (("A", "r"), ("B", "s")))
    assert clock_offset(one, other) is None
    assert not are_same(one, other)


def test_tracks_of_two_sensors_on_one_path_are_so_many_seconds_apart() -> None:
    P = np.diag([100.0, 100.0, 100.0, 1.0, 1.0, 1.0]) ** 2
    one, other = path("A", "r", P), path("B", "s", P)
    assert clock_offset(one, other) == pytest.approx(0.0, abs=1e-9)
