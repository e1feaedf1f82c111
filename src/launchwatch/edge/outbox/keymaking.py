"""New keys: an operator's, and a watch's for signing what it sends."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from launchwatch.edge.outbox.signing import UNIT, Purpose
from launchwatch.errors import SettingsError
from launchwatch.timescale import Instant, utc_from_instant

_YEARS = 2


def make_operator_key(path: Path) -> str:
    """Make an operator's private key, PEM, for its owner's eyes only; give the public key in hex.

    Raises:
        SettingsError: there is a file already, or none can be made.
    """
    key = ed25519.Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public_hex(key)


def read_operator_key(path: Path) -> ed25519.Ed25519PrivateKey:
    """Read an operator's private key.

    Raises:
        SettingsError: it cannot be read, or is none.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise SettingsError(f"{path}: the key cannot be read: {error.strerror}") from None
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{path}: wanted an Ed25519 key, PEM, no password: {error}") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise SettingsError(f"{path}: wanted an Ed25519 key, got another kind")
    return key


def public_hex(key: ed25519.Ed25519PrivateKey) -> str:
    """Give the public key of a private one, in hexadecimal, as the settings list it."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def make_signing_key(folder: Path, purpose: Purpose, name: str, now: Instant) -> tuple[Path, Path]:
    """Make a key that signs what a live watch, or a drill, sends, and its certificate.

    The certificate is signed by the key itself; receivers are given it beforehand.

    Returns:
        The paths of key and certificate.

    Raises:
        SettingsError: there are such files already, or none can be made.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"{UNIT}{purpose}"),
        ]
    )
    text = utc_from_instant(now, digits=0).replace("Z", "+00:00").replace(":60+", ":59+")
    since = datetime.fromisoformat(text).astimezone(timezone.utc)  # noqa: UP017
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since - timedelta(hours=1))
        .not_valid_after(since + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{purpose}.key", folder / f"{purpose}.crt"
    _write(paths[0], key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(paths[1], certificate.public_bytes(Encoding.PEM), mode=0o644)
    return paths


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a new file that only its owner can read, from its first byte on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise SettingsError(f"{path}: a key must be a new file: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
