"""Restores a worker's state: from its mirror in ClickHouse, or recounted from the archive."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from clickhouse_connect.driver.client import Client
from kafka.errors import KafkaError

from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.messages import iso, position
from contracts.reference.province import Reference, load_reference
from contracts.settings import Settings
from contracts.topics import APP
from ioc.asking.explained import explained
from ioc.state import mirror
from ioc.state.members import runs_worker
from sinks import client
from sinks.schema.places import note_lost_places
from sinks.state.archive_reader import Accounted, accounted, archived, last_ids
from sinks.state.changelog import Entry, held_entries, write_entries
from sinks.state.restore import restore
from streams.partition.progress import Progress
from streams.partition.rebuilding import Rebuilding
from streams.verdicts.duplicates import known_entries

SAY_EVERY_S = 2.0
ARCHIVE, MIRROR = SOURCES = ("archive", "mirror")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Rebuilt:
    """Counts of what a rebuild of a feed's state has read and written."""

    feed: str
    events: int
    entries: int
    seconds: float


def require_no_worker(settings: Settings) -> None:
    """Raise IocError while a worker runs: it would ignore the new state and overwrite it."""
    if runs_worker(settings):
        raise IocError(
            f"a worker runs (group {APP}): stop all of them first; one that was killed counts for "
            "some seconds more (--force if you know that none runs). On the embedded stack, whose "
            "broker ends with its workers, stop it and run `ioc up --rebuild FEED` instead"
        )


def rebuild_from(
    source: str, settings: Settings, feeds: Sequence[Feed], *, force: bool, say: Say
) -> None:
    """Restore the state from one of SOURCES, and say what was done.

    Raises:
        IocError: a worker runs (not checked if ``force``), or an error of the sources.
    """
    reference = load_reference(settings)
    if not force:
        require_no_worker(settings)
    if source == MIRROR:
        for name, count in restore(settings, feeds).items():
            say(f"{name}: {count:,} entries put back from the mirror")
        return
    for done in rebuild(settings, feeds, reference, say):
        say(
            f"{done.feed}: {done.entries:,} entries rebuilt from {done.events:,} archived events "
            f"in {done.seconds:.1f} s"
        )


def rebuild(
    settings: Settings, feeds: Sequence[Feed], reference: Reference, say: Say
) -> list[Rebuilt]:
    """Recount the state of these feeds from the archive and write it to their changelogs.

    No worker may run meanwhile. The next one starts from the rebuilt state and continues in the
    events' log after the last position up to which the archive is whole.

    Raises:
        UnavailableError: Kafka or ClickHouse does not answer; rebuild again.
    """
    try:
        with explained(settings), client.writer(settings) as connection:
            return [_rebuild(connection, settings, feed, reference, say) for feed in feeds]
    except KafkaError as error:
        where = f"Kafka at {settings.kafka_bootstrap}"
        raise UnavailableError(f"{where} failed in the rebuild: {client.brief(error)}") from None


def restore_or_rebuild(
    settings: Settings,
    feeds: Sequence[Feed],
    reference: Reference,
    say: Say,
    asked: Collection[str] = (),
) -> int:
    """Fill the changelogs of a new log; return the number of entries.

    They come from the mirror, or from the archive: for feeds that are ``asked`` for by name, and
    if the mirror is not whole (all processes may have been killed at once) or was made with other
    gauges than the contract declares.
    """
    with client.owner(settings) as connection:
        for feed in feeds:
            note_lost_places(connection, feed)
        why = {feed: _why_rebuild(connection, feed, settings) for feed in feeds}
        why |= {feed: "asked for" for feed in feeds if feed.name in asked}
        behind = [feed for feed, reason in why.items() if reason]
        for feed in behind:
            say(f"{feed.name}: {why[feed]}; rebuilding")
            mirror.clear(connection, feed)
        known = {feed: last_ids(connection, feed, settings.duplicate_window) for feed in feeds}
    kept = [feed for feed in feeds if feed not in behind]
    count = sum(restore(settings, kept).values())
    count += sum(done.entries for done in rebuild(settings, behind, reference, say))
    for feed, ids in known.items():
        write_entries(settings, feed, settings.kafka_partitions, _known(settings, ids))
    return count


def _why_rebuild(connection: Client, feed: Feed, settings: Settings) -> str:
    """Why the mirror can't be used; empty if it can."""
    if not mirror.is_whole(connection, feed, settings.generation):
        return "the mirror of the state is not what is archived"
    if mirror.is_bent(connection, feed, settings.clock_skew_s):
        return "an event from ahead of the clock makes all others too late"
    if not mirror.has_gauges_of(connection, feed):
        return "the contract's gauges are not those that the state was made with"
    return ""


def _known(settings: Settings, ids: Mapping[int, list[str]]) -> Iterator[Entry]:
    """Entries that give the duplicate filter the last ids of the previous log."""
    upto = position(settings.generation, 0)
    for partition, newest_first in ids.items():
        for key, payload in known_entries(newest_first):
            yield Entry(partition, orjson.dumps(f"{partition}|{key}"), payload, upto)


def _rebuild(
    connection: Client, settings: Settings, feed: Feed, reference: Reference, say: Say
) -> Rebuilt:
    began = said = time.monotonic()
    whole = accounted(connection, feed, settings.generation)
    stored = mirror.stored_panes(connection, feed)
    latest_s = mirror.now_s(connection) + settings.clock_skew_s
    states = {
        partition: Rebuilding(feed, settings, reference, stored.get(partition, -1), latest_s)
        for partition in whole
    }
    events = 0
    reached = {partition: counted.upto for partition, counted in whole.items()}
    for chunk in archived(connection, feed, reached) if reached else ():
        states[chunk.partition].take(chunk.events, chunk.positions, chunk.late, chunk.beyond)
        events += len(chunk.events)
        if time.monotonic() - said >= SAY_EVERY_S:
            said = time.monotonic()
            say(f"{feed.name}: {events:,} archived events taken in")
    entries = write_entries(
        settings, feed, settings.kafka_partitions, list(_entries(settings, feed, states, whole))
    )
    for partition, state in states.items():
        if state.ahead_s:
            say(
                f"{feed.name}: partition {partition} was bent by an event of "
                f"{iso(round(state.ahead_s * 1000))}, ahead of the clock, and is put right; send "
                f"again what was too late for it: `ioc rejects replay --feed {feed.name} "
                "--reason too_late`"
            )
    return Rebuilt(feed.name, events, entries, time.monotonic() - began)


def _entries(
    settings: Settings,
    feed: Feed,
    states: Mapping[int, Rebuilding],
    whole: Mapping[int, Accounted],
) -> Iterator[Entry]:
    """The rebuilt entries, and the deletion of every other key in the changelog.

    Each states a position no smaller than that of the entry it replaces, or a recovery would skip
    it. A partition's progress is the last of its entries, so a part of them never seems complete.
    """
    before = held_entries(settings, feed)
    greatest = max(before.values(), default=0)
    fresh = [
        Entry(
            partition,
            orjson.dumps(f"{partition}|{name}"),
            payload,
            max(greatest, whole[partition].upto),
        )
        for partition, state in states.items()
        for name, payload in state.entries(_progress(whole[partition])).items()
    ]
    for partition, key in before.keys() - {(entry.partition, entry.key) for entry in fresh}:
        yield Entry(partition, key, None, greatest)
    yield from fresh


def _progress(counted: Accounted) -> Progress:
    return Progress(
        upto=counted.upto,
        accepted=counted.accepted,
        rejected=counted.rejected,
        duplicates=counted.duplicates,
        late=counted.late,
        beyond=counted.beyond,
    )
