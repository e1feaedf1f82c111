"""Write the scene of a built-in launch, frame by frame, as the map's page would get it.

    python scripts/write_scene_sample.py [SCENARIO] [FOLDER]

SCENARIO is friday, FOLDER web/sample unless given: FOLDER/SCENARIO.jsonl.gz, one frame a line,
segments of a minute that each begin with a full frame.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from launchwatch.cli.demo import _reports, _stimuli
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About, Composer
from launchwatch.edge.scene.record import Record
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.trafficfile import together
from launchwatch.edge.web.saving import keep
from launchwatch.engine import Engine, ready
from launchwatch.settings import Settings
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND


def main(name: str = "friday", folder: str = "web/sample") -> None:
    """Run a scenario through the watch and record its scene."""
    scenario, settings = load(name), Settings()
    bodies = truth.bodies(scenario, 1)
    stimuli = [*_stimuli(observe.arrivals(scenario, 1, bodies), scenario.name)]
    ready()
    engine = Engine(scenario.sensors, settings)
    composer = Composer(
        About(
            watch=f"sample-{name}",
            title=scenario.title,
            mode="simulation",
            sensors=scenario.sensors,
            claims=settings.assessment.claims,
            other_claims=settings.assessment.other_claims,
            protected=settings.warning.protected,
            speed=1.0,
        )
    )
    path = Path(folder) / f"{name}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as segments:
        record = Record(Path(segments))
        due = 0
        for stimulus in together(stimuli, _reports(scenario, 1)):
            time = time_of(stimulus)
            if due and time >= due:
                keep(composer, record)
            due = (time // SECOND + 1) * SECOND
            composer.take(time, engine.handle(stimulus), milliseconds(time))
        composer.end()
        keep(composer, record)
        record.close()
        path.write_bytes(b"".join(record.content(each.number) for each in record.index()))
    print(f"{path}: {path.stat().st_size:,} bytes, {composer.sequence} frames")


if __name__ == "__main__":
    main(*sys.argv[1:])
