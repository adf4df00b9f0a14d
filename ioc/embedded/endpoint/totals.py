"""Statistics of a query, for the X-ClickHouse-Summary header."""

import json
import time
from dataclasses import dataclass, field

from ioc.embedded.endpoint.session import Result


@dataclass
class Totals:
    """Running sums over a query's pieces."""

    read_rows: int = 0
    read_bytes: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    result_rows: int = 0
    result_bytes: int = 0
    started_ns: int = field(default_factory=time.perf_counter_ns)

    def add(self, result: Result) -> None:
        """Count one piece of a result."""
        self.read_rows += result.read_rows
        self.read_bytes += result.read_bytes
        self.result_rows += result.rows
        self.result_bytes += len(result.data)
        self.written_rows += result.written_rows
        self.written_bytes += result.written_bytes

    def wrote(self, rows: int, size: int) -> None:
        """Count a finished insert; as on a server, written rows also count as read."""
        self.read_rows += rows
        self.read_bytes += size
        self.written_rows += rows
        self.written_bytes += size

    def header(self) -> str:
        """The header's JSON, with numbers as strings, as a server writes them."""
        sums = {
            "read_rows": self.read_rows,
            "read_bytes": self.read_bytes,
            "written_rows": self.written_rows,
            "written_bytes": self.written_bytes,
            "total_rows_to_read": self.read_rows,
            "result_rows": self.result_rows,
            "result_bytes": self.result_bytes,
            "elapsed_ns": time.perf_counter_ns() - self.started_ns,
        }
        return json.dumps({name: str(value) for name, value in sums.items()})
