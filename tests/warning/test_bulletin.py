"""The words of a warning about a space launch."""

import pytest
from msgspec.structs import replace

from launchwatch.warning.bulletin import bulletin

MISSILE = {"en": "missile", "ko": "미사일", "ja": "ミサイル"}


@pytest.mark.parametrize("language", MISSILE)
@pytest.mark.parametrize("severity", ["notice", "public"])
@pytest.mark.parametrize("action", ["alert", "update"])
def test_no_text_on_a_space_launch_calls_it_a_missile(some_warning, severity, action, language):
    reasons = ("launch-probable 0.990", "family space-launch 0.960")
    warning = replace(some_warning, severity=severity, action=action, reasons=reasons)
    told = bulletin(warning, language)
    whole = " ".join([told.event, told.headline, told.description, told.instruction, told.area])
    assert MISSILE[language] not in whole.lower()


@pytest.mark.parametrize("language", MISSILE)
def test_what_is_not_held_to_be_a_space_launch_is_called_what_it_may_be(some_warning, language):
    reasons = ("launch-probable 0.990", "family medium-range 0.900")
    told = bulletin(replace(some_warning, action="alert", reasons=reasons), language)
    assert MISSILE[language] in told.event.lower()
