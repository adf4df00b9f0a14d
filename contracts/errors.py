"""Errors that a user of the pipeline can fix. Each carries one sentence that says how."""


class IocError(Exception):
    """A condition to report in one sentence, without a traceback."""


class SettingError(IocError):
    """A setting has an impossible value."""


class DataFileError(IocError):
    """A file of units, agencies, cameras or published figures can't be used."""


class UnknownFeedError(IocError):
    """The registry has no feed of this name."""


class ContractError(IocError):
    """A feed's contract contradicts itself."""


class UnavailableError(IocError):
    """A required service does not answer."""


class UnknownScenarioError(IocError):
    """There is no scenario of this name."""
