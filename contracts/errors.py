"""Errors that a user of the pipeline can mend; each carries one sentence that says how."""


class IocError(Exception):
    """A condition to report in one sentence, without a traceback."""


class SettingError(IocError):
    """A setting has an impossible value."""


class DataFileError(IocError):
    """A file of units, agencies, cameras or published figures can't be used."""


class UnknownFeedError(IocError):
    """A feed was named that the registry does not hold."""


class UnavailableError(IocError):
    """A service that is needed does not answer."""


class UnknownScenarioError(IocError):
    """A scenario was named that there is not."""
