"""What brokers know each other by: a certificate authority of our own, a certificate, an NKEY.

::

    keys/link/
      authority.crt, authority.key   ours; partners trust the former and see none but it
      broker.crt, broker.key         our broker's, signed by it; for both ends of a link
      user.nkey                      the seed with which our broker logs in to partners'
      partners/NATION.json           the authority and public NKEY of each partner

Both sides of a link show a certificate and check the other's (mutual TLS); the NKEY then
says which partner it is, and so in which account it is. Neither is what makes a line believed:
that is the signature on it.
"""

import datetime as dt
import ipaddress
import secrets
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from launchwatch.edge.nations.keyfolder import replace
from launchwatch.errors import SettingsError
from launchwatch.nations import nkey
from launchwatch.timescale import Instant, utc_from_instant

LINK, PARTNERS = "link", "partners"

YEARS_AUTHORITY, DAYS_BROKER = 10, 825
"""An authority is handed over by people, so rarely; a broker's certificate is made anew by
`launchwatch keys rotate --link` (825 days is the longest that common verifiers accept)."""


class Peer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What we must know of a partner's broker: its authority (PEM) and its public NKEY."""

    authority: str
    nkey: str


def make_link(keys: Path, nation: str, names: tuple[str, ...], now: Instant) -> None:
    """Make the authority, the broker's certificate and the NKEY of a node.

    Args:
        names: by which partners reach the broker: host names or addresses.
    """
    folder = keys / LINK
    (folder / PARTNERS).mkdir(parents=True, mode=0o700, exist_ok=True)
    begins = _utc(now)
    private = ec.generate_private_key(ec.SECP256R1())
    subject = _name(nation, "launchwatch authority")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=365 * YEARS_AUTHORITY))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), False)
        .sign(private, hashes.SHA256())
    )
    replace(folder / "authority.crt", _pem(certificate))
    replace(folder / "authority.key", _pem_key(private), 0o600)
    replace(folder / "user.nkey", nkey.seed_text(secrets.token_bytes(32)).encode(), 0o600)
    make_broker_certificate(keys, nation, names, now)


def make_broker_certificate(keys: Path, nation: str, names: tuple[str, ...], now: Instant) -> None:
    """Make the broker's certificate, signed by the authority that is there."""
    folder = keys / LINK
    authority = x509.load_pem_x509_certificate((folder / "authority.crt").read_bytes())
    signing = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)  # noqa: S101 - as it was made
    private = ec.generate_private_key(ec.SECP256R1())
    begins = _utc(now)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(nation, "launchwatch broker"))
        .issuer_name(authority.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=DAYS_BROKER))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=False,
        )
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    replace(folder / "broker.key", _pem_key(private), 0o600)
    replace(folder / "broker.crt", _pem(certificate))


def own_peer(keys: Path) -> Peer:
    """Give what partners must know of us."""
    folder = keys / LINK
    return Peer(
        authority=_read(folder / "authority.crt").decode(), nkey=nkey.public_text(own_raw(keys))
    )


def own_raw(keys: Path) -> bytes:
    """Give the secret of the NKEY with which our broker logs in."""
    return nkey.raw_of(_read(keys / LINK / "user.nkey").decode().strip())


def trust_peer(keys: Path, nation: str, peer: Peer) -> None:
    """Remember a partner's broker.

    Raises:
        SettingsError: its authority or its NKEY is none.
    """
    try:
        x509.load_pem_x509_certificate(peer.authority.encode())
    except ValueError as error:
        raise SettingsError(f"the authority of {nation} must be a certificate: {error}") from None
    if not nkey.is_public(peer.nkey):
        raise SettingsError(f"the NKEY of {nation} must begin with U and have its checksum")
    path = keys / LINK / PARTNERS / f"{nation}.json"
    replace(path, msgspec.json.format(msgspec.json.encode(peer), indent=1))


def peer_of(keys: Path, nation: str) -> Peer:
    """Give what we know of a partner's broker.

    Raises:
        SettingsError: nothing.
    """
    path = keys / LINK / PARTNERS / f"{nation}.json"
    if not path.exists():
        raise SettingsError(f"{keys}: {nation} is not trusted yet: launchwatch keys trust FILE")
    return msgspec.json.decode(_read(path), type=Peer)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None


def _name(nation: str, what: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, nation),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{nation} {what}"),
        ]
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _utc(now: Instant) -> dt.datetime:
    # A day early: partners' clocks differ, and a certificate does no harm before its time.
    text = utc_from_instant(now, 0)
    return dt.datetime.fromisoformat(text) - dt.timedelta(days=1)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
