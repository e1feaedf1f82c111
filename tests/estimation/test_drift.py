"""Drifts alarmed soon, and sensors in order left in peace."""

import numpy as np
import pytest

from launchwatch.estimation.drift import LEAST_FACTOR, STEADY, WINDOW, Drift, noted


def followed(numbers: np.ndarray, start: Drift = STEADY) -> list[Drift]:
    states = []
    for row in numbers:
        start = noted(start, row)
        states.append(start)
    return states


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_a_sensor_in_order_is_not_alarmed(rows: int) -> None:
    states = followed(np.random.default_rng(1).standard_normal((20_000, rows)))
    assert not any(state.drifting for state in states)
    assert all(state.factor == 1.0 for state in states)


def test_a_shift_of_a_sigma_and_a_half_is_alarmed_within_the_window() -> None:
    chance = np.random.default_rng(2)
    numbers = chance.standard_normal((200, 3))
    numbers[100:, 1] += 1.5
    first = next(k for k, state in enumerate(followed(numbers)) if state.drifting)
    assert 100 < first < 100 + WINDOW


def test_errors_twice_as_large_as_stated_are_alarmed_and_weighed_down() -> None:
    states = followed(2.0 * np.random.default_rng(3).standard_normal((WINDOW, 3)))
    assert states[-1].drifting
    assert states[-1].factor >= LEAST_FACTOR
    assert "times as large as stated" in states[-1].reason


def test_an_alarm_ends_when_the_window_is_quiet_again() -> None:
    chance = np.random.default_rng(4)
    shifted = np.array([0.0, 2.0, 0.0])
    loud = followed(chance.standard_normal((WINDOW, 3)) + shifted)[-1]
    assert loud.drifting
    after = followed(chance.standard_normal((3 * WINDOW, 3)), loud)
    assert after[0].drifting
    assert not after[-1].drifting
    assert after[-1].factor == 1.0


def test_a_few_plots_alarm_nothing() -> None:
    states = followed(np.full((WINDOW // 2 - 1, 3), 5.0))
    assert not any(state.drifting for state in states)
