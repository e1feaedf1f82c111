"""The situation report, our verdicts beside the official ones, and what our watches saw."""

import datetime as dt
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from launchwatch.edge.historyreport import write_report
from launchwatch.edge.historystore import shipped
from launchwatch.edge.historyverdicts import our_verdict
from launchwatch.edge.historywatches import launches_seen
from launchwatch.errors import InputError, SettingsError
from launchwatch.record.history import History, PastLaunch, verdicts_on

LAUNCH = {
    "launch_id": "L1", "cancelled": False, "probability": 0.99, "family": "short-range",
    "launch_time": "2025-11-07T03:35:10.5Z", "latitude_deg": 40.2, "longitude_deg": 125.2,
    "range_km": 700.123, "apogee_km": 50.0, "fall_latitude_deg": 39.2, "fall_longitude_deg": 133.1,
    "fall_latitude_deg_sigma": 0.01, "fall_longitude_deg_sigma": 0.01,
}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = write_report(tmp_path_factory.mktemp("out"), shipped(), 2022, 11)
    assert path.name == "report-2022-11.html"
    return path.read_text(encoding="utf-8")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_is_whole_and_closes_what_it_opens(page):
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert [tag for tag, _ in tags.seen].count("img") == 3
    for title in ("Launches", "What was said", "Around it", "Sources"):
        assert f"<h2>{title}</h2>" in page
    assert "the most in any month since the record begins in 1984" in page
    assert page.count("JPN-EEZ inside") == 2  # the launch of the 18th, and what was said of it


def test_the_report_fetches_and_runs_nothing(page):
    tags = Tags()
    tags.feed(page)
    sources = [attrs["src"] for _, attrs in tags.seen if "src" in attrs]
    assert all(one.startswith("data:image/png;base64,") for one in sources)
    assert {tag for tag, _ in tags.seen}.isdisjoint({"script", "iframe", "link", "object", "form"})
    assert "default-src 'none'" in page


def test_nothing_later_than_the_month_is_told(page):
    told = re.sub(r"base64,[^\"]*", "", page)
    assert "2023" not in told.replace("nagix", "")
    assert "December 2022" not in told


def test_hostile_words_stay_words(tmp_path):
    bad = "<script>alert(1)</script>"
    one = PastLaunch(launch_id=bad, country="PRK", date=dt.date(2030, 1, 2), place=bad, family=bad,
                     sources=(bad,), unverified=(bad,))  # fmt: skip
    page = write_report(tmp_path, History(launches=(one,)), 2030, 1).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_quiet_month_has_a_report_too(tmp_path):
    page = write_report(tmp_path, shipped(), 2018, 6).read_text(encoding="utf-8")
    assert "June 2018 saw no launch on record." in page
    assert "Singapore" in page


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        write_report(tmp_path / "file", History(), 2030, 1)


def test_our_verdicts_stand_beside_the_official_ones():
    """Disc against words: Japan's "inside" is the disc's larger part in six cases of seven.

    The words alone cannot reproduce the verdict: "200 km west of Oshima-Oshima" was called inside
    twice and outside once.
    """
    record = shipped()
    ours = {}
    for each in record.launches:
        words = {one.verdict for one in verdicts_on(record, each) if one.zone == "JPN-EEZ"}
        found = our_verdict(each, "JPN-EEZ")
        if found is not None and words & {"inside", "outside"}:
            ours[each.launch_id] = ("inside" in words, found.by_claims)
            assert 0.0 <= found.probability <= 1.0
    inside = [share for is_inside, share in ours.values() if is_inside]
    assert len(inside) >= 7
    assert sum(share > 0.5 for share in inside) / len(inside) >= 0.7
    same = [ours[name] for name in ("PRK-2022-11-18-1", "PRK-2023-03-16-1")]
    assert same[0][1] == same[1][1]
    assert same[0][0] != same[1][0]


def test_without_a_stated_fall_we_say_nothing():
    one = PastLaunch(launch_id="x", country="PRK", date=dt.date(2030, 1, 2))
    assert our_verdict(one, "JPN-EEZ") is None


def summary(tmp_path, mode="live", **changed):
    path = tmp_path / "summary.json"
    path.write_text(json.dumps({"mode": mode, "launches": [LAUNCH | changed]}))
    return path


def test_a_watch_becomes_a_row_in_local_time_with_its_mode(tmp_path):
    summary(tmp_path, "simulation")
    (one,) = launches_seen(tmp_path).launches
    assert (one.launch_id, one.mode) == ("simulation-PRK-2025-11-07-w1", "simulation")
    assert (one.date, one.time, one.utc_offset) == (
        dt.date(2025, 11, 7), dt.time(12, 35), "+09:00"
    )  # fmt: skip
    assert (one.country, one.range_km, one.launch_class) == ("PRK", 700.1, "short-range")
    assert one.fall_radius_km == pytest.approx(2.448 * 0.01 * 111.2, rel=0.01)


def test_nobody_spoke_of_what_only_a_simulation_saw(tmp_path):
    summary(tmp_path, "simulation")
    (one,) = launches_seen(tmp_path).launches
    assert verdicts_on(shipped(), one) == ()
    assert verdicts_on(shipped(), msgspec.structs.replace(one, mode="live"))


def test_what_was_taken_back_or_is_doubtful_is_left_out_by_name(tmp_path):
    seen = launches_seen(summary(tmp_path, cancelled=True))
    assert seen.launches == ()
    assert seen.left_out == ("L1: taken back by the watch",)
    assert launches_seen(summary(tmp_path, probability=0.2)).left_out == ("L1: probability 0.20",)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"mode": "live", "launches": [{}]}', "\x00", "no",
                '{"mode": "real", "launches": [{"launch_id": "L", "mode": 1}]}']
)  # fmt: skip
def test_what_is_no_summary_is_refused_by_name(tmp_path, content):
    path = tmp_path / "summary.json"
    path.write_text(content)
    with pytest.raises((InputError, SettingsError), match=r"summary\.json"):
        launches_seen(tmp_path)


def test_a_folder_without_a_watch_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        launches_seen(tmp_path)
