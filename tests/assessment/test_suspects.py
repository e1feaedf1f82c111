"""What is held of a track that may be a launch."""

from msgspec.structs import replace

from launchwatch.assessment.suspects import Suspects
from launchwatch.messages.plot import LineOfSightPlot
from launchwatch.messages.sensor import Infrared
from launchwatch.timescale import SECOND, Instant

from .making import EPOCH, state_at, update_of

EYE = Infrared(
    id="eye",
    owner="ZZZ",
    latitude_deg=0.0,
    longitude_deg=125.0,
    height_m=35_786_000.0,
    line_of_sight_sigma_rad=3e-5,
    scan_period_s=1.0,
)


def line_at(seconds):
    time = Instant(EPOCH + round(seconds * SECOND))
    return LineOfSightPlot(
        sensor="eye", time=time, received=time, mode="simulation", scan=int(seconds),
        line_of_sight_ecef=(0.57, -0.82, 0.0), source="", line=0,
    )  # fmt: skip


def test_lines_of_sight_count_though_their_clock_was_set_back():
    # The tracker says that the sensor's clock is 0.2 s fast: its plots all seem to come after
    # the track that they belong to.
    suspects = Suspects({"eye": EYE})
    state = state_at(40.2, 125.2, 15e3, 800.0, 0.0, 900.0)
    for plots in range(3, 9):
        update = update_of(state, (5e3, 400.0), {"boost": 1.0}, plots=plots, seconds=plots - 0.2)
        suspect = suspects.note(replace(update, sensors=("eye",)), line_at(plots))
    assert suspect.lines is not None
    assert suspect.lines.count == 6


def test_a_line_of_sight_far_newer_than_the_track_went_elsewhere():
    suspects = Suspects({"eye": EYE})
    state = state_at(40.2, 125.2, 15e3, 800.0, 0.0, 900.0)
    update = update_of(state, (5e3, 400.0), {"boost": 1.0}, plots=6, seconds=6.0)
    suspect = suspects.note(replace(update, sensors=("eye",)), line_at(30.0))
    assert suspect.lines is None
