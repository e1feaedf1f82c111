"""Which launch, which fall and which body come first, and where a launch began."""

from launchwatch.edge.scene.shapes import lonlat
from launchwatch.edge.scene.stage import Stage
from launchwatch.edge.scene.story import Story
from launchwatch.messages.fallarea import LonLat
from launchwatch.messages.sceneflights import TrackRow

_RANK = {"tracked": 3, "coasting": 2, "lost": 1, "unobserved": 0}


def start_of(story: Story, launch_id: str | None) -> LonLat | None:
    """Give the launch point as last said; None without a launch."""
    said = story.launches.get(launch_id) if launch_id is not None else None
    return None if said is None else lonlat(said.longitude_deg, said.latitude_deg)


def body_of(story: Story, track_id: str) -> str:
    """Name the body that a track is, by its surest fall area; empty where none says."""
    launch_id = story.launch_of.get(track_id)
    if launch_id is None:
        return ""
    falls = (story.falls[name] for name in story.falls_of[launch_id])
    own = [fall for fall in falls if fall.track_id == track_id]
    return max(own, key=lambda fall: fall.probability).body if own else ""


def main_fall(story: Story, launch_id: str) -> str | None:
    """Name the fall that comes first in a launch's panel: surely there, and best measured."""
    named = ((story.falls[name], name) for name in story.falls_of[launch_id])
    best = max(
        named,
        key=lambda each: (each[0].probability, _RANK[each[0].status], each[0].epoch, each[1]),
        default=None,
    )
    return None if best is None else best[1]


def main_launch(story: Story, stage: Stage) -> str | None:
    """Name the launch to look at first: the first one that stands and whose fall lies ahead."""
    standing = [name for name, said in story.launches.items() if not said.cancelled]
    for name in standing:
        main = main_fall(story, name)
        row = stage["falls"].rows.get(main) if main is not None else None
        if row is None or not row.has_fallen:
            return name
    return next(reversed(standing or [*story.launches]), None)


def main_track(story: Story, stage: Stage) -> TrackRow | None:
    """Give the best-fed track of the main launch; before a launch, of all confirmed ones."""
    main = main_launch(story, stage)
    rows: dict[str, TrackRow] = stage["tracks"].rows
    if main is None:
        listed = [row for row in rows.values() if row.status == "confirmed"]
    else:
        listed = [rows[name] for name in story.launches[main].track_ids if name in rows]
    return max(listed, key=lambda row: (row.status != "dropped", row.plots), default=None)
