"""Which of two ways down leads."""

import numpy as np

from launchwatch.assessment.middles import likelier_way, middle_and_spread


def test_the_way_that_more_than_half_of_the_falls_take_leads():
    pulls_up = np.arange(10) < 6
    assert (likelier_way(pulls_up) == pulls_up).all()
    assert (likelier_way(np.arange(10) < 5) == (np.arange(10) >= 5)).all()


def test_where_nothing_pulls_up_all_lead():
    assert likelier_way(np.zeros(7, dtype=bool)).all()


def test_a_long_tail_moves_neither_the_middle_nor_its_sigma():
    values = np.concatenate([np.linspace(-1.0, 1.0, 901), np.full(99, 1e6)])
    middle, sigma = middle_and_spread(values)
    # Straight ranks: the middle one of a thousand lies a tenth of the way up.
    assert abs(middle - 0.11) < 0.01
    assert abs(sigma - 0.757) < 0.01
