"""Settings for a client's user and for the encryption of its connections."""

import ssl
from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import Field, FilePath, SecretStr, model_validator
from pydantic_settings import BaseSettings

Protocol: TypeAlias = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism: TypeAlias = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]
PemFile: TypeAlias = FilePath | None


class AccessSettings(BaseSettings):
    """Encryption and users of Kafka, encryption of ClickHouse. Unsafe combinations are refused."""

    kafka_protocol: Protocol = Field(
        "PLAINTEXT",
        description="how clients talk to Kafka: PLAINTEXT, SSL (encrypted), SASL_PLAINTEXT (with a "
        "user) or SASL_SSL (both)",
    )
    kafka_mechanism: Mechanism = Field(
        "SCRAM-SHA-512",
        description="how clients prove who they are to Kafka: SCRAM-SHA-512, SCRAM-SHA-256 or "
        "PLAIN (only with SASL_SSL)",
    )
    kafka_user: str = Field("", description="user of Kafka, for SASL")
    kafka_password: SecretStr = Field(SecretStr(""), description="password of that user")
    kafka_ca_file: PemFile = Field(
        None,
        description="PEM file of the authority that signed the brokers' certificates; empty: the "
        "authorities that this machine trusts",
    )
    kafka_cert_file: PemFile = Field(
        None, description="PEM file of the client's own certificate, where brokers ask for one"
    )
    kafka_key_file: PemFile = Field(
        None, description="PEM file of that certificate's private key, without a password"
    )

    clickhouse_secure: bool = Field(
        False, description="whether clients talk to ClickHouse over HTTPS instead of HTTP"
    )
    clickhouse_ca_file: PemFile = Field(
        None,
        description="PEM file of the authority that signed ClickHouse's certificate; empty: the "
        "authorities that this machine trusts",
    )
    clickhouse_cert_file: PemFile = Field(
        None, description="PEM file of the client's own certificate, where the server asks for one"
    )
    clickhouse_key_file: PemFile = Field(
        None, description="PEM file of that certificate's private key, without a password"
    )

    @model_validator(mode="after")
    def _kafka_is_safe(self) -> Self:
        with_user = self.kafka_protocol.startswith("SASL")
        if with_user and not (self.kafka_user and self.kafka_password.get_secret_value()):
            missing = "IOC_KAFKA_PASSWORD" if self.kafka_user else "IOC_KAFKA_USER"
            raise ValueError(f"IOC_KAFKA_PROTOCOL={self.kafka_protocol} needs {missing} too")
        if self.kafka_protocol == "SASL_PLAINTEXT" and self.kafka_mechanism == "PLAIN":
            raise ValueError(
                "IOC_KAFKA_MECHANISM=PLAIN would send the password unencrypted over "
                "IOC_KAFKA_PROTOCOL=SASL_PLAINTEXT: use SASL_SSL, or SCRAM-SHA-512"
            )
        # An explicit PLAINTEXT is accepted: a command that starts a plain broker of its own sets
        # it.
        if "kafka_protocol" not in self.model_fields_set:
            for name in ("kafka_user", "kafka_ca_file", "kafka_cert_file"):
                if getattr(self, name):
                    raise ValueError(
                        f"IOC_{name.upper()} is set, but IOC_KAFKA_PROTOCOL is not, so that "
                        "nothing would be encrypted and nobody named: set it to SASL_SSL or SSL"
                    )
        if self.kafka_protocol.endswith("SSL"):
            _usable("KAFKA", self.kafka_ca_file, self.kafka_cert_file, self.kafka_key_file)
        return self

    @model_validator(mode="after")
    def _clickhouse_is_safe(self) -> Self:
        if "clickhouse_secure" not in self.model_fields_set:
            for name in ("clickhouse_ca_file", "clickhouse_cert_file"):
                if getattr(self, name):
                    raise ValueError(
                        f"IOC_{name.upper()} is set, but IOC_CLICKHOUSE_SECURE is not, so that "
                        "nothing would be encrypted: set it to true"
                    )
        if self.clickhouse_secure:
            _usable(
                "CLICKHOUSE",
                self.clickhouse_ca_file,
                self.clickhouse_cert_file,
                self.clickhouse_key_file,
            )
        return self


def _usable(of: str, ca: Path | None, cert: Path | None, key: Path | None) -> None:
    """Raise ValueError, naming the setting, if these files can't encrypt a connection."""
    if (cert is None) != (key is None):
        given, missing = ("KEY", "CERT") if cert is None else ("CERT", "KEY")
        raise ValueError(f"IOC_{of}_{given}_FILE needs IOC_{of}_{missing}_FILE too")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if ca is not None:
            context.load_verify_locations(ca)
    except OSError as error:
        raise ValueError(_unusable(f"IOC_{of}_CA_FILE={ca}", error)) from None
    try:
        if cert is not None:
            # Without a callable OpenSSL would ask the terminal for the key's password.
            context.load_cert_chain(cert, key, password=lambda: "")
    except OSError as error:
        name = f"IOC_{of}_CERT_FILE={cert} with IOC_{of}_KEY_FILE={key}"
        raise ValueError(_unusable(name, error)) from None


def _unusable(name: str, error: OSError) -> str:
    return f"{name} can't be used as PEM: {error.strerror or type(error).__name__}"
