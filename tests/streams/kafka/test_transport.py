"""The group's committed offset."""

from faust.types import TP

from contracts.settings import load_settings
from streams.app import _new_app
from streams.kafka.transport import Consumer

PLACE = TP("ioc.events.press.v1", 0)


def test_what_was_read_from_the_log_is_committed_like_what_was_delivered() -> None:
    """A batch that a rebalance dropped is read from the log, and no later one may ever come."""
    consumer = _new_app(load_settings()).consumer
    assert isinstance(consumer, Consumer)
    assert consumer._new_offset(PLACE) is None
    consumer.acknowledge(PLACE, 41)
    assert list(consumer._filter_tps_with_pending_acks()) == [PLACE]
    assert consumer._new_offset(PLACE) == 42
    assert consumer._new_offset(PLACE) is None


def test_a_full_partition_is_not_fetched_from_until_its_buffer_drains_or_it_is_assigned() -> None:
    """It stays active: with none active, Faust would sleep for a second."""
    consumer = _new_app(load_settings()).consumer
    assert isinstance(consumer, Consumer)
    for release in (consumer.on_buffer_drop, lambda place: consumer._set_active_tps({place})):
        consumer._set_active_tps({PLACE})
        assert consumer.may_fetch(PLACE)
        consumer.on_buffer_full(PLACE)
        assert not consumer.may_fetch(PLACE)
        assert consumer._get_active_partitions() == {PLACE}
        release(PLACE)
        assert consumer.may_fetch(PLACE)
