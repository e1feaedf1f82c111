"""Whose word counts, and until when."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Decision
from launchwatch.timescale import instant_after, instant_from_utc
from launchwatch.warning.decisions import FRESH_S, Authority, signed_text
from launchwatch.warning.settings import Operator, Settings

NOW = instant_from_utc("2025-11-07T01:19:00Z")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def hexadecimal(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


OPERATORS = (
    Operator(name="Kim", key=hexadecimal(KEY)),
    Operator(name="Ito", key=hexadecimal(OTHER)),
)


def signed(by=KEY, **changes):
    values = {
        "time": instant_after(NOW, 1.0), "mode": "live", "operator": "Kim", "action": "approve",
        "warning_id": "L1-public", "revision": 1, "document": "d", "digest": "0" * 64,
        "key": hexadecimal(KEY), "signed": NOW,
    }  # fmt: skip
    decision = Decision(**(values | changes))
    return replace(decision, signature=by.sign(signed_text(decision)))


def test_a_listed_operators_signature_counts_once():
    authority = Authority(OPERATORS)
    assert authority.fault(signed()) == ""
    assert "counts once" in authority.fault(signed())


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "exercise"}, {"action": "cancel"}, {"warning_id": "L2-public"}, {"revision": 2},
        {"document": "e"}, {"digest": "1" * 64}, {"reason": "x"},
        {"signed": instant_after(NOW, 0.5)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_whatever_is_changed_after_signing_makes_it_void(change):
    assert "signature" in Authority(OPERATORS).fault(replace(signed(), **change))


def test_nobody_signs_for_another():
    assert "signature" in Authority(OPERATORS).fault(signed(OTHER))
    assert "owner" in Authority(OPERATORS).fault(signed(operator="Ito"))


def test_a_stranger_is_refused():
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    fault = Authority(OPERATORS).fault(signed(stranger, key=hexadecimal(stranger)))
    assert "listed operator" in fault


@pytest.mark.parametrize("late", [FRESH_S + 1.0, -FRESH_S - 1.0])
def test_an_old_or_future_decision_is_void(late):
    assert "old" in Authority(OPERATORS).fault(signed(time=instant_after(NOW, late)))
    assert "when it was signed" in Authority(OPERATORS).fault(signed(signed=None))


@pytest.mark.parametrize("mode", ["live", "exercise"])
def test_without_operators_nobody_decides_but_in_a_simulation(mode):
    authority = Authority(())
    assert "list none" in authority.fault(signed(mode=mode))
    assert authority.fault(signed(mode="simulation")) == ""


@pytest.mark.parametrize(
    "operators",
    [
        OPERATORS[:1],
        (OPERATORS[0], replace(OPERATORS[0], name="Kim 2")),
        (OPERATORS[0], replace(OPERATORS[1], name="Kim")),
        (OPERATORS[0], Operator(name="Ito", key="abc")),
    ],
    ids=["too few", "one key twice", "one name twice", "no key"],
)
def test_operators_that_could_not_be_two_people_are_refused(operators):
    with pytest.raises(SettingsError, match="operators"):
        Settings(operators=operators)
