"""Errors that a user can fix: an unreadable file, a mapping that doesn't fit."""

from contracts.errors import IocError


class RecordFileError(IocError):
    """A file of records can't be read."""


class MappingError(IocError):
    """A mapping is invalid, or doesn't fit the feed or the file."""


class SpeedError(IocError):
    """An invalid speed."""
