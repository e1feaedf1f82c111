"""Samples of what nobody sees any more."""

from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.assessment import lost
from launchwatch.assessment.fallareas import FallAreas
from launchwatch.assessment.posterior import draw
from launchwatch.assessment.settings import Settings
from launchwatch.timescale import SECOND, Instant

from .making import EPOCH, coasting_update, launch_statement
from .test_fallareas import OneSea


def lost_after(seconds, in_view=False):
    drawing = FallAreas(OneSea(), Settings())
    drawing.judge(coasting_update(), launch_statement())
    return drawing, drawing.lose("T0001", Instant(EPOCH + seconds * SECOND), in_view=in_view)


def test_samples_spread_with_the_time_unseen():
    rng = np.random.default_rng(1)
    posterior = draw(coasting_update(), 90.0, rng.standard_normal((4000, 12)))
    normals = rng.standard_normal((4000, lost.NORMALS))
    before = posterior.states[:, 3:6].std(axis=0)
    for seconds in (60.0, 600.0):
        after = lost.loosened(posterior, normals, seconds, 0.0).states[:, 3:6].std(axis=0)
        expected = np.hypot(before, np.sqrt(lost.PUSH * seconds))
        # 4,000 samples: 1.1 % one sigma.
        assert after == pytest.approx(expected, rel=0.05)


def test_the_samples_given_are_left_alone():
    rng = np.random.default_rng(1)
    posterior = draw(coasting_update(), 90.0, rng.standard_normal((50, 12)))
    before = posterior.states.copy()
    lost.loosened(posterior, rng.standard_normal((50, lost.NORMALS)), 60.0, 0.5)
    np.testing.assert_array_equal(posterior.states, before)


def test_an_area_grows_while_nobody_looks():
    drawing, first = lost_after(10)
    sizes = [first.region_area_m2]
    for seconds in range(20, 300, 40):
        (area,) = drawing.pass_time(Instant(EPOCH + seconds * SECOND))
        assert area.status == "lost"
        sizes.append(area.region_area_m2)
    assert sizes[-1] > 2.0 * sizes[0]
    assert all(b > 0.95 * a for a, b in pairwise(sizes))


def test_what_vanished_in_full_view_may_have_broken_up():
    _, out_of_view = lost_after(10)
    _, in_view = lost_after(10, in_view=True)
    assert in_view.region_area_m2 > 10.0 * out_of_view.region_area_m2


def test_it_is_said_once_that_its_time_has_passed_unobserved():
    drawing, _ = lost_after(10)
    assert drawing.pass_time(Instant(EPOCH + 12 * SECOND)) == []
    (last,) = drawing.pass_time(Instant(EPOCH + 3600 * SECOND))
    assert last.status == "unobserved"
    assert last.revision == 3
    assert drawing.pass_time(Instant(EPOCH + 3700 * SECOND)) == []


def test_a_body_that_is_found_again_is_not_lost_any_more():
    drawing, _ = lost_after(10)
    found = coasting_update(seconds=30.0)
    drawing.judge(replace(found, track_id="T0002"), launch_statement())
    assert drawing.pass_time(Instant(EPOCH + 100 * SECOND)) == []


def test_what_was_withdrawn_is_not_followed():
    drawing, _ = lost_after(10)
    drawing.withdraw("L001")
    assert drawing.pass_time(Instant(EPOCH + 100 * SECOND)) == []


def test_a_track_without_an_area_cannot_be_lost():
    drawing = FallAreas(OneSea(), Settings())
    assert drawing.lose("T0009", EPOCH, in_view=True) is None
