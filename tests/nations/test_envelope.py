"""Envelopes: what is believed, and the name of each thing that is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import MalformedPacket
from launchwatch.nations.envelope import Refusal, WrongKey, opened, unsealed
from launchwatch.nations.keys import PublicKey, Ring
from launchwatch.timescale import SECOND, Instant

from .sealing import BEGUN, NOW, claims, lines, public, signer

RING = Ring([public("KOR"), public("KOR", "drill"), public("JPN"), public("USA")])
WANTED = {"sender": "KOR", "audience": "JPN", "mode": "live", "now": NOW}


def refused(content: bytes, ring: Ring = RING, **changed: object) -> str:
    with pytest.raises(Refusal) as caught:
        opened(content, ring, **(WANTED | changed))
    return caught.value.reason


def test_what_was_sealed_is_opened_whole() -> None:
    sent = lines(3)
    content = signer("KOR").seal(claims(first=7, count=3), sent)
    found = opened(content, RING, **WANTED)
    assert (found.lines, found.claims.last) == (tuple(sent), 9)
    assert found.claims == claims(first=7, count=3)
    assert unsealed(content) == found


def test_the_same_claims_and_lines_give_the_same_bytes() -> None:
    assert signer("KOR").seal(claims(), lines()) == signer("KOR").seal(claims(), lines())


def test_a_stranger_s_key_is_the_wrong_key() -> None:
    content = signer("KOR", name="stranger").seal(claims(), lines())
    assert refused(content) == "wrong-key"


def test_a_trusted_partner_cannot_speak_for_another() -> None:
    content = signer("USA").seal(claims(sender="USA"), lines())
    assert refused(content) == "wrong-sender"


def test_a_key_named_falsely_does_not_verify() -> None:
    forged = msgspec.structs.replace(public("KOR", name="stranger"), kid=public("KOR").kid)
    maker = signer("KOR", name="stranger")
    maker.key = forged
    assert refused(maker.seal(claims(), lines())) == "wrong-signature"


def test_what_is_meant_for_another_is_refused() -> None:
    content = signer("KOR").seal(claims(audience="USA"), lines())
    assert refused(content) == "wrong-audience"


def test_a_drill_does_not_become_live() -> None:
    content = signer("KOR", "drill").seal(claims(mode="exercise"), lines(mode="exercise"))
    assert refused(content) == "wrong-mode"


@pytest.mark.parametrize(
    ("seconds", "reason"), [(29.0, None), (30.6, "expired"), (-4.9, None), (-5.1, "too-early")]
)
def test_an_envelope_has_its_time(seconds: float, reason: str | None) -> None:
    content = signer("KOR").seal(claims(), lines())
    now = Instant(NOW + round(seconds * SECOND))
    if reason is None:
        opened(content, RING, **(WANTED | {"now": now}))
    else:
        assert refused(content, now=now) == reason


def test_a_revoked_key_counts_no_more_whatever_time_it_writes() -> None:
    content = signer("KOR").seal(claims(), lines())
    revoked = public("KOR", revoked=Instant(NOW + SECOND), reason="a laptop was lost")
    assert refused(content, Ring([revoked])) == "revoked-key"


def test_a_key_whose_time_is_over_signs_nothing_more() -> None:
    content = signer("KOR").seal(claims(), lines())
    over = public("KOR", until=Instant(NOW - SECOND))
    assert refused(content, Ring([over])) == "wrong-key"


def test_two_keys_overlap_while_one_takes_over() -> None:
    old = public("KOR", until=Instant(NOW + 60 * SECOND))
    new = public("KOR", name="new", since=Instant(NOW - SECOND))
    ring = Ring([old, new])
    for maker in (signer("KOR", until=old.until), signer("KOR", name="new", since=new.since)):
        opened(maker.seal(claims(), lines()), ring, **WANTED)
    assert ring.signing("KOR", "live", NOW) == new
    assert ring.signing("KOR", "live", BEGUN) == old


@pytest.mark.parametrize("mode", ["exercise", "simulation", "replay"])
def test_a_live_key_signs_nothing_that_is_not_live(mode: str) -> None:
    with pytest.raises(WrongKey, match="live key"):
        signer("KOR").seal(claims(mode=mode), lines(mode=mode))


@pytest.mark.parametrize("mode", ["exercise", "simulation", "replay", "unknown"])
def test_a_live_envelope_carries_no_line_of_another_mode(mode: str) -> None:
    with pytest.raises(WrongKey, match="line of mode"):
        signer("KOR").seal(claims(count=2), [*lines(), *lines(mode=mode)])


def test_a_line_without_a_mode_is_not_signed() -> None:
    with pytest.raises(WrongKey, match="unknown"):
        signer("KOR").seal(claims(), [b'{"type":"track"}'])


def test_a_drill_key_signs_nothing_live() -> None:
    with pytest.raises(WrongKey, match="drill key"):
        signer("KOR", "drill").seal(claims(), lines())


def test_a_node_does_not_sign_with_a_revoked_key_of_its_own() -> None:
    with pytest.raises(WrongKey, match="revoked"):
        signer("KOR", revoked=NOW).seal(claims(), lines())


def test_a_key_belongs_to_its_realm_by_its_name() -> None:
    same = {"name": "one key"}
    assert public("KOR", "live", **same).kid != public("KOR", "drill", **same).kid


@pytest.mark.parametrize(
    "changed", [{"first": -1}, {"stream": Instant(NOW + SECOND)}, {"kind": "shout"}]
)
def test_impossible_claims_are_malformed(changed: dict[str, object]) -> None:
    assert refused(signer("KOR").seal(claims(**changed), lines())) == "malformed"


def test_a_count_that_is_not_the_lines_is_not_signed() -> None:
    with pytest.raises(WrongKey, match="5 lines"):
        signer("KOR").seal(claims(count=5), lines())


@given(place=st.integers(0, 400), bit=st.integers(0, 7))
def test_no_changed_bit_is_believed(place: int, bit: int) -> None:
    content = bytearray(signer("KOR").seal(claims(), lines()))
    content[place % len(content)] ^= 1 << bit
    assert refused(bytes(content)) in ("malformed", "wrong-signature", "wrong-key")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(content: bytes) -> None:
    assert refused(content) == "malformed"
    with pytest.raises(MalformedPacket):
        unsealed(content)


def test_public_keys_are_written_and_read_the_same() -> None:
    key = public("KOR", until=NOW)
    assert msgspec.json.decode(msgspec.json.encode(key), type=PublicKey) == key
