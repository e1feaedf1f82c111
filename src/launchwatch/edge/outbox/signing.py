"""XML signatures for CAP documents, with keys that are good for one mode only.

A signing key's certificate says in its subject for which mode it is: ``OU=launchwatch live``, or
``drill`` for everything else. The signer takes that from the certificate, not from a setting, so a
drill that was given the live key by mistake is refused at its start, and so is a live watch with
the drill's. Whatever is not live through and through, message, text and status, it does not sign
with a live key, whoever asks.

Enveloped signature (W3C XML Signature 1.1) over the whole document, exclusive canonical form,
ECDSA P-256 with SHA-256, the certificate inside; it stands last in ``alert``, where CAP's schema
has room for it. Ed25519 would be quicker, but common verifiers (xmlsec 1.2) do not know it in XML.
"""

from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree

from launchwatch.errors import InputError, SettingsError, Unsendable
from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Alert
from launchwatch.warning.cap import NAMESPACE, STATUS

Purpose = Literal["live", "drill"]

UNIT = "launchwatch "
"""What a signing certificate's organizational unit begins with; the purpose follows."""


def purpose_of(mode: Mode) -> Purpose:
    """Say which keys a mode takes: simulations and replays are drills to everybody else."""
    return "live" if mode == "live" else "drill"


class Signer:
    """Signs the documents of one mode."""

    def __init__(self, key: Path, certificate: Path, mode: Mode) -> None:
        """Read a key and its certificate.

        Raises:
            SettingsError: they cannot be read, do not belong together, or are for another mode.
        """
        self.mode = mode
        try:
            private = load_pem_private_key(key.read_bytes(), None)
            self._certificate = x509.load_pem_x509_certificate(certificate.read_bytes())
        except OSError as error:
            raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SettingsError(
                f"{key}, {certificate}: wanted an EC key without a password and its certificate, "
                f"both PEM: {error}"
            ) from None
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise SettingsError(f"{key}: wanted an EC key (P-256), got another kind")
        self._key = private
        if self._key.public_key() != self._certificate.public_key():
            raise SettingsError(f"{certificate}: the certificate must be that of {key}")
        found, wanted = purpose_in(self._certificate), purpose_of(mode)
        if found != wanted:
            raise SettingsError(
                f"{certificate}: a {mode} watch signs with a key for {wanted}, this one is for "
                f"{found or 'neither live nor drill'} (organizational unit of its subject)"
            )
        self._pem = self._certificate.public_bytes(Encoding.PEM).decode()

    def sign(self, alert: Alert) -> str:
        """Give a document's text with a signature in it.

        Raises:
            Unsendable: it is not, in every respect, of this signer's mode.
        """
        # Slow to load, and only outboxes sign.
        from signxml.algorithms import SignatureConstructionMethod
        from signxml.signer import XMLSigner

        if alert.mode != self.mode:
            raise Unsendable(
                f"{alert.identifier}: a {self.mode} key signs nothing that is {alert.mode}"
            )
        root = _parsed(alert.xml)
        said = {
            "status": root.findtext(f"{{{NAMESPACE}}}status"),
            "identifier": root.findtext(f"{{{NAMESPACE}}}identifier"),
            "mode": _mode_in(root),
        }
        wanted = {
            "status": STATUS[self.mode], "identifier": alert.identifier, "mode": self.mode
        }  # fmt: skip
        if said != wanted or alert.status != STATUS[self.mode]:
            raise Unsendable(f"{alert.identifier}: wanted a document of {wanted}, got {said}")
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm="ecdsa-sha256",
            digest_algorithm="sha256",
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        signed = signer.sign(root, key=self._key, cert=self._pem)
        text = etree.tostring(signed, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def purpose_in(certificate: x509.Certificate) -> str:
    """Give the purpose that a certificate states, empty without one."""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    stated = [str(unit.value) for unit in units if str(unit.value).startswith(UNIT)]
    return stated[0].removeprefix(UNIT) if len(stated) == 1 else ""


def verified(text: str, certificate: Path) -> str:
    """Give a signed document's own text where the signature holds; nothing else of it counts.

    Raises:
        InputError: the signature does not hold, or is another's.
    """
    from signxml.exceptions import SignXMLException
    from signxml.verifier import XMLVerifier

    pem = certificate.read_text(encoding="ascii")
    try:
        result = XMLVerifier().verify(text.encode("utf-8"), x509_cert=pem)
    except (SignXMLException, etree.XMLSyntaxError) as error:
        raise InputError(f"the signature must be that of {certificate.name}: {error}") from None
    signed = result[0] if isinstance(result, list) else result
    return signed.signed_data.decode("utf-8")


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(text.encode("utf-8"), parser)


def _mode_in(root: etree._Element) -> str:
    """Give the mode that a document's parameters state; several that differ are none."""
    tag = f"{{{NAMESPACE}}}"
    found = {
        parameter.findtext(f"{tag}value")
        for parameter in root.iter(f"{tag}parameter")
        if parameter.findtext(f"{tag}valueName") == "launchwatch:mode"
    }
    return str(found.pop()) if len(found) == 1 else ""
