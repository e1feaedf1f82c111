"""The configuration of a node's own broker, as nats-server reads it.

One account for each partner, so that nothing of one can be seen by another; in it our node and
that partner's broker, each with an NKEY and permissions (`launchwatch.nations.subjects`). Brokers
are joined by leaf node connections with mutual TLS: one of the two dials, and it is a leaf of
the other in one account only. ``no_advertise`` keeps a broker from telling leaves of addresses by
which they would come another way than the one that is guarded.
"""

import json
from pathlib import Path

from msgspec import Struct

from launchwatch.nations import nkey
from launchwatch.nations.keys import Realm
from launchwatch.nations.subjects import Role, permissions

RECONNECT = "100ms"
"""Between tries of a leaf to reach its partner. The server's own second, which grows with each
failure, is what a first connection would wait for."""

MOST_PAYLOAD = 64 * 1024
MOST_PENDING = 8 * 1024 * 1024
"""Bytes that wait for one partner at the broker before it is cut off, and catches up later."""

WRITE_DEADLINE = "2s"


class Link(Struct, frozen=True, kw_only=True):
    """One partner at our broker.

    Attributes:
        nation: whose; ``nkey``, the public one with which its broker logs in.
        own: the secret of the NKEY with which our node logs in to this account.
        address: where its broker listens (``host:port``), if it is we who dial.
    """

    nation: str
    nkey: str
    own: bytes
    address: str | None = None


def configuration(
    *,
    nation: str,
    realm: Realm,
    links: tuple[Link, ...],
    listen: str | None,
    dialling: bytes,
    certificates: Path,
    authorities: Path,
    folder: Path,
) -> str:
    """Write the configuration.

    Args:
        listen: where partners' brokers come in, ``host:port``; None where all are dialled.
        dialling: the secret of the NKEY with which we log in at partners'.
        certificates: folder of broker.crt and broker.key; ``authorities``, a file of the
            partners'; ``folder``, where the server writes which ports it has.
    """
    tls = {
        "cert_file": str(certificates / "broker.crt"),
        "key_file": str(certificates / "broker.key"),
        "ca_file": str(authorities),
        "timeout": 5,
    }
    accounts = {
        link.nation: {
            "users": [
                _user(nkey.public_text(link.own), "node", realm, nation, link.nation),
                _user(link.nkey, "partner", realm, nation, link.nation),
            ]
        }
        for link in links
    }
    leafnodes: dict[str, object] = {"no_advertise": True, "reconnect": RECONNECT}
    if listen is not None:
        leafnodes |= {"listen": _any_port(listen), "tls": tls | {"verify": True}}
    leafnodes["remotes"] = [
        {
            "urls": [f"tls://{link.address}"],
            "account": link.nation,
            "nkey": nkey.seed_text(dialling),
            "tls": tls,
            "ignore_discovered_servers": True,
        }
        for link in links
        if link.address is not None
    ]
    return json.dumps(
        {
            "server_name": f"{nation}-{realm}",
            "listen": "127.0.0.1:-1",
            "ports_file_dir": str(folder),
            "max_payload": MOST_PAYLOAD,
            "max_pending": MOST_PENDING,
            "write_deadline": WRITE_DEADLINE,
            "accounts": accounts,
            "leafnodes": leafnodes,
        },
        indent=1,
    )


def _user(public: str, role: Role, realm: Realm, own: str, partner: str) -> dict[str, object]:
    may = permissions(role, realm, own, partner)
    return {
        "nkey": public,
        "allowed_connection_types": ["STANDARD" if role == "node" else "LEAFNODE"],
        "permissions": {"publish": [may.publish], "subscribe": [may.subscribe]},
    }


def _any_port(address: str) -> str:
    """Write port 0, any that is free, as the server does."""
    host, _, port = address.rpartition(":")
    return f"{host}:{int(port) or -1}"
