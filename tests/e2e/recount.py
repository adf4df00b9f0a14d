"""Every rolling indicator recounted by SQL over the archive, from the catalog's definitions."""

FIGURES: dict[str, dict[str, str]] = {
    "dossier": {
        "received": "countIf(kind = 'received')",
        "resolved": "countIf(kind = 'resolved')",
        "on_time_share": "countIf(kind = 'resolved' AND occurred_at <= due_at)"
        " / countIf(kind = 'resolved')",
        "online_share": "countIf(kind = 'received' AND channel = 2) / countIf(kind = 'received')",
        "online_payment_share": "countIf(kind = 'paid' AND paid_online) / countIf(kind = 'paid')",
        "digitised_share": "countIf(kind = 'resolved' AND digitised) / countIf(kind = 'resolved')",
        "satisfaction": "sumIf(rating, kind = 'resolved') / countIf(rating > 0)",
        "satisfied_share": "countIf(rating >= 4) / countIf(rating > 0)",
        "days_mean": "sumIf(intDiv(toUnixTimestamp64Milli(occurred_at)"
        " - toUnixTimestamp64Milli(received_at), 1000), kind = 'resolved') / 86400"
        " / countIf(kind = 'resolved')",
    },
    "traffic": {
        "detected": "sumIf(sign, violation != '' AND (kind = 'detection' OR sign = -1))",
        "confirmed": "countIf(review = 'confirmed')",
        "reject_share": "countIf(review = 'rejected' AND sign = 1)"
        " / countIf(kind = 'review' AND sign = 1)",
        "heavy_share": "countIf(vehicle_class IN ('truck', 'bus')) / countIf(kind = 'detection')",
        "speed_mean": "sumIf(toInt64(round(speed_kmh * 10)), kind = 'detection') / 10"
        " / countIf(kind = 'detection')",
    },
    "press": {
        "articles": "count()",
        "outlets": "uniqExact(outlet)",
        "negative_share": "countIf(sentiment = 'negative') / count()",
        "sentiment_mean": "sum(toInt64(round(score * 1000))) / 1000 / count()",
    },
    "eoffice": {
        "received": "sumIf(sign, direction = 'incoming' AND kind IN ('received', 'revoked'))",
        "issued": "sumIf(sign, direction = 'outgoing' AND kind IN ('issued', 'revoked'))",
        "completed": "countIf(kind = 'completed')",
        "on_time_share": "countIf(kind = 'completed' AND occurred_at <= due_at)"
        " / countIf(kind = 'completed')",
        "signed_share": "sumIf(sign, direction = 'outgoing' AND signed)"
        " / sumIf(sign, direction = 'outgoing')",
        "electronic_share": "sumIf(sign, electronic AND kind != 'completed')"
        " / sumIf(sign, kind != 'completed')",
        "hours_mean": "sumIf(intDiv(toUnixTimestamp64Milli(occurred_at)"
        " - toUnixTimestamp64Milli(received_at), 1000), kind = 'completed') / 3600"
        " / countIf(kind = 'completed')",
    },
}

COUNTED_AT = {
    "eoffice": "(SELECT *, 1 AS sign, occurred_at AS at FROM events_eoffice FINAL"
    " WHERE kind != 'revoked' UNION ALL"
    " SELECT *, -1 AS sign, received_at AS at FROM events_eoffice FINAL"
    " WHERE kind = 'revoked' AND occurred_at >= received_at"
    " AND occurred_at <= received_at + INTERVAL 24 HOUR)",
    "traffic": "(SELECT *, 1 AS sign, occurred_at AS at FROM events_traffic FINAL"
    " UNION ALL SELECT *, -1 AS sign, detected_at AS at FROM events_traffic FINAL"
    " WHERE review = 'rejected' AND occurred_at >= detected_at"
    " AND occurred_at <= detected_at + INTERVAL 24 HOUR)",
}
"""Where an event does not only count at ``occurred_at``: a revocation takes back at reception, a
rejected suspicion at its detection."""


def recount(feed: str, name: str, province: str) -> str:
    """SQL: an indicator's figures that differ from its recount, as ``differing`` gives them."""
    source = COUNTED_AT.get(feed, events(feed))
    return differing(f"{feed}.{name}", FIGURES[feed][name], source, province)


def events(feed: str) -> str:
    """SQL: a feed's archive, with the moment ``at`` that each event counts at."""
    return f"(SELECT *, occurred_at AS at FROM events_{feed} FINAL)"


def differing(indicator: str, counted: str, source: str, province: str) -> str:
    """SQL: figures of ``indicator_latest`` beside what ``counted`` makes of ``source``, if others.

    Columns: district, horizon in seconds, end of the window, figure, recount. One window a
    district and horizon; the province is the sum over all districts.
    """
    return f"""
        SELECT district, horizon_s, window_end, figure, recounted FROM
        (
            SELECT l.district AS district, l.horizon_s AS horizon_s,
                any(l.window_end) AS window_end, any(l.value) AS figure,
                {counted} AS recounted
            FROM (SELECT * FROM indicator_latest WHERE indicator = '{indicator}') AS l
            CROSS JOIN {source} AS e
            WHERE (e.district = l.district OR l.district = '{province}')
                AND e.at >= l.window_end - toIntervalSecond(l.horizon_s) AND e.at < l.window_end
            GROUP BY l.district, l.horizon_s
        )
        WHERE figure IS NULL AND isFinite(recounted)
            OR abs(figure - recounted) > 1e-9 * greatest(1, abs(recounted))
    """


OPEN_ITEMS = {
    "dossier": ("dossier_id", "'received'", "'resolved', 'returned'"),
    "eoffice": ("document_id", "'received'", "'completed', 'revoked'"),
}
"""Feed -> the field with an item's id, kinds that open it, kinds that close it."""


def open_items_recount(feed: str, province: str) -> str:
    """SQL: districts whose number of open items is not what their events say, with both."""
    item, opens, closes = OPEN_ITEMS[feed]
    return f"""
        SELECT district, value, recounted FROM
            (SELECT district, value FROM indicator_latest
             WHERE indicator = '{feed}.open' AND district != '{province}') AS l
        JOIN
            (SELECT district, countIf(opened AND NOT closed) AS recounted FROM
                (SELECT district, {item}, max(kind IN ({opens})) AS opened,
                    max(kind IN ({closes})) AS closed
                 FROM events_{feed} FINAL GROUP BY district, {item})
             GROUP BY district) AS e
        USING (district)
        WHERE value IS NULL OR value != recounted
    """


def overdue_recount(feed: str, province: str) -> str:
    """SQL: districts whose number of overdue items is not what their events say, with both.

    The due time is that which the item's latest event with one names.
    """
    item, opens, closes = OPEN_ITEMS[feed]
    return f"""
        SELECT district, any(value) AS figure,
            countIf(opened AND NOT closed AND due < as_of) AS recounted FROM
            (SELECT district, value, as_of FROM indicator_latest
             WHERE indicator = '{feed}.overdue' AND district != '{province}') AS l
        JOIN
            (SELECT district, {item}, max(kind IN ({opens})) AS opened,
                max(kind IN ({closes})) AS closed,
                argMaxIf(due_at, (occurred_at, due_at), due_at IS NOT NULL) AS due
             FROM events_{feed} FINAL GROUP BY district, {item}) AS e
        USING (district)
        GROUP BY district
        HAVING figure IS NULL OR figure != recounted
    """
