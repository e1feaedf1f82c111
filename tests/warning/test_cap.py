"""CAP documents: judged by the schemas of OASIS and WMO, and by what a receiver needs."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from launchwatch.messages.fallarea import ZoneProbability
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import instant_after, instant_from_utc
from launchwatch.warning.cap import LANGUAGES, NAMESPACE, alert, time_text
from launchwatch.warning.settings import Settings

MODES = ("live", "exercise", "simulation", "replay")
CAP = {"cap": NAMESPACE}
SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def parse(document):
    return etree.fromstring(document.xml.encode(), SAFE)


def texts(document, path):
    return [element.text for element in parse(document).findall(path, CAP)]


@pytest.fixture(scope="module")
def schemas(authorities):
    return [
        etree.XMLSchema(etree.parse(authorities / "cap" / "schema" / name, SAFE))
        for name in ("CAP-v1.2.xsd", "CAP-v1.2-wmo.xsd")
    ]


def chain(warnings, **options):
    """Write the alerts of warnings one after another, each knowing those before."""
    issued = []
    for warning in warnings:
        issued.append(alert(warning, previous=issued, **options))
    return issued


@pytest.fixture
def stories(make_story):
    """Everything said in a few launches, in every mode."""
    told = []
    for mode in MODES:
        flight = make_story(mode=mode)
        flight.launch(18)
        flight.fly(30, 100, zones={"JPN-land": 0.2, "high-seas": 0.8})
        flight.track(101, status="dropped", last_plot=100)
        flight.ticks(102, 560)
        false = make_story(mode=mode)
        false.launch(18)
        false.fly(30, 40, zones={"KOR-land": 0.2})
        false.launch(41, cancelled=True, reason="clutter <b>&amp;")
        told += [flight.said, false.said]
    return told


def test_every_document_of_a_story_is_valid_in_every_mode(schemas, stories):
    kinds = []
    for said in stories:
        for document in chain(said):
            for schema in schemas:
                schema.assertValid(parse(document))
            kinds.extend(texts(document, "cap:msgType"))
    assert set(kinds) == {"Alert", "Update", "Cancel"}


def test_every_document_speaks_all_three_languages(some_warning):
    document = alert(some_warning)
    assert texts(document, "cap:info/cap:language") == list(LANGUAGES.values())
    headlines = texts(document, "cap:info/cap:headline")
    assert len(set(headlines)) == 3
    assert texts(alert(some_warning, ("ja",)), "cap:info/cap:language") == ["ja-JP"]


@pytest.mark.parametrize("mode", MODES)
def test_only_a_live_warning_is_actual(some_warning, mode):
    document = alert(msgspec.structs.replace(some_warning, mode=mode))
    wanted = {"live": "Actual", "exercise": "Exercise"}.get(mode, "Test")
    assert document.status == wanted
    assert texts(document, "cap:status") == [wanted]
    assert bool(texts(document, "cap:note")) == (mode != "live")
    for description in texts(document, "cap:info/cap:description"):
        assert ("실제" in description or "현재" in description or "not a" in description
                or "ありません" in description) == (mode != "live")  # fmt: skip
    assert document.identifier.startswith(mode + ".")


def test_references_chain_to_every_earlier_document_of_the_same_warning(stories):
    for said in stories:
        issued = chain(said)
        for position, (warning, document) in enumerate(zip(said, issued, strict=True)):
            earlier = [a for a in issued[:position] if a.warning_id == warning.warning_id]
            assert document.references == tuple(a.identifier for a in earlier)
            assert len(earlier) == warning.revision - 1
            wanted = [f"launchwatch.invalid,{a.identifier},{time_text(a.time)}" for a in earlier]
            assert texts(document, "cap:references") == ([" ".join(wanted)] if earlier else [])
        assert len({a.identifier for a in issued}) == len(issued)


def test_a_cancel_is_a_cancel_of_all_that_went_out(stories):
    issued = chain(stories[1])
    for last in (a for a in issued if texts(a, "cap:msgType") == ["Cancel"]):
        sent = [a.identifier for a in issued if a.warning_id == last.warning_id and a is not last]
        assert last.references == tuple(sent)
        assert set(texts(last, "cap:info/cap:responseType")) == {"AllClear"}


def test_an_update_without_a_known_predecessor_is_sent_as_an_alert(some_warning):
    document = alert(msgspec.structs.replace(some_warning, action="update", revision=7))
    assert texts(document, "cap:msgType") == ["Alert"]


def test_polygons_are_latitude_first_and_closed(some_warning):
    for polygon in texts(alert(some_warning), "cap:info/cap:area/cap:polygon"):
        points = [tuple(map(float, pair.split(","))) for pair in polygon.split(" ")]
        assert points[0] == points[-1]
        assert len(points) >= 4
        assert all(38 < latitude < 42 and 131 < longitude < 136 for latitude, longitude in points)


def test_a_notice_is_restricted_and_a_public_warning_says_shelter(some_warning):
    notice = alert(some_warning)
    public = alert(msgspec.structs.replace(some_warning, severity="public"))
    assert texts(notice, "cap:scope") == ["Restricted"]
    assert texts(public, "cap:scope") == ["Public"]
    assert set(texts(notice, "cap:info/cap:responseType")) == {"Avoid"}
    assert set(texts(public, "cap:info/cap:responseType")) == {"Shelter"}


def test_urgency_severity_and_certainty_follow_time_and_probability(some_warning):
    def levels(land, lead):
        warning = msgspec.structs.replace(
            some_warning,
            severity="public",
            fall_time=instant_after(some_warning.time, lead),
            zones=(ZoneProbability(zone="JPN-land", kind="land", probability=land),),
        )
        document = alert(warning, ("en",))
        return [
            texts(document, f"cap:info/cap:{n}")[0] for n in ("urgency", "severity", "certainty")
        ]

    assert levels(0.02, 300) == ["Immediate", "Severe", "Possible"]
    assert levels(0.3, 300) == ["Immediate", "Extreme", "Possible"]
    assert levels(0.8, 1200) == ["Expected", "Extreme", "Likely"]


def test_text_from_outside_cannot_break_the_document(some_warning, schemas):
    evil = "]]><x>&evil;\x00\ud800\u202e"
    warning = msgspec.structs.replace(
        some_warning, warning_id=evil, launch_id=evil, reasons=(evil, f"launch-withdrawn {evil}")
    )
    document = alert(warning)
    for schema in schemas:
        schema.assertValid(parse(document))
    assert not parse(document).findall(".//cap:x", CAP)


def test_the_same_warning_gives_the_same_bytes(some_warning):
    assert alert(some_warning) == alert(some_warning)


def test_a_leap_second_is_written_as_the_second_before():
    assert time_text(instant_from_utc("2016-12-31T23:59:60Z")) == "2016-12-31T23:59:59-00:00"


INSTANTS = st.integers(
    min_value=instant_from_utc("1990-01-01T00:00:00Z"),
    max_value=instant_from_utc("2090-01-01T00:00:00Z"),
)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
POINTS = st.tuples(st.floats(-400, 400) | NUMBERS, st.floats(-100, 100) | NUMBERS)
POLYGONS = st.lists(st.lists(POINTS, max_size=8).map(tuple), max_size=3).map(tuple)
ZONES = st.builds(
    ZoneProbability,
    zone=st.sampled_from(["JPN-land", "KOR-EEZ", "high-seas"]) | st.text(max_size=20),
    kind=st.sampled_from(["land", "eez", "other"]),
    probability=st.floats(0, 1) | NUMBERS,
)
WARNINGS = st.builds(
    Warning,
    warning_id=st.text(max_size=20),
    revision=st.integers(1, 99),
    time=INSTANTS,
    mode=st.sampled_from(MODES),
    launch_id=st.text(max_size=20),
    action=st.sampled_from(["alert", "update", "cancel", "all-clear"]),
    severity=st.sampled_from(["notice", "public"]),
    region=st.lists(POLYGONS, max_size=4).map(tuple),
    fall_time=st.none() | INSTANTS,
    fall_time_sigma_s=st.none() | st.floats(0, 1e4),
    zones=st.lists(ZONES, max_size=5).map(tuple),
    reasons=st.lists(
        st.text(max_size=40)
        | st.sampled_from(["protected JPN 0.1 0.01", "track-lost", "fall-time-moved x", "renewed"]),
        max_size=4,
    ).map(tuple),
    next_update=st.none() | INSTANTS,
)


@given(warning=WARNINGS)
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_warning_gives_a_valid_document(schemas, warning):
    document = alert(warning)
    for schema in schemas:
        schema.assertValid(parse(document))
    assert (document.status == "Actual") == (warning.mode == "live")
    for polygon in texts(document, "cap:info/cap:area/cap:polygon"):
        points = polygon.split(" ")
        assert points[0] == points[-1]
        assert len(points) <= Settings().polygon_vertices + 1
