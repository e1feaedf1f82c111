"""What operators' commands share: the outbox of a configuration, and who is deciding."""

from pathlib import Path
from typing import TYPE_CHECKING

from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from launchwatch.edge.outbox.config import OutboxConfig


def outbox_of(config: Path) -> "OutboxConfig":
    """Give the outbox that a watch's configuration describes.

    Raises:
        SettingsError: the configuration cannot be used, or has no outbox.
    """
    from launchwatch.edge.config import read_config

    outbox = read_config(config).outbox
    if outbox is None:
        raise SettingsError(f"{config}: wanted a table [outbox], there is none")
    return outbox


def identity(config: Path, key: Path, operator: str | None) -> tuple["Ed25519PrivateKey", str]:
    """Give an operator's key, and the name that the settings list it under.

    Raises:
        SettingsError: the key cannot be read.
        InputError: the settings list no such key, or another name for it.
    """
    from launchwatch.edge.outbox.keymaking import public_hex, read_operator_key
    from launchwatch.settings import read_settings

    private = read_operator_key(key)
    public = public_hex(private)
    operators = read_settings(config).warning.operators
    found = [one.name for one in operators if one.key == public]
    if not found:
        raise InputError(f"{key}: the key must be a listed operator's ({config}), it is not")
    if operator not in (None, found[0]):
        raise InputError(f"{key}: this is {found[0]}'s key, got {operator!r}")
    return private, found[0]


def word_for(mode: Mode) -> str:
    """Give the word that a person types to show that they know what this is."""
    return "LIVE" if mode == "live" else "DRILL"


def words_of(xml: str) -> str:
    """Give the words of a CAP document's first language."""
    from lxml import etree

    from launchwatch.warning.cap import NAMESPACE

    tag = f"{{{NAMESPACE}}}"
    info = etree.fromstring(xml.encode("utf-8")).find(f"{tag}info")
    if info is None:
        return ""
    names = ("headline", "description", "instruction")
    said = [info.findtext(f"{tag}{name}") or "" for name in names]
    return "\n".join([*said, info.findtext(f"{tag}area/{tag}areaDesc") or ""])
