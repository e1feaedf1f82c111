"""Every seed has a quiet sky of its own."""

from launchwatch.messages.sensor import Radar
from launchwatch.simulate import observe, quiet, truth


def test_every_seed_has_other_sensors_another_place_and_other_traffic():
    skies = [quiet.sky(seed) for seed in range(20)]
    places = {next(iter(sky.sensors.values())).latitude_deg for sky in skies}
    assert len(places) == 20
    assert len({sky.traffic for sky in skies}) == 20
    kinds = {tuple(sorted(sky.sensors)) for sky in skies}
    assert len(kinds) > 10


def test_the_same_seed_has_the_same_sky():
    assert quiet.sky(7) == quiet.sky(7)
    one, two = quiet.sky(7, 60.0), quiet.sky(7, 60.0)
    assert observe.lines(one, 7) == observe.lines(two, 7)


def test_a_quiet_sky_has_a_radar_and_nothing_that_takes_off():
    for seed in range(20):
        sky = quiet.sky(seed, 120.0)
        assert any(isinstance(sensor, Radar) for sensor in sky.sensors.values())
        kinds = {body.kind for body in truth.bodies(sky, seed)}
        assert kinds <= {"aircraft", "satellite", "meteor", "fireball", "flare"}
