"""The one settings object, read from the environment (``IOC_…``) or a ``.env`` file."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    AwareDatetime,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from contracts.access.settings import AccessSettings
from contracts.errors import SettingError
from contracts.settings.ranges import Hours, Port, Seconds, Share
from contracts.settings.sink import SinkSettings
from contracts.settings.worker import WorkerSettings

DATA = Path(__file__).parents[1] / "data"
SECRETS = Path("/run/secrets")
"""Where a container mounts its secrets, one per file, such as ``ioc_clickhouse_password``.

Outside containers the variable IOC_SECRETS_DIR names the folder.
"""


class Settings(SinkSettings, WorkerSettings, AccessSettings):
    """Every setting of every process; a field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="IOC_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(Path("var"), description="folder of the embedded stack's data and logs")
    free_disk_mb: int = Field(
        2_000,
        ge=0,
        description="MB of free space below which `ioc status` is red for the disk of IOC_DATA_DIR",
    )
    disk_reserve_mb: int = Field(
        200,
        ge=0,
        description="MB of free space below which the embedded ClickHouse refuses inserts, to keep "
        "room for its own cleaning; the sink waits, and logs that",
    )
    reference: str = Field(
        "hoa-binh-2023",
        description="the province: hoa-binh-2023, phu-tho-2025, or a folder of your own, see "
        "docs/reference-data.md",
    )
    boundaries: Path | None = Field(
        None,
        description="GeoJSON of the units' areas for the map; empty: boundaries.geojson of the "
        "province's folder, and where there is none a sketch",
    )

    feeds: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="feeds to run, comma separated; empty means all"
    )

    kafka_bootstrap: str = Field(
        "127.0.0.1:19092", description="addresses of the Kafka brokers, comma separated"
    )
    kafka_partitions: int = Field(
        4, ge=1, le=512, description="partitions of an event topic; fixed once it exists"
    )
    kafka_replication: int = Field(1, ge=1, le=7, description="replicas of each topic")
    kafka_min_insync: int | None = Field(
        None,
        ge=1,
        le=7,
        description="replicas that must hold a message before it counts as published; empty: one "
        "less than IOC_KAFKA_REPLICATION, at least one",
    )
    kafka_session_timeout_s: Seconds = Field(
        6, description="seconds without heartbeat after which a consumer is replaced"
    )
    generation: int = Field(
        0,
        ge=0,
        lt=2**23,
        description="incarnation of the Kafka log; the embedded broker, which keeps it in memory "
        "only, counts it up at each start. 0 for a durable broker",
    )

    broker_memory_mb: int = Field(
        1_000,
        ge=50,
        description="MB of memory that the embedded broker, which keeps its log in memory, may "
        "use; before it reaches them, its log is processed to the end and a new one begins",
    )

    clickhouse_host: str = Field("127.0.0.1", description="host of ClickHouse's HTTP interface")
    clickhouse_port: Port = Field(18123, description="port of ClickHouse's HTTP interface")
    clickhouse_memory_mb: int = Field(
        800,
        ge=600,
        description="MB of memory that the embedded ClickHouse may use; a statement that needs "
        "more is refused",
    )
    clickhouse_database: str = Field(
        "ioc", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$", description="database of all tables"
    )
    clickhouse_cluster: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_-]{0,63}$",
        description="ClickHouse cluster, of one shard, that the schema is applied to: ON CLUSTER, "
        "with Replicated engines; empty: the server alone",
    )
    clickhouse_user: str = Field("ioc_writer", description="user that the sinks write as")
    clickhouse_password: SecretStr = Field(
        SecretStr(""),
        description="password of that user; empty: none, or with the embedded ClickHouse one of "
        "its own in IOC_DATA_DIR",
    )
    clickhouse_owner: str = Field(
        "", description="user that creates and alters tables; empty: the one that sinks write as"
    )
    clickhouse_owner_password: SecretStr = Field(SecretStr(""), description="password of that user")
    clickhouse_reader: str = Field("ioc_reader", description="read-only user of analysts, screens")
    clickhouse_reader_password: SecretStr = Field(
        SecretStr(""), description="password of the read-only user"
    )

    preview_host: str = Field("127.0.0.1", description="address that the preview page listens on")
    preview_port: Port = Field(18080, description="port of the preview page")
    preview_password: SecretStr = Field(
        SecretStr(""), description="password of the preview page; needed beyond this machine"
    )
    preview_now: AwareDatetime | None = Field(
        None,
        description="instant that the preview page takes for now, such as "
        "2023-09-20T16:30:00+07:00, to look at a past; empty: the clock",
    )

    metrics_host: str = Field(
        "127.0.0.1",
        description="address that metrics and health are served on, without a password: beyond "
        "this machine only in a network of its own",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65_532,
        description="port of a process's /metrics, /healthz and /readyz; 0: none. Under `ioc up` "
        "it is ClickHouse's, and worker, sink and produce take the next ones",
    )
    health_stuck_s: Seconds = Field(
        60, description="seconds without progress, while there is work, that /healthz tolerates"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="form of log lines: text, or a JSON object per line"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="lowest level of the lines that are logged"
    )
    stop_s: Annotated[float, Field(ge=5, le=600)] = Field(
        10,
        description="seconds within which produce, worker, sink and clickhouse end after SIGTERM; "
        "work that is not stored by then is repeated at the next start",
    )

    grafana_url: str = Field(
        "http://127.0.0.1:3000", description="address of Grafana, to publish dashboards to"
    )
    grafana_token: SecretStr = Field(
        SecretStr(""), description="token of a service account of Grafana with the role Editor"
    )

    seed: int = Field(17, description="seed of the simulators")
    rate: float | None = Field(
        None, gt=0, le=1_000_000, description="events/s of each simulated feed; empty means natural"
    )
    fault_share: Share = Field(
        0.005, description="share of simulated events that are malformed, doubled or future-dated"
    )
    history_h: Hours | None = Field(
        None, description="hours of past events a simulator starts with; empty: as suits the feed"
    )

    @field_validator("feeds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _combinations(self) -> Self:
        if self.pane_retention_h < self.lateness_h + RETRACTION_REACH_H:
            raise ValueError(
                f"IOC_PANE_RETENTION_H={self.pane_retention_h:g} is shorter than "
                f"IOC_LATENESS_H={self.lateness_h:g} plus the {RETRACTION_REACH_H} hours that a "
                "retraction reaches back: late events would find their pane gone"
            )
        if self.idle_s <= self.disorder_s:
            raise ValueError(
                f"IOC_IDLE_S={self.idle_s:g} must be longer than IOC_DISORDER_S={self.disorder_s:g}"
            )
        if self.min_insync_replicas > self.kafka_replication:
            raise ValueError(
                f"IOC_KAFKA_MIN_INSYNC={self.kafka_min_insync} is more than "
                f"IOC_KAFKA_REPLICATION={self.kafka_replication}: nothing could be published"
            )
        return self

    @property
    def min_insync_replicas(self) -> int:
        """Replicas that must hold a message before it counts as published."""
        return self.kafka_min_insync or max(1, self.kafka_replication - 1)


RETRACTION_REACH_H = 24
"""Hours after an item's event in which a retraction still changes that event's pane."""


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` win over the environment.

    Raises:
        SettingError: a value is missing, has the wrong type or is unsafe together with another, or
            a variable ``IOC_…`` is no setting. The sentence names the variable.
    """
    _require_known()
    try:
        return Settings(_secrets_dir=_secrets_dir(), **overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "".join(f"IOC_{part}".upper() for part in first["loc"][:1])
        message = first["msg"].removeprefix("Value error, ")
        is_shown = name and not name.endswith(SECRET_ENDINGS)
        given = f" (it is {str(first['input'])[:60]!r})" if is_shown else ""
        raise SettingError(f"{name}: {message}{given}" if name else message) from None


SECRET_ENDINGS = ("_PASSWORD", "_TOKEN", "_SECRET")

NOT_SETTINGS = (
    *("IOC_SECRETS_DIR", "IOC_CLICKHOUSE_PROTOCOL"),
    *("IOC_ALERT_", "IOC_GRAFANA_", "IOC_SMTP_"),
    *("IOC_OWNER_SHA256", "IOC_READER_SHA256", "IOC_WRITER_SHA256"),
)
"""Prefixes of variables that other files of this project read: docker-compose.yml, Grafana's files,
ClickHouse's configuration.
"""


def _require_known() -> None:
    """Raise SettingError for a variable that has no effect, and suggest the nearest setting."""
    known = {f"IOC_{name}".upper() for name in Settings.model_fields}
    file = Path(str(Settings.model_config.get("env_file")))
    written = dotenv_values(file) if file.is_file() else {}
    for names, where in ((os.environ, "the environment"), (written, str(file))):
        for name in sorted(names):
            if name.upper().startswith("IOC_") and name.upper() not in known:
                if name.startswith(NOT_SETTINGS):
                    continue
                near = get_close_matches(name.upper(), known, 1)
                hint = f"do you mean {near[0]}?" if near else "`ioc settings` lists all there are"
                raise SettingError(f"{name} in {where} is not a setting: {hint}")


def _secrets_dir() -> Path | None:
    """The folder of secrets, one per file. Raises SettingError if the named folder is missing."""
    named = os.environ.get("IOC_SECRETS_DIR")
    folder = Path(named) if named else SECRETS
    if folder.is_dir():
        return folder
    if named:
        raise SettingError(f"IOC_SECRETS_DIR={named}: there is no such folder")
    return None
