"""Opens the session for a request, and checks a statement before it runs."""

from collections.abc import Sequence

from ioc.embedded.endpoint import readers
from ioc.embedded.endpoint.call import Call
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.external import ExternalTable
from ioc.embedded.endpoint.reader_access import ROLE
from ioc.embedded.endpoint.readers import refuse_database
from ioc.embedded.endpoint.session import Session
from ioc.embedded.endpoint.status import INTO_OUTFILE_NOT_ALLOWED, SYNTAX_ERROR

READ_ONLY = "READ_ONLY"
NO_DATABASE = "default"
"""Where each session starts."""
_WRITES_TABLES = "MUTATING"


def open_session(engine: Engine, call: Call, tables: Sequence[ExternalTable] = ()) -> Session:
    """A session with the request's settings. The reader's restrictions are applied last."""
    session = engine.session({**call.settings, "log_comment": call.tag})
    try:
        for table in tables:
            if call.user.readonly:
                readers.check_format(table.format)
            table.create(session)
        if call.user.readonly:
            session.run(f"SET ROLE {ROLE}")
            refuse_database(call.database)
        # A server lets a reader start in a database that the reader may not see; the engine does
        # not.
        if call.database and not (call.user.readonly and call.database == NO_DATABASE):
            session.use(call.database)
        if call.readonly != "0":
            session.apply({"readonly": call.readonly})
    except QueryError:
        session.close()
        raise
    return session


def admit(session: Session, call: Call, sql: bytes) -> str:
    """The engine's class of the statement, such as READ_ONLY.

    Raises QueryError if it does not parse, is more than one statement, or is forbidden to this
    user.
    """
    facts = session.classify(sql)
    kind: str = facts["query_class"].name
    if facts["statement_count"] > 1:
        message = "Syntax error (Multi-statements are not allowed)."
        raise QueryError(SYNTAX_ERROR, "SYNTAX_ERROR", message)
    if facts["statement_count"] == 0:
        # Parses only, and so raises the engine's own message with the position of the mistake.
        session.run("SELECT formatQuery({sql:String})", {"sql": _escape(sql)})
    if kind not in (READ_ONLY, _WRITES_TABLES) and b"outfile" in sql.lower():
        # The engine would write a file on this machine, which a server refuses over HTTP.
        message = "INTO OUTFILE is not allowed"
        raise QueryError(INTO_OUTFILE_NOT_ALLOWED, "INTO_OUTFILE_NOT_ALLOWED", message)
    if call.user.readonly:
        readers.check(session, sql, call.parameters, kind)
    return kind


def _escape(sql: bytes) -> str:
    """The text as a query parameter, whose value the engine reads as a TSV field."""
    text = sql.decode(errors="replace")
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
