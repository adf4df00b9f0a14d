"""``ioc topics check``: compares the topics with their specs."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import DAY_MS, HOUR_MS, TIMESTAMP_TYPE
from ioc.topics import apply as topics
from ioc.topics.apply import FIXED, PARTITIONS, REPLICATION, TopicState

COLUMNS = {
    PARTITIONS: "Partitions",
    REPLICATION: "Replicas",
    "min.insync.replicas": "Min in sync",
    "cleanup.policy": "Cleanup",
    "retention.ms": "Retention",
    "segment.ms": "Segment",
    "segment.bytes": "Segment MiB",
    "max.message.bytes": "Max message",
    TIMESTAMP_TYPE: "Stamped",
}
NOT_SET = "–"
ROOM = 156


def check(settings: Settings, feeds: Sequence[Feed], console: Console) -> bool:
    """Print the topics' properties and what to do. True if all is as required. Raises IocError."""
    states = topics.read(settings, feeds)
    table = Table("Topic", *COLUMNS.values(), box=None, pad_edge=False, header_style="bold")
    for state in states:
        table.add_row(*_row(state))
    console.width = max(console.width, ROOM)
    console.print(table, soft_wrap=False, crop=False)
    wrong = [state for state in states if not state.is_right]
    if wrong:
        console.print(
            _what_to_do(wrong), style="bold red", markup=False, emoji=False, highlight=False
        )
    return not wrong


def _row(state: TopicState) -> list[Text]:
    name = Text(state.spec.name, style="green" if state.is_right else "bold red")
    if state.actual is None:
        return [name, Text("missing", style="bold red")]
    return [name, *(_cell(state, state.actual, column) for column in COLUMNS)]


def _cell(state: TopicState, actual: Mapping[str, str], column: str) -> Text:
    if column not in state.wanted:
        return Text(NOT_SET, style="dim")
    is_now = _readable(column, actual.get(column))
    if column not in state.differing:
        return Text(is_now)
    return Text(f"{is_now} → {_readable(column, state.wanted[column])}", style="bold red")


def _readable(column: str, value: str | None) -> str:
    if value is None:
        return NOT_SET
    if column.endswith(".ms") and value.isdigit():
        milliseconds = int(value)
        days = milliseconds % DAY_MS == 0
        return f"{milliseconds / (DAY_MS if days else HOUR_MS):g} {'d' if days else 'h'}"
    if column == "segment.bytes" and value.isdigit():
        return f"{int(value) / 2**20:g}"
    return value


def _what_to_do(wrong: Sequence[TopicState]) -> str:
    fixed = [state for state in wrong if set(FIXED) & set(state.differing)]
    rest = len(wrong) - len(fixed)
    said = []
    if rest:
        said.append(
            f"{rest} of the topics are missing or configured otherwise: run `ioc topics apply`"
        )
    if fixed:
        said.append(
            f"{', '.join(state.spec.name for state in fixed)}: partitions and replicas of a topic "
            "that exists are not changed by `ioc topics apply`, which says what to do"
        )
    return "; ".join(said)
