"""``ioc rejects replay``: resends rejected events that would be accepted today, each once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.errors import IocError
from contracts.messages import Reason
from contracts.reference.province import Reference, load_reference
from contracts.settings import Settings
from ioc.asking.explained import explained
from ioc.rejects.candidates import Candidates
from ioc.rejects.choice import Choice
from ioc.rejects.fitness import Fitness
from ioc.rejects.sending import Sender
from ioc.rejects.sieve import Sieve, Tally, print_tally
from ioc.rejects.standing import last_origins, read_standing
from sinks import client


def replay(settings: Settings, choice: Choice, console: Console, *, dry_run: bool) -> None:
    """Resend the rejects of a choice and report; a dry run only says what it would do.

    Raises:
        IocError: duplicates were chosen, or Kafka or ClickHouse fails. Events already sent are
            noted.
    """
    if choice.reason is Reason.DUPLICATE:
        raise IocError(
            "--reason duplicate: a duplicate can't be replayed, because the event that it repeats "
            "came in before it; if that one was rejected, replay its reason"
        )
    reference = load_reference(settings)
    rejects = 0
    connect = client.reader if dry_run else client.writer
    with explained(settings), connect(settings) as connection:
        for feed in choice.feeds:
            run = FeedReplay(settings, reference, connection, replace(choice, feeds=(feed,)))
            tally = run.run(dry_run=dry_run)
            rejects += tally.rejects
            if tally.rejects:
                print_tally(tally, console, dry_run=dry_run)
    if not rejects:
        console.print(
            f"no rejects {choice.words}", markup=False, emoji=False, highlight=False, soft_wrap=True
        )


class FeedReplay:
    """The replay of one feed's rejects; ``choice`` names one feed."""

    def __init__(
        self, settings: Settings, reference: Reference, connection: Client, choice: Choice
    ) -> None:
        (feed,) = choice.feeds
        self._settings = settings
        self._connection = connection
        self._choice = choice
        self._feed = feed
        self._standing = read_standing(connection, feed)
        self._fitness = Fitness(feed, settings, reference, self._standing, time.time)

    def run(self, *, dry_run: bool) -> Tally:
        """Send the worthwhile ones, page by page. Raises UnavailableError if Kafka fails."""
        candidates = Candidates(self._connection, self._choice, self._settings.max_event_bytes)
        rejects, before = candidates.counts()
        tally = Tally(self._feed.name, before)
        sieve = Sieve(self._connection, self._feed, self._standing, self._fitness, tally)
        with self._sender(dry_run=dry_run) as sender, _bar(rejects - before) as advance:
            for page in candidates.pages():
                sifted = sieve.sift(page)
                if sender:
                    sender.send(sifted.fits)
                    sender.note(sifted.repeated)
                tally.sent += len(sifted.fits)
                advance(len(page))
        tally.late_by_feed = self._fitness.late_by_feed
        return tally

    @contextmanager
    def _sender(self, *, dry_run: bool) -> Iterator[Sender | None]:
        if dry_run:
            yield None
            return
        window = self._settings.duplicate_window + self._settings.duplicate_ids
        places = last_origins(self._connection, self._feed, self._standing, window)
        sender = Sender(self._settings, self._feed, self._connection, places)
        try:
            yield sender
        finally:
            sender.close()


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar if there is a terminal; yields a function that advances it."""
    terminal = Console(stderr=True)
    columns = (TextColumn("checking and sending"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=terminal, transient=True, disable=not terminal.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)
