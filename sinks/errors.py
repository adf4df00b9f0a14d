"""Errors that stop a sink, a repair, a restore or a change of the schema."""

from contracts.errors import IocError


class SchemaError(IocError):
    """A table in ClickHouse can't follow its contract without losing or distorting data."""


class FatalSinkError(IocError):
    """A route met data or a server state that a retry does not fix."""


class RestoreError(IocError):
    """The changelogs can't be filled from ClickHouse in their present state."""


class RepairError(IocError):
    """Panes can't be corrected, because events are missing or counted twice."""
