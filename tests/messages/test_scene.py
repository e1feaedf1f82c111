"""The scene is described as it is, and travels as JSON unharmed."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from launchwatch.messages import scene
from launchwatch.messages.assessment import FamilyProbabilities
from launchwatch.messages.track import PhaseProbabilities

TYPES = Path(__file__).resolve().parents[2] / "web/src/scene/format.ts"
PAGE = Path(__file__).resolve().parents[2] / "docs/scene.md"


def structs(kind, found=None):
    """Give a struct and all that stand in its fields."""
    found = {} if found is None else found
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind not in found:
            found[kind] = None
            for hint in get_type_hints(kind).values():
                structs(hint, found)
    else:
        for part in get_args(kind):
            structs(part, found)
    return [*found]


@pytest.mark.parametrize("kind", structs(scene.Frame), ids=lambda kind: kind.__name__)
def test_every_field_of_the_scene_is_described(kind):
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"[`\"](\w+)[`\"]", text)) | set(
        re.findall(r"^### (\w+)", text, re.MULTILINE)
    )
    assert set(kind.__struct_fields__) <= named


def test_trails_of_families_hold_every_family_and_those_of_tracks_every_phase():
    kebab = [name.replace("_", "-") for name in FamilyProbabilities.__struct_fields__]
    assert [*scene.TRAIL_COLUMNS["families"][1:]] == kebab
    phases = PhaseProbabilities.__struct_fields__
    assert [*scene.TRAIL_COLUMNS["tracks"][-5:], "unknown"] == [*phases]


def test_a_frame_leaves_out_what_it_does_not_change_and_comes_back_the_same():
    frame = scene.Frame(
        watch="w",
        sequence=7,
        clock=scene.Clock(time_ms=1, heard_ms=None, arrived_ms=None, made_ms=2),
        gone={"tracks": ("T1",)},
        trails={"falls": {"T2/whole": scene.Trail(keep=3, points=((1.0, None),))}},
    )
    text = msgspec.json.encode(frame)
    assert {*msgspec.json.decode(text)} == {"watch", "sequence", "clock", "gone", "trails"}
    assert msgspec.json.decode(text, type=scene.Frame) == frame


def declared():
    """Give the fields of each interface that the page declares."""
    text = TYPES.read_text(encoding="utf-8")
    found = re.findall(r"^export interface (\w+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    return {name: re.findall(r"^  (\w+)\??:", body, re.MULTILINE) for name, body in found}


@pytest.mark.parametrize("kind", structs(scene.Frame), ids=lambda kind: kind.__name__)
def test_the_page_declares_the_scene_as_it_is(kind):
    given = declared()
    if kind.__name__ in given:
        assert sorted(given[kind.__name__]) == sorted(kind.__struct_fields__)


def test_the_page_declares_most_of_the_scene():
    names = {kind.__name__ for kind in structs(scene.Frame)}
    assert len(names & {*declared()}) > 25
