"""Conditions that stop a sink or a change of the schema."""

from contracts.errors import IocError


class SchemaError(IocError):
    """A table in ClickHouse can't follow its contract without losing or bending data."""


class FatalSinkError(IocError):
    """A route met data or a server state that trying again does not mend."""


class RestoreError(IocError):
    """The changelogs can't be filled from ClickHouse as things stand."""


class RepairError(IocError):
    """Panes can't be corrected from the archive as things stand."""
