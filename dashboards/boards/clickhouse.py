"""Targets: the queries to Grafana's ClickHouse data source."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

PLUGIN = "grafana-clickhouse-datasource"
PLUGIN_VERSION = "4.20.0"
SOURCE = DataSourceRef(type_val=PLUGIN, uid="${source}")
"""The data source named by the variable ``source``, so that its uid may differ by Grafana."""


class Format(IntEnum):
    """The shape of the data source's answer."""

    TIME_SERIES = 0
    TABLE = 1


@dataclass(frozen=True)
class Query(Dataquery):
    """A statement of SQL, as a panel's target."""

    sql: str
    format: Format
    ref_id: str

    def to_json(self) -> dict[str, Any]:
        """The target as JSON of a dashboard."""
        return {
            "refId": self.ref_id,
            "datasource": SOURCE,
            "pluginVersion": PLUGIN_VERSION,
            "editorType": "sql",
            "queryType": "timeseries" if self.format is Format.TIME_SERIES else "table",
            "format": int(self.format),
            "rawSql": self.sql,
            "meta": {},
        }


@dataclass(frozen=True)
class Asking(Builder[Query]):
    """Builds the target of a statement; the first of a panel is A."""

    sql: str
    format: Format = Format.TABLE
    ref_id: str = "A"

    def build(self) -> Query:
        """The target."""
        return Query(self.sql, self.format, self.ref_id)
