"""Finds out whether a worker runs, before its state is written from outside."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from contracts.access.clients import kafka_settings
from contracts.errors import UnavailableError
from contracts.settings import Settings
from contracts.topics import APP
from ioc.monitoring.heartbeat import check
from streams.kafka.access import aiokafka_options

RECENT_S = 10.0


def runs_worker(settings: Settings) -> bool:
    """Whether any worker belongs to the group of workers. Raises UnavailableError without Kafka.

    Tansu 0.6 keeps members that have left, and reports nothing about any but its name; there, where
    everything runs on one machine, the worker's heartbeat decides. (This uses aiokafka:
    kafka-python 3.0.12 can't read Tansu's answer.)
    """
    try:
        hosts = asyncio.run(_hosts_of_members(settings))
    except (KafkaError, OSError) as error:
        raise UnavailableError(
            f"Kafka at {settings.kafka_bootstrap} does not say who works "
            f"({type(error).__name__}); is it up, and do these fit: {kafka_settings(settings)}?"
        ) from None
    return any(hosts) or (bool(hosts) and _beats(settings))


async def _hosts_of_members(settings: Settings) -> list[str]:
    admin = AIOKafkaAdminClient(**aiokafka_options(settings))
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([APP])
        ((_, _, _, _, _, members, *_),) = answer.groups
    finally:
        await admin.close()
    return [str(host) for _, _, host, *_ in members]


def _beats(settings: Settings) -> bool:
    try:
        return check(settings, "worker") < RECENT_S
    except UnavailableError:
        return False
