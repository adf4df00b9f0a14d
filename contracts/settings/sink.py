"""Settings of the sink: inserts, retention, audits."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from contracts.settings.ranges import Hours, Seconds


class SinkSettings(BaseSettings):
    """How the sink inserts, how long tables keep rows, and how often figures are recounted."""

    sink_batch_rows: int = Field(50_000, ge=1, le=1_000_000, description="rows of an insert")
    sink_batch_s: Seconds = Field(
        0.5,
        description="seconds that rows wait for more before their insert; four times as long while "
        "they are fewer than 500, and 0.4 times as long for indicators",
    )
    sink_retry_max_s: Seconds = Field(
        15, description="longest pause between two attempts while ClickHouse is away"
    )
    ttl_events_days: int = Field(730, ge=1, description="days that archived events are kept")
    ttl_indicators_days: int = Field(400, ge=1, description="days that indicators are kept")
    ttl_panes_days: int = Field(1100, ge=1, description="days that panes are kept")
    ttl_rejects_days: int = Field(90, ge=1, description="days that rejected events are kept")
    ttl_audit_days: int = Field(400, ge=1, description="days that results of audits are kept")

    audit_every_s: Annotated[float, Field(ge=0, le=86_400)] = Field(
        300, description="seconds between two audits by the sink; 0 means never"
    )
    audit_window_h: Hours = Field(
        26, description="hours that an audit by the sink looks back; should exceed IOC_LATENESS_H"
    )
    audit_settle_s: Seconds = Field(
        30, description="seconds that an audit waits for rows on their way into ClickHouse"
    )
