"""How bytes leave: into a folder, to an HTTP or mail server, down a TCP connection.

Each hands over one document and gives what the far side said, or raises `DeliveryError`; whether
and when to try again is `launchwatch.edge.outbox.dispatching`'s. They block, and run in a thread of
their channel's own, so that one that hangs holds up no other.
"""

import hashlib
import http.client
import os
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from launchwatch.edge.outbox.channel import Channel, Kind
from launchwatch.errors import DeliveryError, Refusal

_LONGEST_RECEIPT = 200


class Parcel(Struct, frozen=True, kw_only=True):
    """One document in the form in which a channel carries it.

    Attributes:
        name: a file's name, unique to document and form.
        media_type: as HTTP and mail name it.
        subject: a line for people.
        headers: what programs should know without opening it.
    """

    name: str
    media_type: str
    content: bytes
    subject: str
    headers: dict[str, str]


def into_folder(channel: Channel, parcel: Parcel) -> str:
    """Write a file, whole or not at all; one that lies there with the same content is enough."""
    folder = Path(channel.address)
    path = folder / parcel.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (path.exists() and path.read_bytes() == parcel.content):
            new = path.with_name(f".{path.name}.part")
            with new.open("wb") as file:
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
            new.rename(path)
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise DeliveryError(f"{path}: {error.strerror or error}") from None
    return f"{path.name} sha256 {hashlib.sha256(parcel.content).hexdigest()[:16]}"


def to_webhook(channel: Channel, parcel: Parcel) -> str:
    """Post to an HTTP server; 2xx is a receipt, 4xx a refusal but for "later" and "too many"."""
    url = urlsplit(channel.address)
    host, port = url.hostname or "", url.port
    connection = (
        http.client.HTTPSConnection(
            host, port, timeout=channel.timeout_s, context=ssl.create_default_context()
        )
        if url.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=channel.timeout_s)
    )
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = {"Content-Type": parcel.media_type, **parcel.headers}
    try:
        connection.request("POST", path, parcel.content, headers)
        answer = connection.getresponse()
        said = answer.read(_LONGEST_RECEIPT).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise DeliveryError(f"{channel.address}: {error or type(error).__name__}") from None
    finally:
        connection.close()
    receipt = " ".join(f"{answer.status} {said}".split())
    if 200 <= answer.status < 300:
        return receipt
    if 400 <= answer.status < 500 and answer.status not in (408, 409, 423, 425, 429):
        raise Refusal(f"{channel.address}: {receipt}")
    raise DeliveryError(f"{channel.address}: {receipt}")


def down_tcp(channel: Channel, parcel: Parcel) -> str:
    """Open a connection, write the document, close it: nothing comes back that is a receipt."""
    host, _, port = channel.address.rpartition(":")
    try:
        with socket.create_connection(
            (host.strip("[]"), int(port)), timeout=channel.timeout_s
        ) as connection:
            connection.sendall(parcel.content)
            connection.shutdown(socket.SHUT_WR)
            # A server that is there to listen closes, or says something of its own: wait for
            # that, since bytes in flight are lost where a connection is torn down.
            connection.settimeout(min(0.5, channel.timeout_s))
            try:
                while connection.recv(65_536):
                    pass
            except TimeoutError:
                pass
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{channel.address}: {error}") from None
    return ""


def by_mail(channel: Channel, parcel: Parcel) -> str:
    """Hand a mail to a server; its reply is the receipt that it has taken it on."""
    url = urlsplit(channel.address)
    recipient = url.path.lstrip("/")
    mail = EmailMessage()
    mail["Subject"] = parcel.subject
    mail["From"] = f"launchwatch@{url.hostname}"
    mail["To"] = recipient
    for name, value in parcel.headers.items():
        mail[name] = value
    if parcel.media_type.startswith("text/plain"):
        mail.set_content(parcel.content.decode("utf-8"))
    else:
        mail.set_content(parcel.subject)
        main, _, sub = parcel.media_type.partition(";")[0].partition("/")
        mail.add_attachment(parcel.content, maintype=main, subtype=sub, filename=parcel.name)
    try:
        with smtplib.SMTP(url.hostname or "", url.port or 25, timeout=channel.timeout_s) as server:
            server.ehlo_or_helo_if_needed()
            server.send_message(mail)
            code, said = server.noop()
    except smtplib.SMTPRecipientsRefused as error:
        raise Refusal(f"{channel.address}: {recipient} refused: {error}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"{channel.address}: {error}") from None
    return f"taken on for {recipient}; {code} {said.decode('utf-8', 'replace')}"[:_LONGEST_RECEIPT]


TRANSPORTS: dict[Kind, Callable[[Channel, Parcel], str]] = {
    "file": into_folder,
    "webhook": to_webhook,
    "tcp": down_tcp,
    "smtp": by_mail,
}
