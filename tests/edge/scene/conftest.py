"""What the watch says of a rehearsed launch, and a composer that takes it."""

import pytest

from launchwatch import rehearsal
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About, Composer
from launchwatch.engine import Engine


@pytest.fixture(scope="session")
def said():
    """Give what the watch says of the rehearsed launch: (time, messages), in order."""
    engine = Engine(rehearsal.SENSORS)
    return [(time_of(each), engine.handle(each)) for each in rehearsal.stimuli()]


@pytest.fixture
def composer():
    return Composer(
        About(
            watch="test", title="a rehearsed launch", mode="exercise", sensors=rehearsal.SENSORS,
            protected=("JPN", "KOR"),
        )
    )  # fmt: skip
