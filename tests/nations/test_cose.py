"""COSE_Sign1 beside the examples of those who made it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from launchwatch.errors import MalformedPacket
from launchwatch.nations import cose

# cose-wg/Examples, eddsa-examples/eddsa-sig-01.json; the key is the first of RFC 8032, 7.1.
KEY = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
EXAMPLE = bytes.fromhex(
    "D28445A201270300A10442313154546869732069732074686520636F6E74656E742E58407142FD2FF96D56DB85BEE9"
    "05A76BA1D0B7321A95C8C4D3607C5781932B7AFB8711497DFA751BF40B58B3BCC32300B1487F3DB34085EEF013BF08"
    "F4A44D6FEF0D"
)
TO_BE_SIGNED = bytes.fromhex(
    "846A5369676E61747572653145A2012703004054546869732069732074686520636F6E74656E742E"
)


def test_the_working_groups_example_is_verified() -> None:
    signed = cose.taken_apart(EXAMPLE)
    assert signed.payload == b"This is the content."
    assert cose.to_be_signed(signed.protected, signed.payload) == TO_BE_SIGNED
    key = Ed25519PrivateKey.from_private_bytes(KEY).public_key()
    assert cose.is_signed_by(signed, key)


def test_the_same_content_is_signed_as_in_the_example() -> None:
    key = Ed25519PrivateKey.from_private_bytes(KEY)
    made = cose.taken_apart(cose.sign({1: cose.EDDSA, 3: 0}, b"This is the content.", key))
    assert made[:3] == cose.taken_apart(EXAMPLE)[:3]


def test_any_changed_byte_is_noticed() -> None:
    key = Ed25519PrivateKey.from_private_bytes(KEY)
    content = cose.sign({1: cose.EDDSA, 4: b"12345678"}, b"seen", key)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        try:
            signed = cose.taken_apart(bytes(changed))
        except MalformedPacket:
            continue
        assert not cose.is_signed_by(signed, key.public_key()), place


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00", b"\xff" * 20, b"{}", EXAMPLE[1:], EXAMPLE[:-1], EXAMPLE + b"\x00" * 70_000,
        b"\xd2\x83\x40\xa0\x40", b"\xd2\x84\x01\xa0\x40\x40", b"\x9f" * 5000,
        # A header whose map has its keys in another order: 3 before 1.
        b"\xd2\x84\x45\xa2\x03\x00\x01\x27\xa0\x41a\x58\x40" + b"\x00" * 64,
    ],
)  # fmt: skip
def test_what_is_no_cose_sign1_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedPacket):
        cose.taken_apart(content)
