"""An Apache Kafka broker that wants TLS and a user, beside a plain listener for its own cluster."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

from ioc.embedded.ports import free_ports
from tests.kafka.apache import Node
from tests.kafka.brokers import ApacheBroker, nodes_of
from tests.security.certificates import Certificates

LISTENER = "listener.name.sasl_ssl"
MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule"


class SecuredBroker:
    """A broker whose ``port`` takes SASL_SSL with SCRAM-SHA-512 only."""

    def __init__(self, environment: dict[str, str], files: Certificates) -> None:
        folder = Path(environment["IOC_DATA_DIR"])
        self.port, plain = free_ports(2)
        (self._node,) = nodes_of(folder, [plain])
        extra = _secured(self._node, self.port, files, folder / "server-store.pem")
        self.part = ApacheBroker(environment, self._node, [self._node], extra)

    def start(self, user: str, password: str) -> None:
        """Start it and let a user in."""
        self.part.start()
        for port in (self.port, self._node.port):
            self.part.await_port(port)
        admin = KafkaAdminClient(bootstrap_servers=self._node.address)
        try:
            known = UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password)
            assert not any(admin.alter_user_scram_credentials([known]).values())
        finally:
            admin.close()


def _secured(node: Node, port: int, files: Certificates, store: Path) -> dict[str, str]:
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,  # the only form that Kafka reads
        serialization.NoEncryption(),
    )
    store.write_bytes(pkcs8 + files.cert.read_bytes())
    outside = f"SASL_SSL://127.0.0.1:{port}"
    listeners = f"PLAINTEXT://{node.address},{outside}"
    return {
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,"
        "CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        f"{LISTENER}.scram-sha-512.sasl.jaas.config": f"{MODULE} required;",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
    }
