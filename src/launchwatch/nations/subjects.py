"""Under which subjects nations speak, and who may do what there.

Subjects are ``launchwatch.REALM.FROM.TO.KIND``: live data and drills have none in common, and
neither have two pairs of nations. At each node's broker every partner has an account of its
own, in which there are two users and nobody else:

========= =========================================== ===================================
role      may publish                                 may subscribe
========= =========================================== ===================================
node      ``launchwatch.REALM.OWN.PARTNER.>``         ``launchwatch.REALM.PARTNER.OWN.>``
partner   ``launchwatch.REALM.PARTNER.OWN.>``         ``launchwatch.REALM.OWN.PARTNER.>``
========= =========================================== ===================================
"""

from typing import Literal, NamedTuple

from launchwatch.nations.envelope import Kind
from launchwatch.nations.keys import Realm

Role = Literal["node", "partner"]


class Permissions(NamedTuple):
    """Subjects that a user may publish under, and subscribe to."""

    publish: str
    subscribe: str


def subject(realm: Realm, sender: str, audience: str, kind: Kind) -> str:
    """Give the subject of an envelope."""
    return f"launchwatch.{realm}.{sender}.{audience}.{kind}"


def heard_by(realm: Realm, own: str, partner: str) -> str:
    """Give what a node subscribes to of a partner."""
    return f"launchwatch.{realm}.{partner}.{own}.>"


def permissions(role: Role, realm: Realm, own: str, partner: str) -> Permissions:
    """Give what a role may do in a partner's account at our broker."""
    ours = f"launchwatch.{realm}.{own}.{partner}.>"
    theirs = heard_by(realm, own, partner)
    return Permissions(ours, theirs) if role == "node" else Permissions(theirs, ours)
