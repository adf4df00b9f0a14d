"""A certificate authority for the tests, and certificates for this machine."""

from dataclasses import dataclass
from pathlib import Path

import trustme

HOSTS = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority, a server's and a client's certificate with their keys."""

    ca: Path
    cert: Path
    key: Path
    client_cert: Path
    client_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Write them into a folder; the server's holds for 127.0.0.1 and localhost."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    names = ("ca.pem", "server.pem", "server.key", "client.pem", "client.key")
    files = Certificates(*(folder / name for name in names))
    authority.cert_pem.write_to_path(files.ca)
    for who, cert, key in (
        (authority.issue_cert(*HOSTS), files.cert, files.key),
        (authority.issue_cert("client.ioc.test"), files.client_cert, files.client_key),
    ):
        cert.write_bytes(b"".join(blob.bytes() for blob in who.cert_chain_pems))
        who.private_key_pem.write_to_path(key)
    return files
