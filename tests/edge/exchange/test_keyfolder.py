"""Keys on disk: made, trusted, rotated, revoked."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from launchwatch.cli import main
from launchwatch.edge.nations.card import card_of, fingerprint, read_card, trust
from launchwatch.edge.nations.certificates import make_link
from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.edge.nations.rotation import revoked, rotated
from launchwatch.errors import SettingsError
from launchwatch.nations.envelope import WrongKey
from launchwatch.timescale import SECOND, Instant, instant_from_utc

NOW = instant_from_utc("2025-11-07T01:00:00Z")
HOUR = 3600 * SECOND


def node(folder: Path, nation: str) -> KeyFolder:
    keys = KeyFolder.make(folder / nation, nation, NOW)
    make_link(folder / nation, nation, ("localhost", "127.0.0.1"), NOW)
    return keys


def test_a_node_has_a_key_of_each_realm_and_they_differ(tmp_path: Path) -> None:
    kor = node(tmp_path, "KOR")
    live, drill = kor.signer("live", NOW).key, kor.signer("drill", NOW).key
    assert (live.realm, drill.realm) == ("live", "drill")
    assert live.public != drill.public


def test_nobody_else_on_the_machine_can_read_the_secrets(tmp_path: Path) -> None:
    node(tmp_path, "KOR")
    secret = [*(tmp_path / "KOR" / "secret").iterdir(), *(tmp_path / "KOR" / "link").glob("*.key")]
    secret.append(tmp_path / "KOR" / "link" / "user.nkey")
    assert len(secret) == 5
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secret)


def test_a_broker_s_certificate_is_signed_by_its_nation_s_authority(tmp_path: Path) -> None:
    node(tmp_path, "KOR")
    link = tmp_path / "KOR" / "link"
    authority = x509.load_pem_x509_certificate((link / "authority.crt").read_bytes())
    broker = x509.load_pem_x509_certificate((link / "broker.crt").read_bytes())
    broker.verify_directly_issued_by(authority)
    names = broker.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]


def test_a_card_makes_a_partner_trusted_and_holds_no_secret(tmp_path: Path) -> None:
    kor, jpn = node(tmp_path, "KOR"), node(tmp_path, "JPN")
    card = card_of(jpn, NOW)
    text = str(card)
    for path in (tmp_path / "JPN" / "secret").iterdir():
        assert path.read_text().strip() not in text
    trust(kor, card)
    assert kor.ring().find(jpn.signer("live", NOW).key.kid) is not None


def test_a_running_node_sees_a_revoked_key_at_once(tmp_path: Path) -> None:
    kor = node(tmp_path, "KOR")
    running = KeyFolder(tmp_path / "KOR")
    key = running.signer("live", NOW).key
    revoked(kor, key.kid, NOW, "lost")
    found = running.ring().find(key.kid)
    assert found is not None
    assert found.reason == "lost"
    with pytest.raises(WrongKey, match="no live key"):
        running.signer("live", NOW)


def test_what_was_revoked_stays_so_when_its_card_comes_again(tmp_path: Path) -> None:
    kor, jpn = node(tmp_path, "KOR"), node(tmp_path, "JPN")
    card = card_of(jpn, NOW)
    trust(kor, card)
    revoked(kor, card.keys[0].kid, NOW, "lost")
    trust(kor, card)
    found = kor.ring().find(card.keys[0].kid)
    assert found is not None
    assert found.revoked is not None


def test_a_new_key_takes_over_and_the_old_one_counts_a_while(tmp_path: Path) -> None:
    kor = node(tmp_path, "KOR")
    old = kor.signer("live", NOW).key
    new = rotated(kor, "live", NOW, 1.0, 2.0)
    at = lambda hours: Instant(NOW + round(hours * HOUR))  # noqa: E731
    assert kor.signer("live", at(0.5)).key.kid == old.kid
    assert kor.signer("live", at(1.5)).key.kid == new.kid
    ended = kor.ring().find(old.kid)
    assert ended is not None
    assert ended.serves(at(2.9))
    assert not ended.serves(at(3.0))
    assert kor.signer("drill", at(9.0)).key.realm == "drill"


def test_a_changed_card_has_another_fingerprint_and_a_false_key_is_refused(tmp_path: Path) -> None:
    node(tmp_path, "KOR")
    run = CliRunner().invoke
    path = tmp_path / "kor.json"
    done = run(main, ["keys", "show", "--keys", str(tmp_path / "KOR"), "--out", str(path)])
    assert done.exit_code == 0
    card = read_card(path)
    assert fingerprint(card) in done.stderr
    path.write_text(path.read_text().replace(card.keys[0].public[:8], "00000000"))
    with pytest.raises(SettingsError, match="not what its name says"):
        read_card(path)


def test_the_command_makes_trusts_lists_rotates_and_revokes(tmp_path: Path) -> None:
    run = CliRunner().invoke
    for nation in ("KOR", "JPN"):
        done = run(main, ["keys", "make", nation, "--keys", str(tmp_path / nation)])
        assert done.exit_code == 0
    keys = ["--keys", str(tmp_path / "KOR")]
    card = tmp_path / "jpn.json"
    run(main, ["keys", "show", "--keys", str(tmp_path / "JPN"), "--out", str(card)])
    assert run(main, ["keys", "trust", str(card), *keys]).exit_code == 2
    told = fingerprint(read_card(card))
    assert run(main, ["keys", "trust", str(card), "--fingerprint", told, *keys]).exit_code == 0
    assert run(main, ["keys", "rotate", "live", *keys]).exit_code == 0
    listed = run(main, ["keys", "list", *keys]).stdout.splitlines()
    assert len(listed) == 5
    kid = next(line.split()[0] for line in listed if "JPN" in line)
    assert run(main, ["keys", "revoke", kid, "--reason", "lost", *keys]).exit_code == 0
    assert "revoked" in run(main, ["keys", "list", *keys]).stdout


@pytest.mark.parametrize("nation", ["Korea", "kor", "", "K1R"])
def test_what_is_no_nation_gets_no_keys(nation: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="alpha-3"):
        KeyFolder.make(tmp_path / "keys", nation, NOW)


def test_keys_are_not_made_over_others(tmp_path: Path) -> None:
    node(tmp_path, "KOR")
    with pytest.raises(SettingsError, match="holds keys already"):
        KeyFolder.make(tmp_path / "KOR", "KOR", NOW)
