"""A whole feed: the panes, gauges and progress of all its partitions, merged into figures."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.feed import Feed
from contracts.indicators.formulas import NO_DATA, Span
from contracts.indicators.indicator import INSTANT_S, Indicator
from contracts.indicators.parts import Parts, decode_parts, merged
from contracts.messages import (
    MINUTE_S,
    GaugeRow,
    IndicatorRow,
    PaneRow,
    ProgressRow,
    parse_iso,
    position,
)
from streams.figures.rolling import RollingPanes
from streams.figures.rows import Made, Window, indicator_row, window_of
from streams.figures.told import LIVE_MINUTES, PAST_MINUTES, Told
from streams.figures.watermark import FeedWatermark

DAY_MINUTES = 1_440
MORE_MINUTES = 15
"""Panes kept beyond a day: the watermark of a silent partition may lag behind others' events."""
NOBODY: Mapping[str, int] = {}
MINUTE_MS = MINUTE_S * 1000
STEPS = (1, 10, 60)
CLOSINGS = 12
"""Most intermediate minutes reported of up to half a day; each costs rows of all districts."""


class Repeats(NamedTuple):
    """Which unchanged figures of a window are emitted again: all if due, those of the province."""

    of_all: bool
    of_province: bool


NEWEST = Repeats(of_all=True, of_province=True)


@dataclass(slots=True)
class District:
    """The data of one district; ``panes_upto`` maps a minute to the version of its pane."""

    rolling: RollingPanes = field(default_factory=RollingPanes)
    panes_upto: dict[int, int] = field(default_factory=dict)
    gauges: Parts = field(default_factory=dict)
    gauges_upto: int = -1
    gauges_as_of_ms: int = 0


def ends_of_passed(since: int, minute: int, eventful: int) -> Iterator[int]:
    """Ends of the passed windows to report, in order, after ``since``, the last minute reported.

    The last end is always ``minute``. Intermediate ends lie at full minutes, ten minutes or hours:
    the finest step that gives at most CLOSINGS of them, else hours. There are none if nothing was
    reported before (``since`` 0), and none after the minute ``eventful``: later windows are empty,
    and a clock may leap by years.
    """
    passed = minute - since if since else 0
    step = next((step for step in STEPS if passed <= step * CLOSINGS), STEPS[-1])
    following = min(minute, eventful + 1)
    yield from range((since // step + 1) * step, following, step) if since else ()
    yield minute


def upto_of(generation: int, offset: int) -> int:
    """The version of figures that include the log of panes up to an offset.

    The generation is raised by one. Earlier workers used the clock's milliseconds as the version,
    and every position then exceeds those, until 2039.
    """
    return position(generation + 1, offset)


class FeedView:
    """Takes pane, gauge and progress rows in any order, repeats included; gives indicator rows.

    ``province`` is the code under which the merge of all districts and of the province's own events
    is reported. ``initial`` holds the gauge parts of units before their first event. Nothing is
    reported until all ``partitions`` have sent their progress: over an empty log, figures of the
    first partition alone would pass for those of the province. ``laggard_s`` limits how far one
    partition may hold the others back.

    The caller sets ``upto`` to the position of the last row taken (see ``upto_of``). Versions of
    figures derive from it, so they grow whatever the clock does, and in every process.
    """

    def __init__(
        self,
        feed: Feed,
        province: str,
        initial: Mapping[str, Parts],
        partitions: int,
        laggard_s: float = math.inf,
    ) -> None:
        self.upto = 0
        self._province = province
        self._districts = {code: District(gauges=parts) for code, parts in initial.items()}
        self._indicators: dict[int, list[tuple[str, Indicator]]] = defaultdict(list)
        for indicator in feed.indicators:
            for horizon_s in indicator.horizons_s:
                self._indicators[horizon_s].append((feed.indicator_id(indicator), indicator))
        self._unheard = set(range(partitions))
        self._known_since_s: dict[int, dict[str, int]] = {}
        self._watermark = FeedWatermark(laggard_s)
        self._reported_minute = self._reported_current = 0
        self._is_live = False
        self._touched: set[str] = set()
        self._told = Told()

    @property
    def watermark_ms(self) -> int:
        """The feed's watermark in ms since 1970; 0 before any event. See FeedWatermark."""
        return self._watermark.reached_ms

    def put_pane(self, row: PaneRow) -> None:
        """Take a pane, unless a newer version is held. A corrected pane may keep its version."""
        district = self._district(row["district"])
        minute = parse_iso(row["pane"]) // MINUTE_MS
        if row["version"] >= district.panes_upto.get(minute, -1):
            district.panes_upto[minute] = row["version"]
            district.rolling.put(minute, decode_parts(row))
            self._touched.add(row["district"])

    def put_gauge(self, row: GaugeRow) -> None:
        """Take the gauges of a district, unless newer ones are held."""
        district = self._district(row["district"])
        if row["version"] >= district.gauges_upto:
            district.gauges_upto = row["version"]
            district.gauges_as_of_ms = row["as_of_ms"]
            district.gauges = decode_parts(row)
            self._touched.add(row["district"])

    @property
    def _current_minute(self) -> int:
        """The minute in which rolling windows end: the latest that all partitions have reached.

        Windows that end at the watermark would show the events of a minute's first seconds late.
        The minute goes back only with the watermark, even if a partition is first heard from late.
        """
        came_to_ms = max(self._watermark.all_came_to_ms, self.watermark_ms)
        return max(self._reported_current, came_to_ms // MINUTE_MS)

    def put_progress(self, row: ProgressRow) -> None:
        """Take the progress of a partition."""
        self._unheard.discard(row["partition"])
        self._known_since_s[row["partition"]] = row.get("known_since", {})
        self._watermark.put(row)

    def put_empty(self, partition: int) -> None:
        """Note that a partition is empty."""
        self._unheard.discard(partition)

    def report(self, now_ms: int) -> list[IndicatorRow]:
        """All pages of ``report_pages`` as one."""
        return [row for page in self.report_pages(now_ms) for row in page]

    def report_pages(self, now_ms: int) -> Iterator[list[IndicatorRow]]:
        """The figures that have changed since they were last emitted, as of the watermark.

        A figure stays valid until its next row. The first report of a minute emits all figures of
        the province: they tell readers that all others are current up to there. All figures of
        districts are emitted at the start of an hour, or of a day while a past is processed.

        When a minute has passed, its changed figures come first; they are complete except for late
        events. When a longer stretch passes at once, as after a standstill or in a past, some
        intermediate minutes are reported too. Each window end is one page, so years take no more
        memory than an hour. Put nothing in before the last page has been taken.
        """
        if self._unheard:
            return
        watermark_ms = self.watermark_ms
        minute = watermark_ms // MINUTE_MS
        if minute < self._reported_minute:  # went back: later minutes are emitted again
            self._reported_minute = self._reported_current = 0
            self._told.clear()
        current = self._current_minute
        passed = minute != self._reported_minute
        if passed or current != self._reported_current:
            self._touched.update(self._districts)
        if not watermark_ms or not (passed or self._touched):
            return
        self._is_live = minute - self._reported_minute <= CLOSINGS
        if passed:
            yield from self._passed_pages(minute, now_ms)
            self._drop_old(minute)
        made = Made(now_ms, 2 * self.upto + 1)
        page = list(self._rolling_rows(current, watermark_ms, made, NEWEST))
        page.extend(self._gauge_rows(minute, watermark_ms, made))
        self._reported_minute, self._reported_current = minute, current
        self._touched.clear()
        if page:
            yield page

    def _passed_pages(self, minute: int, now_ms: int) -> Iterator[list[IndicatorRow]]:
        # One position lower, so that the current minute wins where only the newest is kept.
        made = Made(now_ms, 2 * self.upto)
        eventful = self._watermark.newest_event_ms // MINUTE_MS + DAY_MINUTES
        for end in ends_of_passed(self._reported_minute, minute, eventful):
            repeats = Repeats(of_all=end < minute, of_province=self._is_live)
            page = list(self._rolling_rows(end - 1, end * MINUTE_MS, made, repeats))
            if page:
                yield page
            self._told.forget_before(end)

    def _district(self, code: str) -> District:
        return self._districts.setdefault(code, District())

    def _drop_old(self, minute: int) -> None:
        # By the newest event, because a wrong clock may have carried the watermark away.
        newest = self._watermark.newest_event_ms // MINUTE_MS
        first = min(minute, newest) - DAY_MINUTES - MORE_MINUTES
        for district in self._districts.values():
            district.rolling.drop_before(first)
            for old in [held for held in district.panes_upto if held < first]:
                del district.panes_upto[old]
        self._told.forget_before(minute)

    def _rolling_rows(
        self, minute: int, as_of_ms: int, made: Made, repeats: Repeats
    ) -> Iterator[IndicatorRow]:
        """Rows of the windows that end with this minute."""
        for horizon_s in self._indicators:
            if horizon_s != INSTANT_S:
                first = minute + 1 - horizon_s // MINUTE_S
                parts = {
                    code: district.rolling.window(first, minute + 1)
                    for code, district in self._districts.items()
                }
                yield from self._rows(parts, horizon_s, minute, as_of_ms, made, repeats)

    def _gauge_rows(self, minute: int, watermark_ms: int, made: Made) -> Iterator[IndicatorRow]:
        """Rows of gauges, each as of its own instant.

        The gauges of a district whose partition is ahead of the feed are as of that partition's
        watermark. Other gauges hold as of the feed's: every change is emitted, so they are current.
        """
        parts = {code: district.gauges for code, district in self._districts.items()}
        own = {
            code: district.gauges_as_of_ms
            for code, district in self._districts.items()
            if code != self._province
        }
        yield from self._rows(parts, INSTANT_S, minute, watermark_ms, made, NEWEST, own)

    def _rows(
        self,
        parts: Mapping[str, Parts],
        horizon_s: int,
        minute: int,
        watermark_ms: int,
        made: Made,
        repeats: Repeats,
        own_as_of_ms: Mapping[str, int] = NOBODY,
    ) -> Iterator[IndicatorRow]:
        end_s = (minute + 1) * MINUTE_S
        indicators = self._indicators.get(horizon_s, ())
        every = LIVE_MINUTES if self._is_live else PAST_MINUTES
        all_are_due = repeats.of_all and self._told.all_are_due(horizon_s, minute, every)
        unknown = self._unknown(end_s - horizon_s) if horizon_s else frozenset()
        windows: dict[int, tuple[Span, Window]] = {}
        for code, of_unit in self._reported(parts):
            as_of_ms = max(watermark_ms, own_as_of_ms.get(code, 0))
            if as_of_ms not in windows:
                windows[as_of_ms] = (
                    Span(end_s - horizon_s, as_of_ms / 1000),
                    window_of(horizon_s, end_s * 1000, as_of_ms, made),
                )
            span, window = windows[as_of_ms]
            figures = [
                NO_DATA
                if unknown and indicator.formula.reads & unknown
                else indicator.formula.figure(of_unit, span)
                for _, indicator in indicators
            ]
            all_of_it = all_are_due or (repeats.of_province and code == self._province)
            for n in self._told.news(horizon_s, code, minute, figures, all_of_it=all_of_it):
                yield indicator_row(indicators[n][0], code, window, figures[n])

    def _unknown(self, start_s: int) -> frozenset[str]:
        """The parts that some partition began to count only after the start of the window."""
        return frozenset(
            part
            for since in self._known_since_s.values()
            for part, since_s in since.items()
            if since_s > start_s
        )

    def _reported(self, parts: Mapping[str, Parts]) -> Iterable[tuple[str, Parts]]:
        for code in sorted(self._touched - {self._province}):
            yield code, parts[code]
        # The province comes last: its row tells readers that the other figures are current.
        yield self._province, merged(parts.values())
