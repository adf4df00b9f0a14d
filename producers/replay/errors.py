"""What a user can mend: a file that can't be read, a mapping that doesn't fit."""

from contracts.errors import IocError


class RecordFileError(IocError):
    """A file of records can't be read."""


class MappingError(IocError):
    """A mapping is wrong in itself, or doesn't fit the feed or the file."""


class SpeedError(IocError):
    """A speed that is none."""
