"""The same access to Kafka as everyone's, in the words of Faust."""

from faust.auth import Credentials, SASLCredentials, SSLCredentials

from contracts.settings import Settings
from streams.kafka_access import aiokafka_options


def credentials(settings: Settings) -> Credentials | None:
    """The worker's credentials; None where Kafka asks for none."""
    given = aiokafka_options(settings)
    context = given.get("ssl_context")
    if "sasl_mechanism" in given:
        return SASLCredentials(
            username=given["sasl_plain_username"],
            password=given["sasl_plain_password"],
            mechanism=given["sasl_mechanism"],
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None
