"""SQL that recounts panes, gauges and lateness from the archive, without the agents' code.

``ms`` is whole milliseconds since 1970 of a time column.
"""

from tests.e2e.recount import COUNTED_AT

COUNTS, HISTOGRAMS, SETS = "counts", "histograms", "sets"


def _ms(column: str) -> str:
    return f"toUnixTimestamp64Milli({column})"


def _elapsed(unit_ms: int) -> str:
    """Whole units from reception to the event, rounded down; 0 if they are reversed."""
    return f"intDiv(greatest(0, {_ms('occurred_at')} - {_ms('received_at')}), {unit_ms})"


def _bins(number: str, condition: str) -> str:
    return f"sumMapIf(map(toInt32(assumeNotNull({number})), toInt64(1)), {condition})"


EVERY_FEED = {
    "events": (COUNTS, "count()"),
    "late": (COUNTS, "countIf(late)"),
}
"""Part -> the column of ``panes`` that holds it, and its recount over events of the minute."""

PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "dossier": {
        "received": (COUNTS, "countIf(kind = 'received')"),
        "resolved_on_time": (COUNTS, "countIf(kind = 'resolved' AND occurred_at <= due_at)"),
        "resolved_seconds": (COUNTS, f"sumIf({_elapsed(1000)}, kind = 'resolved')"),
        "rating_sum": (COUNTS, "sumIf(toInt64(rating), kind = 'resolved' AND rating > 0)"),
        "resolved_half_days": (
            HISTOGRAMS,
            _bins(f"least({_elapsed(43_200_000)}, 1460)", "kind = 'resolved'"),
        ),
    },
    "traffic": {
        "detections": (COUNTS, "countIf(kind = 'detection')"),
        "speed_deci_kmh": (COUNTS, "sumIf(toInt64(round(speed_kmh * 10)), kind = 'detection')"),
        "confirmed": (COUNTS, "countIf(review = 'confirmed')"),
        "speed_kmh": (HISTOGRAMS, _bins("floor(speed_kmh)", "kind = 'detection'")),
    },
    "press": {
        "articles": (COUNTS, "count()"),
        "score_milli": (COUNTS, "sum(toInt64(round(score * 1000)))"),
        "outlets": (SETS, "arraySort(groupUniqArray(toString(outlet)))"),
    },
    "eoffice": {
        "completed": (COUNTS, "countIf(kind = 'completed')"),
        "completed_seconds": (COUNTS, f"sumIf({_elapsed(1000)}, kind = 'completed')"),
        "completed_hours": (
            HISTOGRAMS,
            _bins(f"least({_elapsed(3_600_000)}, 2400)", "kind = 'completed'"),
        ),
    },
}

RETRACTABLE: dict[str, dict[str, tuple[str, str]]] = {
    "eoffice": {
        "received": (COUNTS, "sumIf(sign, direction = 'incoming' AND kind != 'completed')"),
        "issued_signed": (COUNTS, "sumIf(sign, direction = 'outgoing' AND signed)"),
        "registered_electronic": (COUNTS, "sumIf(sign, electronic AND kind != 'completed')"),
    },
    "traffic": {
        "suspected": (
            COUNTS,
            "sumIf(sign, violation != '' AND (kind = 'detection' OR sign = -1))",
        ),
    },
}
"""Parts from which a later event takes back, counted over ``COUNTED_AT``."""


def wrong_panes(feed: str) -> dict[str, str]:
    """Part -> SQL of the panes whose part differs: district, pane, held, recounted.

    A missing pane, or one without events, differs in ``events``. Events that came too late for any
    pane are in none.
    """
    plain = f"(SELECT *, occurred_at AS at FROM events_{feed} FINAL)"
    found = {
        part: _wrong(feed, part, column, recount, plain)
        for part, (column, recount) in (EVERY_FEED | PARTS[feed]).items()
    }
    for part, (column, recount) in RETRACTABLE.get(feed, {}).items():
        found[part] = _wrong(feed, part, column, recount, COUNTED_AT[feed])
    return found


def _wrong(feed: str, part: str, column: str, recount: str, source: str) -> str:
    held = {
        COUNTS: f"counts['{part}']",
        HISTOGRAMS: f"mapSort(histograms['{part}'])",
        SETS: f"arraySort(sets['{part}'])",
    }[column]
    return f"""
        SELECT district, pane, p.held, e.recounted FROM
            (SELECT district, pane, {held} AS held FROM panes FINAL WHERE feed = '{feed}') AS p
        FULL JOIN
            (SELECT district, toStartOfMinute(at) AS pane, {recount} AS recounted
             FROM {source} WHERE NOT beyond GROUP BY district, pane) AS e
        USING (district, pane)
        WHERE p.held != e.recounted
        ORDER BY pane, district
    """


def wrong_lateness(feed: str, disorder_s: float) -> str:
    """SQL of the events whose ``late`` isn't what the log before them says.

    Columns: partition, offset, late, seconds behind the newest accepted event of its
    district before.
    """
    return f"""
        SELECT partition, offset, late, (newest_ms - at_ms) / 1000 FROM
        (
            SELECT partition, offset, late, {_ms("occurred_at")} AS at_ms,
                max({_ms("occurred_at")}) OVER (
                    PARTITION BY district ORDER BY generation, offset
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest_ms
            FROM events_{feed} FINAL
        )
        WHERE late != (at_ms < newest_ms - {round(disorder_s * 1000)})
        ORDER BY partition, offset
    """


def wrong_state(feed: str) -> str:
    """SQL of the panes that differ from the worker's own state, by the mirror of its changelog.

    Columns: district, minute since 1970, version shown, version in the state.
    """
    by_text = "mapApply((bin, n) -> (toString(bin), n), h)"
    return f"""
        SELECT district, minute, p.version, s.version FROM
        (
            SELECT district, intDiv(toUnixTimestamp(pane), 60) AS minute, version,
                mapSort(counts) AS counts,
                mapApply((part, h) -> (part, mapSort({by_text})), histograms) AS histograms, sets
            FROM panes FINAL WHERE feed = '{feed}'
        ) AS p
        FULL JOIN
        (
            SELECT splitByChar('|', trim(BOTH '"' FROM key))[3] AS district,
                toInt64OrZero(splitByChar('|', trim(BOTH '"' FROM key))[4]) AS minute,
                toUInt64OrZero(splitByChar(' ', value)[1]) AS version,
                substring(value, position(value, '{{')) AS parts,
                mapSort(JSONExtract(parts, 'counts', 'Map(String, Int64)')) AS counts,
                mapApply((part, h) -> (part, mapSort(h)), JSONExtract(parts, 'histograms',
                    'Map(String, Map(String, Int64))')) AS histograms,
                JSONExtract(parts, 'sets', 'Map(String, Array(String))') AS sets
            FROM state FINAL
            WHERE table_topic = 'ioc-worker-state_{feed}-changelog' AND NOT deleted
                AND key LIKE '%|pane|%'
        ) AS s
        USING (district, minute)
        WHERE p.version != s.version OR toString(p.counts) != toString(s.counts)
            OR toString(p.histograms) != toString(s.histograms)
            OR toString(p.sets) != toString(s.sets)
        ORDER BY minute, district
    """
