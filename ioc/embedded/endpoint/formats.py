"""Facts about output formats."""

DEFAULT_FORMAT = "TabSeparated"
NATIVE = "Native"

# Formats without a head or foot, whose joined pieces are the whole result. The engine writes each
# streamed piece as a document of its own, so a result in any other format is produced at once.
STREAMABLE = frozenset(
    {
        "BSONEachRow",
        "CSV",
        "JSONCompactEachRow",
        "JSONCompactStringsEachRow",
        "JSONEachRow",
        "JSONLines",
        "JSONStringsEachRow",
        "LineAsString",
        "MsgPack",
        "NDJSON",
        "Native",
        "Null",
        "PrettyJSONEachRow",
        "RowBinary",
        "TSKV",
        "TSV",
        "TSVRaw",
        "TabSeparated",
        "TabSeparatedRaw",
    }
)

_BINARY = "application/octet-stream"
_CONTENT_TYPES = (
    ("JSON", "application/json; charset=UTF-8"),
    ("NDJSON", "application/x-ndjson; charset=UTF-8"),
    ("CSV", "text/csv; charset=UTF-8"),
    ("TabSeparated", "text/tab-separated-values; charset=UTF-8"),
    ("TSV", "text/tab-separated-values; charset=UTF-8"),
    ("XML", "application/xml; charset=UTF-8"),
    ("Native", _BINARY),
    ("RowBinary", _BINARY),
    ("Parquet", _BINARY),
    ("Arrow", _BINARY),
)
_LINES_OF_JSON = ("EachRow", "Lines")


def content_type(name: str) -> str:
    """The MIME type that a server sends for the format."""
    if name.startswith("JSON") and name.endswith(_LINES_OF_JSON):
        return "application/x-ndjson; charset=UTF-8"
    for prefix, mime in _CONTENT_TYPES:
        if name.startswith(prefix):
            return mime
    return "text/plain; charset=UTF-8"
