"""The embedded stack: its services, their order of start and stop, and their supervision."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.reference.province import load_reference
from contracts.settings import Settings
from ioc import schema
from ioc.embedded.beginning import Beginning
from ioc.embedded.data_folder import free_mb
from ioc.embedded.drain import alone_with
from ioc.embedded.memory import used_mb
from ioc.embedded.pids import forget_pids, note_pids
from ioc.embedded.required_ports import require_ports
from ioc.embedded.service import COMMAND, Service, environment_of
from ioc.monitoring.addresses import embedded_port
from ioc.state.rebuild import restore_or_rebuild

logger = logging.getLogger(__name__)

STOP_S = 9.0
DRAIN_S = 4.0
ROLL_SHARE = 0.8
"""Share of the broker's memory; the rest is for events that arrive during the roll-over."""
ROLL_S = 60.0
"""Longest attempt to store everything published; after that the broker continues for a while."""
LEAST_LIFE_S, LIFE_SHARE = 20.0, 4.0
"""A broker's minimum life in seconds, and as a multiple of its start-up time."""

Say = Callable[[str], None]


class Stack:
    """Broker, ClickHouse endpoint, preview page, worker, sink and producers on this machine.

    Without ``clickhouse`` the one of the settings has to run already; without ``produce`` nothing
    is simulated, and without ``preview`` there is no page. Its processes inherit ``lock``, see
    ``only_one``.

    The broker keeps its log in memory: when it ends, everything that depends on it is restarted
    over an empty log, and the worker's state comes back from ClickHouse. Before the broker has used
    up its memory, it is rolled over: ended in order, after everything published is stored.
    """

    def __init__(
        self,
        settings: Settings,
        feeds: Sequence[Feed],
        say: Say,
        *,
        lock: int,
        clickhouse: bool = True,
        produce: bool = True,
        preview: bool = True,
        rebuild: Sequence[str] = (),
    ) -> None:
        self.settings = settings
        self.feeds = feeds
        self._say = say
        self._rebuild = tuple(rebuild)
        self._environment = environment_of(settings)

        def service(name: str, *arguments: str) -> Service:
            log = settings.data_dir / "logs" / f"{name}.log"
            return Service(name, [*COMMAND, name, *arguments], log, lock)

        self.broker = service("broker")
        self.clickhouse = service("clickhouse") if clickhouse else None
        self.preview = service("preview") if preview else None
        self.worker = service("worker")
        self.sink = service("sink")
        self.produce = service("produce", *(feed.name for feed in feeds)) if produce else None
        self._beginning = Beginning(self.broker, feeds, say, self._restore)
        self._is_out_of_room = False
        self._began_at = self._roll_after = 0.0
        self.rolled_over = 0
        """How often the broker was rolled over."""

    @property
    def services(self) -> tuple[Service, ...]:
        """All services, in the order they start."""
        own = (*self._stores, self.preview, self.worker, self.sink, self.produce)
        return tuple(service for service in own if service)

    @property
    def _stores(self) -> tuple[Service, ...]:
        """The services that store data: broker and ClickHouse."""
        return (self.broker, self.clickhouse) if self.clickhouse else (self.broker,)

    @property
    def _users(self) -> tuple[Service, ...]:
        """The services that process it."""
        own = (self.worker, self.sink)
        return (*own, self.produce) if self.produce else own

    def start(self, stop: Event) -> None:
        """Start all; returns when events flow, or early if ``stop`` is set.

        Raises:
            IocError: a port is in use, a service did not come up, a file can't be read.
        """
        require_ports(
            self.settings, clickhouse=self.clickhouse is not None, preview=self.preview is not None
        )
        self._say(f"starting {' and '.join(service.name for service in self._stores)}")
        if self.clickhouse:
            self._begin(self.clickhouse)
        self._start_broker()
        if self.clickhouse:
            self.clickhouse.await_port(self.settings.clickhouse_host, self.settings.clickhouse_port)
        if self.preview:
            self._begin(self.preview)
        if not stop.is_set():
            self._say("applying the schema")
            schema.apply(self.settings, self.feeds, load_reference(self.settings))
        if not stop.is_set():
            self._start_pipeline()

    def _begin(self, service: Service) -> None:
        port = embedded_port(self.settings, service.name)
        service.start(self._environment | {"IOC_METRICS_PORT": str(port)})

    def _start_broker(self) -> None:
        self._began_at = time.monotonic()
        self.settings = self._beginning.of_next(self.settings, self._begin_broker)

    def _begin_broker(self, settings: Settings) -> None:
        self._environment["IOC_GENERATION"] = str(settings.generation)
        self._begin(self.broker)

    def _restore(self, settings: Settings) -> int:
        asked, self._rebuild = self._rebuild, ()
        return restore_or_rebuild(settings, self.feeds, load_reference(settings), self._say, asked)

    def _start_pipeline(self) -> None:
        """Over an empty log: topics, state, then worker, sink and producers."""
        self._beginning.fill(self.settings)
        self._say(f"starting {', '.join(service.name for service in self._users)}")
        for service in self._users:
            self._begin(service)
        self._note_pids()
        took_s = time.monotonic() - self._began_at
        self._roll_after = time.monotonic() + max(LEAST_LIFE_S, LIFE_SHARE * took_s)

    def care(self) -> None:
        """Restart services that have ended. Call it about every second."""
        has_broker = self.broker.exit_code is None
        for service in self.services:
            if service is self.broker or (service in self._users and not has_broker):
                continue
            if service is self.produce and self._is_out_of_room:
                continue
            if service.may_start_again():
                end = f"{service.name} ended with {service.exit_code}: {service.last_words()}"
                logger.warning("%s", end)
                self._say(f"{end}; it starts again")
                service.restarts += 1
                self._begin(service)
                self._note_pids()
        if self.broker.may_start_again():
            self._renew_broker()

    def _renew_broker(self) -> None:
        end = f"broker ended with {self.broker.exit_code}: {self.broker.last_words()}"
        logger.warning("%s", end)
        self._say(f"{end}; another one begins")
        deadline = time.monotonic() + STOP_S
        for service in reversed(self._users):
            service.stop(deadline)
        self.broker.restarts += 1
        self._begin_anew()

    def _begin_anew(self) -> bool:
        """Start another broker, and the pipeline over it; retries if that fails."""
        try:
            self._start_broker()
            self._start_pipeline()
        except IocError as error:
            logger.warning("the broker ends again because its pipeline can't start: %s", error)
            self._say(f"to be tried again: {error}")
            self.broker.stop(time.monotonic())
            return False
        return True

    def wait_for_room(self) -> None:
        """Pause the producers while ClickHouse refuses inserts because the disk is nearly full.

        Otherwise their events would pile up in the broker's memory. Call it about every second.
        """
        if self.produce is None:
            return
        free, least = free_mb(self.settings.data_dir), self.settings.disk_reserve_mb
        if free < least and self.produce.pid:
            self._is_out_of_room = True
            self._say(
                f"disk full: {free:,} MB are free in {self.settings.data_dir}; producers and sink "
                f"wait until there are {least:,} MB (IOC_DISK_RESERVE_MB)"
            )
            self.produce.stop(time.monotonic() + STOP_S)
        elif free >= least and self._is_out_of_room:
            self._is_out_of_room = False
            self._say("there is room on the disk again: producers go on")
            self._begin(self.produce)
        else:
            return
        self._note_pids()

    def stay_within_memory(self, stop: Event) -> None:
        """Roll the broker over if its memory is nearly used up. Call it about every second.

        That takes some seconds, fewer if ``stop`` is set.
        """
        if self._is_full() and not self._is_out_of_room:
            self._roll_over(stop)

    def _is_full(self) -> bool:
        """Whether the broker has nearly used its memory and has lived long enough."""
        if self.broker.pid is None or time.monotonic() < self._roll_after:
            return False
        return used_mb(self.broker.pid) > ROLL_SHARE * self.settings.broker_memory_mb

    def _roll_over(self, stop: Event) -> None:
        """Store everything published, then go on over an empty log of a new generation.

        If that takes too long, or a part fails meanwhile, the broker stays.
        """
        began, full_mb = time.monotonic(), used_mb(self.broker.pid or 0)
        self._say(f"rolling the broker over, whose log takes {full_mb:,.0f} MB of memory")
        deadline = began + ROLL_S
        if self.produce:
            self.produce.stop(deadline)
        if self._close_pipeline(deadline, deadline, stop):
            if stop.is_set():
                return
            if self._begin_anew():
                self.rolled_over += 1
                took_s = time.monotonic() - began
                logger.warning("rolled over from %.0f MB in %.1f s", full_mb, took_s)
                self._say(f"rolled over, {self.rolled_over} times now; it took {took_s:.0f} s")
            return
        if stop.is_set():
            return
        logger.warning(
            "the broker stays: not all that was published is stored after %.1f s",
            time.monotonic() - began,
        )
        self._say("the broker stays for now: not everything published is stored yet")
        for service in self._users:
            if service.pid is None:
                self._begin(service)
        self._note_pids()
        self._roll_after = time.monotonic() + LEAST_LIFE_S

    def _close_pipeline(self, drained_by: float, deadline: float, stop: Event) -> bool:
        """End worker, sink and broker after they have nothing left to do. True if they were ended.

        Times are of time.monotonic; whatever has not begun or ended by then keeps running. If a
        part ends by itself or ``stop`` is set, there is nothing to wait for.
        """

        def is_vain(*needed: Service) -> bool:
            return stop.is_set() or any(service.exit_code is not None for service in needed)

        stores, worker, sink = self._stores, self.worker, self.sink
        with alone_with(self.broker, worker, sink, self.settings, self.feeds) as rest:
            if rest is None:
                return False
            if not rest.of_worker(drained_by, lambda: is_vain(*stores, worker, sink)):
                return False
            worker.stop(deadline)
            if not rest.of_sinks(drained_by, lambda: is_vain(*stores, sink)):
                return False
            rest.close()
            sink.stop(deadline)
            self.broker.stop(deadline)
        return True

    def stop(self) -> None:
        """Stop all within ten seconds: producers first, the rest after processing their events."""
        deadline = time.monotonic() + STOP_S
        if self.preview:
            self.preview.ask_to_stop()
        if self.produce:
            self.produce.stop(deadline)
        self._close_pipeline(min(deadline - 3.0, time.monotonic() + DRAIN_S), deadline, Event())
        pages = (self.preview,) if self.preview else ()
        for together in ((*pages, self.worker, self.sink), self._stores):
            for service in together:
                service.ask_to_stop()
            for service in together:
                service.stop(deadline)
        forget_pids(self.settings.data_dir)

    def _note_pids(self) -> None:
        pids = {service.name: service.pid for service in self.services}
        note_pids(self.settings.data_dir, pids)
