"""What each nation knew, and when: ours and partners' side by side, in three languages."""

import json

import msgspec
from tests.nations.saying import ELLIPSE, ROSTER, after, fall, launch, track
from tests.nations.sealing import NOW

from launchwatch.edge.scene.composer import About, Composer
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.messages.partner import PartnerFall, PartnerLaunch
from launchwatch.nations.differences import Differences


def theirs_said(seconds: float, **changed: object) -> PartnerLaunch:
    given = {
        "partner": "JPN", "launch_id": "L0007", "revision": 1, "time": after(seconds),
        "received": after(seconds + 0.2), "mode": "live", "track_ids": ("T0003",),
        "launch_time": after(2.0), "launch_time_sigma_s": 3.0, "latitude_deg": 40.1,
        "longitude_deg": 125.1, "position_ellipse_95": ELLIPSE, "probability": 0.99,
        "cancelled": False, "reason": "", "source": "partner JPN", "line": 1,
    }  # fmt: skip
    return PartnerLaunch(**(given | changed))


def theirs_falls(seconds: float, longitude_deg: float, **changed: object) -> PartnerFall:
    given = {
        "partner": "JPN", "launch_id": "L0007", "track_id": "T0003", "body": "whole",
        "revision": 1, "time": after(seconds), "received": after(seconds + 0.2), "mode": "live",
        "fall_time": after(300.0), "fall_time_sigma_s": 5.0, "latitude_deg": 40.47,
        "longitude_deg": longitude_deg, "ellipse_95": ELLIPSE, "probability": 1.0,
        "status": "tracked", "last_plot": after(seconds), "source": "partner JPN", "line": 2,
    }  # fmt: skip
    return PartnerFall(**(given | changed))


def shown(*messages: object) -> dict:
    about = About(watch="w", title="t", mode="live", sensors=ROSTER, nation="KOR")
    composer = Composer(about)
    for message in messages:
        composer.take(getattr(message, "received", message.time), [message])
        composer.cut(0)
    put = json.loads(msgspec.json.encode(composer.whole(0)))["put"]
    return put.get("known", {}) | {"marks": put.get("marks", {})}


def since(ms: int | None) -> float:
    """Give seconds after the first moment."""
    return (ms - milliseconds(NOW)) / 1000


def test_a_watch_that_hears_no_partner_has_no_such_rows() -> None:
    assert [*shown(track(), launch(), fall(60.0))] == ["marks"]


def test_each_nations_first_words_stand_side_by_side_with_when_they_came() -> None:
    rows = shown(
        track(seconds=9.0), launch(10.0), theirs_said(12.0), fall(15.0), theirs_falls(31.0, 133.2),
        launch(40.0, revision=2), theirs_said(50.0, revision=2),
    )  # fmt: skip
    ours, theirs = rows["KOR/L0001"], rows["JPN/L0007"]
    assert ours["is_own"]
    assert not theirs["is_own"]
    assert theirs["launch_id"] == "L0001"
    assert [since(ours[name]) for name in ("track_ms", "launch_ms", "fall_ms")] == [9, 10, 15]
    heard = ("launch_ms", "launch_heard_ms", "fall_ms", "fall_heard_ms")
    assert [since(theirs[name]) for name in heard] == [12, 12.2, 31, 31.2]
    assert ours["launch_heard_ms"] is None
    # 8.2° of longitude at 40° north are 698 km.
    assert 685 < theirs["range_km"] < 705
    assert not theirs["differs"]


def test_a_difference_says_how_and_why_in_three_languages_and_makes_a_mark() -> None:
    differences = Differences(ROSTER)
    words = [
        launch(), theirs_said(1.0), theirs_falls(60.0, 130.3, status="coasting", lost="horizon"),
    ]  # fmt: skip
    said = []
    for word in (*words, fall(140.0)):
        take = differences.judge if word.time == after(140.0) or word is words[0] else (
            differences.hear)  # fmt: skip
        said += take(word)
    rows = shown(*words, fall(140.0), *said)
    row = rows["JPN/L0007"]
    assert row["differs"]
    assert row["lost"] == "horizon"
    assert 230 < row["difference_km"] < 260
    text = row["difference"]
    assert text["en"].startswith("JPN expects the fall 444 km from the launch, we 700 km")
    assert "behind the horizon of all radars there" in text["en"]
    assert "444 km" in text["ko"]
    assert "수평선" in text["ko"]
    assert "444 km" in text["ja"]
    assert "水平線" in text["ja"]
    assert "difference" in {mark["kind"] for mark in rows["marks"].values()}
    (settled,) = differences.hear(theirs_falls(150.0, 133.2))
    row = shown(*words, fall(140.0), *said, settled)["JPN/L0007"]
    assert not row["differs"]
    assert row["difference"]["en"] == "Agrees with us again."


def test_a_launch_that_only_a_partner_sees_has_a_row_without_one_of_ours() -> None:
    row = shown(theirs_said(12.0))["JPN/L0007"]
    assert row["launch_id"] is None
    assert row["headline"]["en"] == "Launch at 01:02:05Z (99 %)"
