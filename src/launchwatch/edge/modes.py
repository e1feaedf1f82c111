"""How each mode looks and reads, in the terminal and in pictures alike.

A drill that could be taken for the real thing has raised false alarms before, so the
mode stands on every view and sheet in words, and in a colour used for nothing else.
"""

from msgspec import Struct

from launchwatch.messages.packet import Mode


class ModeLook(Struct, frozen=True, kw_only=True):
    """One mode's word, what it means in a line, and its colour (white reads on it)."""

    word: str
    meaning: str
    colour: str


MODES: dict[Mode, ModeLook] = {
    "live": ModeLook(word="LIVE", meaning="real sensors, now", colour="#8A1C1C"),
    "exercise": ModeLook(
        word="EXERCISE", meaning="a drill: nothing was launched", colour="#7A5200"
    ),
    "simulation": ModeLook(
        word="SIMULATION", meaning="simulated flight and sensors: nothing was launched",
        colour="#5B3A94",
    ),
    "replay": ModeLook(word="REPLAY", meaning="a past watch, not now", colour="#3A5670"),
}  # fmt: skip
