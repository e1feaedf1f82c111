"""Which alerts leave by themselves, which wait for people, and what each refers to."""

from hashlib import sha256

import pytest
from msgspec.structs import replace

from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.packet import Decision
from launchwatch.timescale import instant_after
from launchwatch.warning.cap import alert
from launchwatch.warning.issuing import Issuer
from launchwatch.warning.settings import Operator, Settings

OPERATORS = tuple(
    Operator(name=name, key=digit * 64) for name, digit in (("Kim", "a"), ("Ito", "b"))
)
GUARDED = Settings(operators=OPERATORS)


@pytest.fixture
def warnings(make_story):
    story = make_story()
    (first,) = story.launch(18)
    return [first, replace(first, revision=2, action="update", time=instant_after(first.time, 30))]


@pytest.fixture
def public(warnings):
    """Three revisions of a public warning, and what ends it."""

    def revision(number, action, *reasons):
        return replace(
            warnings[0], warning_id="L1-public", severity="public", revision=number, action=action,
            time=instant_after(warnings[0].time, 10.0 * number), reasons=reasons or ("renewed",),
        )  # fmt: skip

    return revision


def approval(draft, operator, **changes):
    values = {
        "time": instant_after(draft.time, 5.0), "mode": draft.mode, "operator": operator,
        "action": "approve", "warning_id": draft.warning_id, "revision": draft.revision,
        "document": draft.document, "digest": draft.digest, "key": operator[0] * 64,
    }  # fmt: skip
    return Decision(**(values | changes))


def kinds(said):
    return [type(one).__name__ for one in said]


def released(issuer, public):
    """Issue a public warning and have two people approve it."""
    draft = issuer.issue(public(1, "alert"))[1]
    issuer.approve(approval(draft, "Kim"))
    return issuer.approve(approval(draft, "Ito"))


def test_a_notice_leaves_by_itself_whoever_is_listed(warnings):
    document, release = Issuer(GUARDED).issue(warnings[0])
    assert isinstance(release, Release)
    assert (release.document, release.approvals) == (document.identifier, ())


def test_an_update_refers_to_the_alert_before(warnings):
    issuer = Issuer()
    one, other = (issuer.issue(warning) for warning in warnings)
    assert other[0].references == other[1].corrects == (one[0].identifier,)
    assert other[0] == alert(warnings[1], previous=[one[0]])


def test_a_public_warning_waits_for_two_different_people(public):
    issuer = Issuer(GUARDED)
    document, draft = issuer.issue(public(1, "alert"))
    assert isinstance(draft, Draft)
    assert draft.digest == sha256(document.xml.encode()).hexdigest()
    (once,) = issuer.approve(approval(draft, "Kim"))
    assert (once.status, [one.operator for one in once.approvals]) == ("waiting", ["Kim"])
    assert "another person" in issuer.approve(approval(draft, "Kim"))
    told, release = issuer.approve(approval(draft, "Ito"))
    assert told.status == "released"
    assert [one.operator for one in release.approvals] == ["Kim", "Ito"]


def test_a_live_watch_without_operators_releases_no_public_warning(public):
    _, draft = Issuer().issue(replace(public(1, "alert"), mode="live"))
    assert (draft.status, draft.needs) == ("waiting", 2)


def test_a_simulation_without_operators_reaches_nobody_and_waits_for_nobody(public):
    assert kinds(Issuer().issue(public(1, "alert"))) == ["Alert", "Release"]


def test_what_leaves_is_the_newest_revision_and_refers_to_none_that_stayed(public):
    issuer = Issuer(GUARDED)
    _, shown = issuer.issue(public(1, "alert"))
    newest, _ = issuer.issue(public(2, "update"))
    issuer.approve(approval(shown, "Kim"))
    _, release = issuer.approve(approval(shown, "Ito"))
    assert release.document == newest.identifier
    assert newest.references == release.corrects == ()
    assert "<msgType>Alert</msgType>" in newest.xml


def test_later_revisions_of_an_approved_warning_leave_by_themselves(public):
    issuer = Issuer(GUARDED)
    released(issuer, public)
    document, release = issuer.issue(public(2, "update"))
    assert isinstance(release, Release)
    assert len(release.corrects) == 1
    assert "<msgType>Update</msgType>" in document.xml


def test_a_document_that_was_not_shown_cannot_be_approved(public):
    issuer = Issuer(GUARDED)
    _, draft = issuer.issue(public(1, "alert"))
    assert "shown" in issuer.approve(approval(draft, "Kim", digest="0" * 64))
    assert "shown" in issuer.approve(approval(draft, "Kim", document="another"))
    assert "waits" in issuer.approve(approval(draft, "Kim", warning_id="L2-public"))


def test_an_all_clear_waits_for_one_person(public):
    issuer = Issuer(GUARDED)
    released(issuer, public)
    _, draft = issuer.issue(public(2, "all-clear", "hazard-over"))
    assert (draft.needs, draft.approvals) == (1, ())
    _, release = issuer.approve(approval(draft, "Ito"))
    assert release.action == "all-clear"


def test_an_operators_cancel_leaves_at_once_even_while_an_all_clear_waits(public):
    issuer = Issuer(GUARDED)
    released(issuer, public)
    issuer.issue(public(2, "all-clear", "hazard-over"))
    _, release = issuer.issue(public(3, "cancel", "cancelled-by-operator wrong"))
    assert (release.action, len(release.corrects)) == ("cancel", 1)


def test_consent_to_a_warning_is_none_to_its_end(public):
    issuer = Issuer(GUARDED)
    _, draft = issuer.issue(public(1, "alert"))
    issuer.approve(approval(draft, "Kim"))
    said = issuer.issue(public(2, "all-clear", "hazard-over"))
    assert said[1].status == "withdrawn"
    assert "waits" in issuer.approve(approval(draft, "Ito"))


def test_a_warning_that_goes_on_is_never_forgotten(warnings):
    issuer = Issuer()
    one = issuer.issue(warnings[0])[0]
    issuer.forget(instant_after(one.time, 3600.0))
    assert issuer.issue(warnings[1])[0].references == (one.identifier,)


def test_a_warning_that_ended_hours_ago_leaves_nothing_behind(warnings):
    issuer = Issuer()
    one = issuer.issue(warnings[0])[0]
    issuer.forget(instant_after(one.time, 7201.0))
    assert issuer.issue(warnings[1])[0].references == ()
