from launchwatch.edge.chronicle import Chronicle
from launchwatch.timescale import seconds_between


def told(watch, count=None):
    chronicle = Chronicle()
    for messages in watch[:count]:
        chronicle.take(messages)
    return chronicle


def test_a_chronicle_keeps_every_revision_in_order(friday_watch):
    chronicle = told(friday_watch)
    launch = chronicle.main_launch()
    assert [each.revision for each in chronicle.launches[launch.launch_id]] == [1, 2, 3, 4, 5]
    revisions = [each.revision for each in chronicle.main_fall_areas()]
    assert revisions == sorted(revisions)
    assert len(revisions) == len(set(revisions))


def test_time_in_a_chronicle_never_runs_back(friday_watch):
    chronicle = Chronicle()
    last = None
    for messages in friday_watch:
        for message in reversed(messages):
            chronicle.take((message,))
            if chronicle.now is not None:
                assert last is None or chronicle.now >= last
                last = chronicle.now


def test_height_and_speed_come_with_their_sigmas(friday_watch):
    chronicle = told(friday_watch, 240)
    point = chronicle.tracks["T1"][-1]
    # The made-up flight is a parabola over 180 km; its covariance is 40 m in every direction.
    assert abs(point.height_m - 180_000.0) < 500.0
    assert abs(point.height_sigma_m - 40.0) < 1.0
    assert 0.0 < point.speed_sigma_mps < 10.0


def test_the_first_plot_is_that_of_the_launch_and_not_of_the_clutter_before(friday_watch):
    chronicle = told(friday_watch)
    launch = chronicle.main_launch()
    assert seconds_between(launch.launch_time, chronicle.first_plot()) > 20.0


def test_a_dropped_track_adds_no_point_that_nobody_measured(friday_watch):
    chronicle = told(friday_watch)
    assert chronicle.updates["T1"].status == "dropped"
    assert chronicle.tracks["T1"][-1].time < chronicle.updates["T1"].time or (
        chronicle.tracks["T1"][-1].phase != ""
    )


def test_an_empty_chronicle_knows_nothing_and_says_so():
    chronicle = Chronicle()
    assert chronicle.main_launch() is None
    assert chronicle.main_track() is None
    assert chronicle.main_fall_areas() == []
    assert chronicle.main_summary() is None
    assert chronicle.first_plot() is None
