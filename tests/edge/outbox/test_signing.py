"""Live and drill cannot be confused: not by keys, not by documents, not by outboxes."""

import os
import shutil
import stat
import subprocess

import pytest
from lxml import etree
from msgspec.structs import replace

from launchwatch.edge.outbox.ledger import Ledger
from launchwatch.edge.outbox.signing import Signer, verified
from launchwatch.errors import DeliveryError, InputError, SettingsError, Unsendable
from launchwatch.messages.warning import Alert

from .conftest import channel

MODES = ("live", "exercise", "simulation", "replay")


@pytest.fixture
def alerts(desk, tmp_path, keys, operators):
    """An alert of each mode, unsigned."""
    return {
        mode: next(
            one
            for one in desk(mode=mode, folder=tmp_path / mode).say(severity="notice")
            if isinstance(one, Alert)
        )
        for mode in MODES
    }


def key_and_certificate(keys, purpose):
    return keys / f"{purpose}.key", keys / f"{purpose}.crt"


@pytest.mark.parametrize("mode", MODES)
def test_a_watch_cannot_start_with_the_other_purposes_key(keys, mode):
    mine, other = ("live", "drill") if mode == "live" else ("drill", "live")
    Signer(*key_and_certificate(keys, mine), mode)
    with pytest.raises(SettingsError, match=f"a key for {mine}, this one is for {other}"):
        Signer(*key_and_certificate(keys, other), mode)


@pytest.mark.parametrize("mode", ["exercise", "simulation", "replay"])
def test_a_live_key_signs_nothing_that_is_not_live(keys, alerts, mode):
    signer = Signer(*key_and_certificate(keys, "live"), "live")
    assert "Actual" in verified(signer.sign(alerts["live"]), keys / "live.crt")
    with pytest.raises(Unsendable, match=f"nothing that is {mode}"):
        signer.sign(alerts[mode])
    # Nor where only the message claims to be live,
    with pytest.raises(Unsendable, match="wanted a document"):
        signer.sign(replace(alerts[mode], mode="live", status="Actual"))
    # nor where the text's status was changed with it.
    status = f"<status>{alerts[mode].status}</status>"
    dressed = alerts[mode].xml.replace(status, "<status>Actual</status>")
    with pytest.raises(Unsendable, match="wanted a document"):
        signer.sign(replace(alerts[mode], mode="live", status="Actual", xml=dressed))


def test_a_drills_signature_is_none_to_who_expects_a_live_one(keys, alerts):
    text = Signer(*key_and_certificate(keys, "drill"), "exercise").sign(alerts["exercise"])
    with pytest.raises(InputError, match=r"must be that of live\.crt"):
        verified(text, keys / "live.crt")


def test_whatever_is_changed_in_a_signed_document_shows(keys, alerts):
    text = Signer(*key_and_certificate(keys, "live"), "live").sign(alerts["live"])
    with pytest.raises(InputError, match="signature"):
        verified(text.replace("2025", "2026").replace("Restricted", "Public"), keys / "live.crt")


def test_a_certificate_must_belong_to_its_key(keys):
    with pytest.raises(SettingsError, match="must be that of"):
        Signer(keys / "live.key", keys / "drill.crt", "live")


def test_a_key_is_for_its_owners_eyes_only(keys):
    for name in ("live.key", "Kim.pem"):
        assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", ["exercise", "simulation", "replay"])
def test_an_outbox_of_one_mode_takes_nothing_of_another(desk, tmp_path, mode):
    live = desk(channel("folder", "file", tmp_path / "out"), mode="live")
    live.outbox.ledger.close()
    with pytest.raises(DeliveryError, match="this outbox is live"):
        Ledger(tmp_path / "outbox", mode)
    live.open()
    drill = desk(mode=mode, folder=tmp_path / "drill")
    said = drill.say(severity="notice")
    live.outbox.take(said)
    assert live.outbox.ledger.entries() == ()
    assert any("cannot take" in text for _, text in live.alarms)


def test_a_signed_document_is_still_cap_to_an_outside_judge(keys, alerts, tmp_path, authorities):
    schema = authorities / "cap" / "schema" / "CAP-v1.2.xsd"
    if shutil.which("xmllint") is None:
        pytest.skip("no xmllint: install libxml2-utils")
    path = tmp_path / "signed.xml"
    signer = Signer(*key_and_certificate(keys, "live"), "live")
    path.write_text(signer.sign(alerts["live"]))
    etree.parse(path)
    done = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", schema, path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_an_outside_judge_verifies_the_signature_and_sees_what_is_altered(keys, alerts, tmp_path):
    if shutil.which("xmlsec1") is None:
        pytest.skip("no xmlsec1: install the Debian package xmlsec1")
    path = tmp_path / "signed.xml"
    signer = Signer(*key_and_certificate(keys, "live"), "live")
    path.write_text(signer.sign(alerts["live"]))

    def judged():
        return subprocess.run(
            ["xmlsec1", "--verify", "--trusted-pem", keys / "live.crt",
             "--enabled-key-data", "x509", path],
            capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip

    done = judged()
    assert done.returncode == 0, done.stderr
    path.write_text(path.read_text().replace("Restricted", "Public"))
    assert judged().returncode != 0
