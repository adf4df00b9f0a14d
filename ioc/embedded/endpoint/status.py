"""HTTP statuses of ClickHouse errors, as a server answers."""

BAD_ARGUMENTS = 36
CHECKSUM_DOESNT_MATCH = 40
NOT_IMPLEMENTED = 48
SYNTAX_ERROR = 62
READONLY = 164
SOCKET_TIMEOUT = 209
QUERY_IS_TOO_LARGE = 229
NOT_ENOUGH_SPACE = 243
CANNOT_DECOMPRESS = 271
INTO_OUTFILE_NOT_ALLOWED = 358
QUERY_WAS_CANCELLED = 394
ACCESS_DENIED = 497
SESSION_NOT_FOUND = 372
AUTHENTICATION_FAILED = 516

# Names: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
_FORBIDDEN = (192, 193, ACCESS_DENIED, 512, AUTHENTICATION_FAILED)
_BAD_VALUE = (6, 25, 26, 27, 38, 41, 72, 117, 321, 376, 427, 441, 675, 676)
_BAD_STATEMENT = (8, 15, BAD_ARGUMENTS, 37, 44, 53, SYNTAX_ERROR, 123, 167, 168, 223)
_UNKNOWN_NAME = (46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, SESSION_NOT_FOUND, 511)

_STATUS = {
    **dict.fromkeys(_FORBIDDEN, 403),
    **dict.fromkeys(_BAD_VALUE + _BAD_STATEMENT, 400),
    **dict.fromkeys(_UNKNOWN_NAME, 404),
    **dict.fromkeys((76, SOCKET_TIMEOUT, 439), 503),
    159: 408,
    194: 401,
    QUERY_IS_TOO_LARGE: 413,
    NOT_IMPLEMENTED: 501,
}


def http_status(code: int) -> int:
    """The HTTP status for ClickHouse error `code`; 500 for errors without their own."""
    return _STATUS.get(code, 500)
