"""Which alerts are remembered, and for how long."""

import pytest
from msgspec.structs import replace

from launchwatch.timescale import instant_after
from launchwatch.warning.cap import alert
from launchwatch.warning.issuing import Issuer


@pytest.fixture
def warnings(make_story):
    story = make_story()
    (first,) = story.launch(18)
    return [first, replace(first, revision=2, action="update", time=instant_after(first.time, 30))]


def test_an_update_refers_to_the_alert_before(warnings):
    issuer = Issuer()
    one, other = (issuer.issue(warning) for warning in warnings)
    assert other.references == (one.identifier,)
    assert other == alert(warnings[1], previous=[one])


def test_a_warning_that_goes_on_is_never_forgotten(warnings):
    issuer = Issuer()
    one = issuer.issue(warnings[0])
    issuer.forget(instant_after(one.time, 3600.0))
    assert issuer.issue(warnings[1]).references == (one.identifier,)


def test_a_warning_that_ended_hours_ago_leaves_nothing_behind(warnings):
    issuer = Issuer()
    one = issuer.issue(warnings[0])
    issuer.forget(instant_after(one.time, 7201.0))
    assert not issuer._issued
