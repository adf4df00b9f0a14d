"""Finds examples of the faults in an account, for operators."""

from collections.abc import Iterable, Iterator, Sequence

from clickhouse_connect.driver.client import Client

from sinks.audit.accounting import Account
from sinks.audit.cut import Cut, Log
from sinks.audit.statement import rows

PAGE = 65_536
EXAMPLES = 5


def describe(client: Client, feed: str, cut: Cut, account: Account) -> list[str]:
    """A sentence for each kind of fault, with the first few places. Raises ClickHouseError."""
    said = []
    if account.missing:
        known = dict(account.by_log)
        gaps = [
            f"{_place(log.generation, log.partition)} offset{_span(first, last)}"
            for log in cut.logs
            if known.get(log.key, 0) < log.published
            for first, last in missing_spans(client, feed, log)
        ]
        said.append(
            f"{feed}: {account.missing:,} published events are neither archived nor rejected: "
            f"{_listed(gaps)}"
        )
    if account.unarchived:
        said.append(
            f"{feed}: {account.unarchived:,} accepted events are not in the archive: "
            f"{_listed(_strays(client, feed, cut, account))}"
        )
    if account.double:
        found = rows(client, "doubles", feed, cut.lists(), limit=EXAMPLES)
        places = [f"{_place(*row[:2])} offset {row[2]} ({row[3]})" for row in found]
        said.append(
            f"{feed}: {account.double:,} events are accepted as well as rejected: {_listed(places)}"
        )
    return said


def missing_spans(
    client: Client, feed: str, log: Log, most: int = EXAMPLES
) -> list[tuple[int, int]]:
    """The first spans of offsets that are in no table; may exceed ``most``.

    Raises ClickHouseError.
    """
    place = {"generation": log.generation, "partition": log.partition}
    held = {
        int(page): int(known)
        for page, known in rows(
            client, "pages", feed, None, first=log.first, last=log.last, **place
        )
    }
    spans: list[tuple[int, int]] = []
    for page in range(log.first // PAGE, log.last // PAGE + 1):
        first, last = max(log.first, page * PAGE), min(log.last, (page + 1) * PAGE - 1)
        if held.get(page, 0) < last - first + 1:
            bounds: dict[str, object] = {"first": first, "last": last}
            found = rows(client, "page", feed, None, **bounds, **place) if page in held else []
            _extend(spans, gaps([int(row[0]) for row in found], first, last))
        if len(spans) > most:
            break
    return spans


def _extend(spans: list[tuple[int, int]], more: Iterable[tuple[int, int]]) -> None:
    """Add spans; one that continues the last span extends it."""
    for start, end in more:
        if spans and spans[-1][1] == start - 1:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))


def gaps(known: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The spans from ``first`` to ``last`` that the ascending ``known`` numbers leave out."""
    expected = first
    for number in [*known, last + 1]:
        if number > expected:
            yield expected, number - 1
        expected = number + 1


def _strays(client: Client, feed: str, cut: Cut, account: Account) -> list[str]:
    found: list[str] = []
    for bucket in range(account.buckets):
        for generation, partition, offset, event_id in rows(
            client, "strays", feed, cut.lists(),
            buckets=account.buckets, bucket=bucket, limit=EXAMPLES,
        ):  # fmt: skip
            found.append(f"{_place(generation, partition)} offset {offset} ({event_id})")
        if len(found) >= EXAMPLES:
            break
    return found[:EXAMPLES]


def _place(generation: int, partition: int) -> str:
    return f"generation {generation} partition {partition}"


def _span(first: int, last: int) -> str:
    return f" {first}" if first == last else f"s {first}-{last}"


def _listed(places: Sequence[str]) -> str:
    return "; ".join(places[:EXAMPLES]) + ("; …" if len(places) > EXAMPLES else "")
